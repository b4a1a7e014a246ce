-- What a watchman has found broken, and who has looked at it. Rows are only ever added: what was once wrong stays known.

-- `cause` names one thing that is wrong, so that it is told once however many facts show it. No row says anything about
-- a person: readiness pages are made from them.
CREATE TABLE eventstore.violations (
    log_id    smallint    NOT NULL,
    number    bigint      NOT NULL,
    invariant text        NOT NULL,
    cause     text        NOT NULL,
    position  bigint      NOT NULL,
    details   text        NOT NULL,
    found_at  timestamptz NOT NULL,
    PRIMARY KEY (log_id, number)
);

CREATE INDEX violations_by_cause ON eventstore.violations (log_id, cause);

CREATE TABLE eventstore.acknowledgements (
    log_id          smallint    NOT NULL,
    number          bigint      NOT NULL,
    acknowledged_by text        NOT NULL,
    why             text        NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, number)
);

-- Each process tells on its readiness page what is open.
GRANT SELECT ON eventstore.violations, eventstore.acknowledgements
    TO seatledger_command, seatledger_query, seatledger_audit, seatledger_projections;

-- Watchmen run beside the projectors.
GRANT INSERT ON eventstore.violations, eventstore.acknowledgements TO seatledger_projections;
