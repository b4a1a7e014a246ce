CREATE TABLE ticket_types (
    ticket_type_id uuid        PRIMARY KEY,
    name           text        NOT NULL,
    price          bigint      NOT NULL,
    currency       text        NOT NULL,
    description    text        NOT NULL,
    status         text        NOT NULL,
    created_at     timestamptz NOT NULL
);

-- The order of the list.
CREATE INDEX ticket_types_by_name ON ticket_types (name, ticket_type_id);
