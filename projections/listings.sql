CREATE TABLE listings (
    show_id                uuid        NOT NULL,
    name                   text        NOT NULL,
    description            text        NOT NULL,
    category               text        NOT NULL,
    venue_id               uuid,
    venue_name             text        NOT NULL,
    city                   text        NOT NULL,
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
    updated_at             timestamptz NOT NULL,
    over_at                timestamptz NOT NULL,
    local_day              date        NOT NULL,
    price_to               bigint      NOT NULL,
    category_key           text        NOT NULL,
    venue_key              text        NOT NULL,
    city_key               text        NOT NULL,
    -- The JSON of the event, with holes for what is left of it.
    written                text        NOT NULL,
    owner_id               uuid,
    -- Beside the key: what a search looks at of each event that it finds, to count and sort thousands of them without
    -- their rows.
    PRIMARY KEY (show_id) INCLUDE (over_at, starts_at, status, city, city_key, category, category_key, local_day, currency,
                                   price_from, price_to, venue_id)
);

-- One index for each order of the list, and for the filters that leave few rows. Up to the key each is a total order;
-- behind it stands what tells, without a look at the row, whether a show is over.
CREATE INDEX listings_by_start ON listings (starts_at, show_id, over_at);
CREATE INDEX listings_by_name ON listings (name, show_id, over_at);
CREATE INDEX listings_by_price ON listings (price_from, show_id, over_at);
CREATE INDEX listings_by_venue ON listings (venue_id, starts_at, show_id, over_at);
CREATE INDEX listings_by_venue_name ON listings (venue_key, starts_at, show_id, over_at);
CREATE INDEX listings_by_city ON listings (city_key, starts_at, show_id, over_at);
CREATE INDEX listings_by_category ON listings (category_key, starts_at, show_id, over_at);

-- What is an organiser's own, drafts among it.
CREATE INDEX listings_by_owner ON listings (owner_id, starts_at, show_id, over_at) WHERE owner_id IS NOT NULL;

-- What is on at this moment: it has begun and is not over. These are few, and years of past shows stand before them.
CREATE INDEX listings_on_now ON listings USING gist (tstzrange(starts_at, over_at));
-- What is not over, where an order says nothing about time and the past outweighs it; and the next of what is found.
CREATE INDEX listings_by_end ON listings (over_at, show_id);
-- A month of the calendar.
CREATE INDEX listings_by_day ON listings (local_day);

-- Each listing as each fact has left it; no row where the fact has deleted it.
CREATE TABLE listing_versions (
    show_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    row         text,
    PRIMARY KEY (show_id, position)
);
