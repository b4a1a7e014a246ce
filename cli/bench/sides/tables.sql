-- What a row-locking box office keeps: its events with what is left, its bookings, and for SKIP LOCKED its places.

CREATE SCHEMA bench;

CREATE TABLE bench.events (
    id        uuid   PRIMARY KEY,
    capacity  bigint NOT NULL,
    available bigint NOT NULL CHECK (available >= 0),
    price     bigint NOT NULL
);

CREATE TABLE bench.bookings (
    id          uuid        PRIMARY KEY,
    event_id    uuid        NOT NULL REFERENCES bench.events,
    customer_id text        NOT NULL,
    code        text        NOT NULL,
    quantity    integer     NOT NULL,
    total       bigint      NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX ON bench.bookings (event_id);

CREATE TABLE bench.places (
    event_id   uuid    NOT NULL,
    number     integer NOT NULL,
    booking_id uuid,
    PRIMARY KEY (event_id, number)
) WITH (fillfactor = 50);
CREATE INDEX ON bench.places (event_id, number) WHERE booking_id IS NULL;

GRANT USAGE ON SCHEMA bench TO seatledger_command;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA bench TO seatledger_command;
