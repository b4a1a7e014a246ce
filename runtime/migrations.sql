-- What has been applied, so that every process can tell whether the database is older or newer than its code.
CREATE SCHEMA IF NOT EXISTS runtime;

CREATE TABLE IF NOT EXISTS runtime.migrations (
    source     text        NOT NULL,
    number     integer     NOT NULL,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, number)
);

GRANT USAGE ON SCHEMA runtime TO PUBLIC;
GRANT SELECT ON runtime.migrations TO PUBLIC;
