-- Who has looked at what. Whoever reads the log for auditors adds a row before each answer goes out, and can never change
-- or take away one.

CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO seatledger_audit;

-- `facts` is null for a file, whose length nobody knows before its end: a second row with the count then names the first
-- one in `ends`.
CREATE TABLE audit.reads (
    log_id      smallint    NOT NULL,
    read_id     uuid        NOT NULL,
    recorded_at timestamptz NOT NULL,
    by_id       text        NOT NULL,
    account_id  text        NOT NULL,
    role        text        NOT NULL,
    path        text        NOT NULL,
    ids         json        NOT NULL,
    filters     json        NOT NULL,
    status      smallint    NOT NULL,
    facts       bigint,
    request_id  text        NOT NULL,
    ends        uuid,
    PRIMARY KEY (log_id, read_id)
);
CREATE INDEX reads_recorded ON audit.reads (log_id, recorded_at, read_id) WHERE ends IS NULL;
CREATE UNIQUE INDEX reads_ends ON audit.reads (log_id, ends) WHERE ends IS NOT NULL;

GRANT SELECT, INSERT ON audit.reads TO seatledger_audit;
