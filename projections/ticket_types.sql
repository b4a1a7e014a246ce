CREATE TABLE ticket_types (
    ticket_type_id uuid        PRIMARY KEY,
    name           text        NOT NULL,
    price          bigint      NOT NULL,
    currency       text        NOT NULL,
    description    text        NOT NULL,
    status         text        NOT NULL,
    created_at     timestamptz NOT NULL,
    owner_id       uuid
);

-- The order of the list.
CREATE INDEX ticket_types_by_name ON ticket_types (name, ticket_type_id);
-- Those of one organiser, in the same order.
CREATE INDEX ticket_types_by_owner ON ticket_types (owner_id, name, ticket_type_id) WHERE owner_id IS NOT NULL;
