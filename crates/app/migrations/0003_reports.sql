-- Reports: how somebody spoke, what was judged, who may read it.

-- As the session host measured it, JSON.
CREATE TABLE deliveries (
    interview_id TEXT NOT NULL PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    record TEXT NOT NULL
);

-- The last judgement, JSON, and how the last try to make one ended: `missing` names why it made none.
CREATE TABLE judgements (
    interview_id TEXT NOT NULL PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    judgement TEXT,
    missing TEXT,
    calls BIGINT NOT NULL,
    finished_at BIGINT NOT NULL
);

-- Links for people without an account. The table holds hashes: whoever reads it cannot open a report with what they find.
CREATE TABLE report_shares (
    id TEXT NOT NULL PRIMARY KEY,
    interview_id TEXT NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX report_shares_by_interview ON report_shares (interview_id);

-- How far a job has come (JSON), when it goes on, and who works on it until when.
ALTER TABLE report_jobs ADD COLUMN job TEXT NOT NULL DEFAULT '{}';
ALTER TABLE report_jobs ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE report_jobs ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE report_jobs ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
