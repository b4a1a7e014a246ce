-- projections.availability and availability_bookings as far as the statement beside fills them.

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
    popularity     smallint NOT NULL
                   GENERATED ALWAYS AS (round(4 * ln((1 + sold)::double precision) / ln(2::double precision))) STORED
) WITH (fillfactor = 60);

CREATE INDEX availability_by_popularity ON availability (popularity, show_id);

-- What a booking gives back when it is cancelled or runs out: the facts that say so name only the booking.
CREATE TABLE availability_bookings (
    booking_id uuid PRIMARY KEY,
    status     text NOT NULL,
    places     json NOT NULL
) WITH (fillfactor = 80);
