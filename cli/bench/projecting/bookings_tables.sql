-- projections.bookings and bookings_shows as far as the statement beside fills them, with the same indexes.

-- Room on each page, so that a new status goes beside the old row and no index is touched.
CREATE TABLE bookings (
    booking_id     uuid        PRIMARY KEY,
    show_id        uuid        NOT NULL,
    customer_id    uuid,
    person_id      uuid,
    customer_name  text        NOT NULL,
    customer_email text        NOT NULL,
    code           text        NOT NULL,
    status         text        NOT NULL,
    expires_at     timestamptz,
    total          bigint      NOT NULL,
    paid           bigint      NOT NULL,
    refund         bigint      NOT NULL,
    currency       text        NOT NULL,
    tickets        json        NOT NULL,
    cancelled      json        NOT NULL,
    refunded       json        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
) WITH (fillfactor = 80);

-- The orders in which bookings are listed, newest first. Each ends in the key: a total order.
CREATE INDEX bookings_by_customer ON bookings (customer_id, created_at, booking_id);
CREATE INDEX bookings_by_show ON bookings (show_id, created_at, booking_id);
-- Of somebody without an account, the latest says what they are called.
CREATE INDEX bookings_of_guests ON bookings (person_id, created_at, booking_id) WHERE customer_id IS NULL;
CREATE INDEX bookings_by_address ON bookings (lower(customer_email), created_at, booking_id)
    WHERE customer_id IS NULL AND person_id IS NULL;
CREATE INDEX bookings_by_time ON bookings (created_at, booking_id);

-- What a booking says about its show: when and where to be. `revision` counts how often that has changed.
CREATE TABLE bookings_shows (
    show_id    uuid        PRIMARY KEY,
    name       text        NOT NULL,
    venue_id   uuid,
    venue_name text        NOT NULL,
    timezone   text        NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz,
    status     text        NOT NULL,
    revision   integer     NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
