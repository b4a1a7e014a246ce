-- The log. `log_id` leads every key: it is the routing column for the day there is more than one log.

CREATE SCHEMA eventstore;

-- One row: the log's head. Its row lock, held to commit, is what orders positions: whoever sees position N has seen
-- every position before it. Because the head is a row and not a sequence, a rolled-back append leaves no gap.
CREATE TABLE eventstore.log (
    log_id        smallint PRIMARY KEY,
    last_position bigint NOT NULL
) WITH (fillfactor = 10);

INSERT INTO eventstore.log VALUES (1, 0);

-- The version row of a stream is the optimistic check.
CREATE TABLE eventstore.streams (
    log_id  smallint NOT NULL,
    stream  text     NOT NULL,
    version bigint   NOT NULL,
    head    bytea    NOT NULL,
    PRIMARY KEY (log_id, stream)
) WITH (fillfactor = 50);

-- `data` and `metadata` are json, not jsonb: the bytes that were hashed are the bytes that are stored.
CREATE TABLE eventstore.events (
    log_id         smallint    NOT NULL,
    position       bigint      NOT NULL,
    version        bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    command_id     uuid        NOT NULL,
    schema_version smallint    NOT NULL,
    stream         text        NOT NULL,
    name           text        NOT NULL,
    data           json        NOT NULL,
    metadata       json        NOT NULL,
    tags           text[]      NOT NULL,
    hash           bytea       NOT NULL,
    PRIMARY KEY (log_id, stream, version),
    UNIQUE (log_id, position)
);

-- A booking's own history is one scan of this index. No pending list: a look-up must not wade through recent inserts.
CREATE INDEX events_tags ON eventstore.events USING gin (tags) WITH (fastupdate = off);

-- Every command that carried an idempotency key, with its answer, for ever.
CREATE TABLE eventstore.commands (
    log_id      smallint    NOT NULL,
    command_id  uuid        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      json        NOT NULL,
    PRIMARY KEY (log_id, command_id)
);

-- How far each subscription has got. The row's lock is its lease.
CREATE TABLE eventstore.checkpoints (
    log_id       smallint NOT NULL,
    subscription text     NOT NULL,
    position     bigint   NOT NULL,
    recorded_at  timestamptz,
    PRIMARY KEY (log_id, subscription)
) WITH (fillfactor = 20);

-- Streams that a subscription has set aside, from the fact that it could not apply on.
CREATE TABLE eventstore.parked (
    log_id       smallint    NOT NULL,
    subscription text        NOT NULL,
    stream       text        NOT NULL,
    position     bigint      NOT NULL,
    parked_at    timestamptz NOT NULL,
    error        text        NOT NULL,
    PRIMARY KEY (log_id, subscription, stream)
);
