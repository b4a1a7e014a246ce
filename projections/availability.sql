-- One row per show, read whole by its key. Room on each page and no index on what changes with every sale, so that a
-- sale touches no index: popularity is coarse on purpose.
CREATE TABLE availability (
    show_id        uuid    PRIMARY KEY,
    draft          boolean NOT NULL,
    stock          json    NOT NULL,
    capacity       integer NOT NULL,
    held           integer NOT NULL,
    sold           integer NOT NULL,
    blocked        integer NOT NULL,
    available      integer NOT NULL,
    sold_out       boolean NOT NULL,
    by_ticket_type json    NOT NULL,
    moves          integer NOT NULL,
    release_at     timestamptz,
    popularity     smallint NOT NULL
                   GENERATED ALWAYS AS (round(4 * ln((1 + sold)::double precision) / ln(2::double precision))) STORED
) WITH (fillfactor = 60);

CREATE INDEX availability_by_popularity ON availability (popularity, show_id);
-- What is sold out until time releases an allotment, which no fact need ever say.
CREATE INDEX availability_to_release ON availability (release_at) WHERE sold_out AND release_at IS NOT NULL;

-- What a booking gives back when it is cancelled or runs out: the facts that say so name only the booking.
CREATE TABLE availability_bookings (
    booking_id uuid   PRIMARY KEY,
    show_id    uuid   NOT NULL,
    status     text   NOT NULL,
    expires_at timestamptz,
    since      bigint NOT NULL,
    places     json   NOT NULL
) WITH (fillfactor = 80);

-- The holds of a show whose time is up although no fact says so yet.
CREATE INDEX availability_bookings_held ON availability_bookings (show_id, expires_at) WHERE status = 'pending';

-- How the stock of a show came to be what it is, for looks back: read from its end, down to a row that has it whole.
CREATE TABLE availability_steps (
    show_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    state       json,
    moves       json,
    PRIMARY KEY (show_id, position)
);

-- Holds that were written off only some time after they had run out.
CREATE TABLE availability_overdue (
    show_id    uuid        NOT NULL,
    position   bigint      NOT NULL,
    expires_at timestamptz NOT NULL,
    since      bigint      NOT NULL,
    places     json        NOT NULL,
    PRIMARY KEY (show_id, position)
);
