-- Seals: signed statements of what the log was up to a position. Whoever can write here as superuser can still not sign.

-- Each key but the first is signed by the one before it, and signs the seals of sizes above `after_size`.
CREATE TABLE eventstore.seal_keys (
    log_id     smallint    NOT NULL,
    number     integer     NOT NULL,
    public     bytea       NOT NULL,
    after_size bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    signature  bytea       NOT NULL,
    PRIMARY KEY (log_id, number)
);

-- Wrapped by a key that is not in the database. Apart from the rest, because it is destroyed when the next key takes over.
CREATE TABLE eventstore.seal_secrets (
    log_id  smallint NOT NULL,
    number  integer  NOT NULL,
    wrapped bytea    NOT NULL,
    PRIMARY KEY (log_id, number)
);

-- One seal follows another: two of one size, or two that follow the same one, would be two histories.
CREATE TABLE eventstore.seals (
    log_id    smallint    NOT NULL,
    size      bigint      NOT NULL,
    root      bytea       NOT NULL,
    previous  bytea       NOT NULL,
    sealed_at timestamptz NOT NULL,
    key_id    text        NOT NULL,
    signature bytea       NOT NULL,
    PRIMARY KEY (log_id, size),
    UNIQUE (log_id, previous)
);

-- The Merkle tree from blocks of 256 facts upwards: node `number` of `level` stands over 2^level facts.
CREATE TABLE eventstore.seal_nodes (
    log_id smallint NOT NULL,
    level  smallint NOT NULL,
    number bigint   NOT NULL,
    hash   bytea    NOT NULL,
    PRIMARY KEY (log_id, level, number)
);

GRANT SELECT ON eventstore.seals, eventstore.seal_keys, eventstore.seal_nodes
    TO seatledger_command, seatledger_query, seatledger_audit, seatledger_projections;

-- Sealers run beside the projectors. They add, and change nothing; a private key that is not used any more they destroy.
GRANT INSERT ON eventstore.seals, eventstore.seal_keys, eventstore.seal_nodes TO seatledger_projections;
GRANT SELECT, INSERT, DELETE ON eventstore.seal_secrets TO seatledger_projections;
