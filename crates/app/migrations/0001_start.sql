-- One text for SQLite and PostgreSQL: ids are text, instants are Unix milliseconds in a BIGINT, there are no booleans.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- The one live code of an address; asking again replaces it.
CREATE TABLE sign_in_codes (
    email TEXT NOT NULL PRIMARY KEY,
    code_hash TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE interviews (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL,
    role TEXT NOT NULL,
    job_description TEXT NOT NULL,
    resume TEXT NOT NULL,
    persona TEXT NOT NULL,
    language TEXT NOT NULL,
    duration_minutes BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'ERROR')),
    end_reason TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    UNIQUE (user_id, idempotency_key)
);

CREATE INDEX interviews_by_user ON interviews (user_id, created_at, id);

CREATE TABLE transcript_entries (
    interview_id TEXT NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    spoken_at BIGINT NOT NULL,
    speaker TEXT NOT NULL CHECK (speaker IN ('USER', 'AI')),
    content TEXT NOT NULL,
    PRIMARY KEY (interview_id, spoken_at)
);

-- A report to be written; the row goes when it is.
CREATE TABLE report_jobs (
    interview_id TEXT NOT NULL PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    queued_at BIGINT NOT NULL
);
