-- One row for each row of seats, a character for each seat: a sale writes a hundred bytes, not the whole house. The key
-- is `show/section/row`, compared byte by byte, so that it finds one row as well as all of a show; it is the only index,
-- and there is room on each page: a sale touches no index. `number` is the row's place in the plan.
CREATE TABLE seat_map_rows (
    row_id   text COLLATE "C" PRIMARY KEY,
    number   integer NOT NULL,
    labels   json,
    seats    text    NOT NULL,
    position bigint  NOT NULL
) WITH (fillfactor = 60);

-- `position` is that of the last fact that changed the map, `plan_position` that of the last that changed its plan.
CREATE TABLE seat_map_shows (
    show_id       uuid    PRIMARY KEY,
    draft         boolean NOT NULL,
    position      bigint  NOT NULL,
    plan_position bigint  NOT NULL,
    free          integer NOT NULL,
    held          integer NOT NULL,
    sold          integer NOT NULL,
    blocked       integer NOT NULL,
    areas         json    NOT NULL,
    allotments    json    NOT NULL
) WITH (fillfactor = 60);

-- What no sale changes: which sections and rows there are, in their order.
CREATE TABLE seat_map_plans (
    show_id  uuid PRIMARY KEY,
    sections json NOT NULL
);

-- What a booking gives back when it is cancelled or runs out: the facts that say so name only the booking.
CREATE TABLE seat_map_bookings (
    booking_id uuid PRIMARY KEY,
    show_id    uuid NOT NULL,
    status     text NOT NULL,
    expires_at timestamptz,
    places     json NOT NULL
) WITH (fillfactor = 80);

-- Holds that have run out, before the fact that says so is written.
CREATE INDEX seat_map_holds ON seat_map_bookings (show_id, expires_at) WHERE status = 'pending';

-- The seats of allotments that have not been released.
CREATE TABLE seat_map_allotments (
    allotment_id uuid PRIMARY KEY,
    show_id      uuid NOT NULL,
    release_at   timestamptz,
    seats        json NOT NULL
);

-- Allotments that time has released, before the fact that says so is written.
CREATE INDEX seat_map_releases ON seat_map_allotments (show_id, release_at) WHERE release_at IS NOT NULL;
