-- Facts that an operator has told a subscription to leave out, because they cannot be applied and their stream must
-- go on. Rows are only ever added: a rebuild meets the same fact again.
CREATE TABLE eventstore.skipped (
    log_id       smallint    NOT NULL,
    subscription text        NOT NULL,
    position     bigint      NOT NULL,
    stream       text        NOT NULL,
    error        text        NOT NULL,
    skipped_by   text        NOT NULL,
    why          text        NOT NULL,
    skipped_at   timestamptz NOT NULL,
    PRIMARY KEY (log_id, subscription, position)
);

GRANT SELECT ON eventstore.skipped
    TO seatledger_command, seatledger_query, seatledger_audit, seatledger_projections;
GRANT INSERT ON eventstore.skipped TO seatledger_projections;
