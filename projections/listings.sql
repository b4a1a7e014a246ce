CREATE TABLE listings (
    show_id                uuid        PRIMARY KEY,
    name                   text        NOT NULL,
    description            text        NOT NULL,
    category               text        NOT NULL,
    venue_id               uuid,
    venue_name             text        NOT NULL,
    timezone               text        NOT NULL,
    starts_at              timestamptz NOT NULL,
    ends_at                timestamptz,
    status                 text        NOT NULL,
    payment_window_seconds bigint,
    rules                  json        NOT NULL,
    capacity               integer     NOT NULL,
    offers                 json        NOT NULL,
    price_from             bigint      NOT NULL,
    currency               text        NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL
);

-- One index for each order of the list, and for the filters that leave few rows. Each ends in the key: a total order.
CREATE INDEX listings_by_start ON listings (starts_at, show_id);
CREATE INDEX listings_by_name ON listings (name, show_id);
CREATE INDEX listings_by_price ON listings (price_from, show_id);
CREATE INDEX listings_by_venue ON listings (venue_id, starts_at, show_id);
CREATE INDEX listings_by_category ON listings (category, starts_at, show_id);

-- Each listing as each fact has left it; no row where the fact has deleted it.
CREATE TABLE listing_versions (
    show_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    row         json,
    PRIMARY KEY (show_id, position)
);
