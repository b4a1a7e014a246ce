-- projections.availability and availability_bookings as far as the statement beside fills them.

-- One row per show, read whole by its key. No index on what changes and room on each page: a sale touches no index.
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
    by_ticket_type json    NOT NULL
) WITH (fillfactor = 60);

-- What a booking gives back when it is cancelled or runs out: the facts that say so name only the booking.
CREATE TABLE availability_bookings (
    booking_id uuid PRIMARY KEY,
    status     text NOT NULL,
    places     json NOT NULL
) WITH (fillfactor = 80);
