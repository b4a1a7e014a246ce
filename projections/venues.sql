CREATE TABLE venues (
    venue_id     uuid        PRIMARY KEY,
    name         text        NOT NULL,
    address      text        NOT NULL,
    city         text        NOT NULL,
    timezone     text        NOT NULL,
    capacity     integer     NOT NULL,
    seating_plan json        NOT NULL,
    status       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    owner_id     uuid
);

-- The order of the list.
CREATE INDEX venues_by_name ON venues (name, venue_id);
-- Those of one organiser, in the same order.
CREATE INDEX venues_by_owner ON venues (owner_id, name, venue_id) WHERE owner_id IS NOT NULL;
