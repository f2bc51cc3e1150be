-- What people want to be called, and those who are nobody but their session.

ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN is_guest BIGINT NOT NULL DEFAULT 0;
