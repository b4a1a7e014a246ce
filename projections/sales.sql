-- What a booking has, paid or not: the facts that cancel or confirm name little more than the booking.
CREATE TABLE sales_bookings (
    booking_id uuid NOT NULL PRIMARY KEY,
    status     text NOT NULL,
    customer   text NOT NULL,
    currency   text NOT NULL,
    tickets    json NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE sales_venues (
    venue_id uuid PRIMARY KEY,
    name     text NOT NULL,
    owner_id uuid
);

-- `venue_key` is the venue's id, or stands for the name of one without.
CREATE TABLE sales_shows (
    show_id         uuid        PRIMARY KEY,
    name            text        NOT NULL,
    venue_id        uuid,
    venue_key       uuid        NOT NULL,
    venue_name      text        NOT NULL,
    city            text        NOT NULL,
    timezone        text        NOT NULL,
    starts_at       timestamptz NOT NULL,
    status          text        NOT NULL,
    on_sale_since   timestamptz,
    capacity        integer     NOT NULL,
    part_names      text[]      NOT NULL,
    part_capacities integer[]   NOT NULL,
    ticket_types    json        NOT NULL,
    currency        text        NOT NULL,
    owner_id        uuid
);

-- With all that a sum over shows asks of each: the rows themselves stay unread.
CREATE INDEX sales_shows_by_venue ON sales_shows (venue_key, starts_at, show_id) INCLUDE (status, capacity);
-- Few are neither on sale nor closed: what they sold is left out.
CREATE INDEX sales_shows_left_out ON sales_shows (venue_key, show_id) WHERE status NOT IN ('on_sale', 'closed');
CREATE INDEX sales_shows_by_status ON sales_shows (status, starts_at) INCLUDE (show_id, capacity);
CREATE INDEX sales_shows_by_start ON sales_shows (starts_at, show_id);
-- An organiser is told figures of these alone.
CREATE INDEX sales_shows_by_owner ON sales_shows (owner_id, show_id) WHERE owner_id IS NOT NULL;

CREATE TABLE sales_shows_versions (
    show_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    row         text,
    PRIMARY KEY (show_id, position)
);

-- The books of each show, in the order of the log.
CREATE TABLE sales_entries (
    show_id          uuid        NOT NULL,
    position         bigint      NOT NULL,
    line             smallint    NOT NULL,
    recorded_at      timestamptz NOT NULL,
    at               timestamptz NOT NULL,
    kind             text        NOT NULL,
    venue_key        uuid        NOT NULL,
    city             text        NOT NULL,
    ticket_type_id   uuid        NOT NULL,
    part             text        NOT NULL,
    customer         text        NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets          integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    purchases        integer     NOT NULL,
    PRIMARY KEY (show_id, position, line)
);

-- For the quarter of an hour that a question cuts in two.
CREATE INDEX sales_entries_by_time ON sales_entries (at);

-- Sums. Room on each page, so that what is added goes beside the old row and no index is touched.
CREATE TABLE sales_in_all (
    currency         text    NOT NULL,
    bookings         integer NOT NULL,
    tickets          integer NOT NULL,
    tickets_sold     integer NOT NULL,
    tickets_returned integer NOT NULL,
    gross            bigint  NOT NULL,
    refunded         bigint  NOT NULL,
    PRIMARY KEY (currency)
) WITH (fillfactor = 80);

-- Of everything.
CREATE TABLE sales_by_day (
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (slot, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_by_hour (
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (slot, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_by_quarter (
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (slot, currency)
) WITH (fillfactor = 80);

-- Of shows, their ticket types and parts.
CREATE TABLE sales_of_shows (
    show_id          uuid    NOT NULL,
    ticket_type_id   uuid    NOT NULL,
    part             text    NOT NULL,
    currency         text    NOT NULL,
    bookings         integer NOT NULL,
    bookings_of_type integer NOT NULL,
    tickets          integer NOT NULL,
    tickets_sold     integer NOT NULL,
    tickets_returned integer NOT NULL,
    gross            bigint  NOT NULL,
    refunded         bigint  NOT NULL,
    PRIMARY KEY (show_id, ticket_type_id, part, currency)
) WITH (fillfactor = 80);

-- Which shows sold a type, and which types were sold.
CREATE INDEX sales_of_shows_by_type ON sales_of_shows (ticket_type_id, show_id);

CREATE TABLE sales_of_shows_by_month (
    show_id          uuid        NOT NULL,
    ticket_type_id   uuid        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (show_id, slot, ticket_type_id, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_of_shows_by_quarter (
    show_id          uuid        NOT NULL,
    ticket_type_id   uuid        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (show_id, slot, ticket_type_id, currency)
) WITH (fillfactor = 80);

-- Of venues, with the city that their shows name.
CREATE TABLE sales_of_venues_by_month (
    venue_key        uuid        NOT NULL,
    city             text        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (venue_key, slot, city, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_of_venues_by_day (
    venue_key        uuid        NOT NULL,
    city             text        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (venue_key, slot, city, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_of_venues_by_quarter (
    venue_key        uuid        NOT NULL,
    city             text        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings         integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (venue_key, slot, city, currency)
) WITH (fillfactor = 80);

-- Of ticket types of the catalogue, over all shows.
CREATE TABLE sales_of_types_by_month (
    ticket_type_id   uuid        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (ticket_type_id, slot, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_of_types_by_day (
    ticket_type_id   uuid        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (ticket_type_id, slot, currency)
) WITH (fillfactor = 80);

CREATE TABLE sales_of_types_by_quarter (
    ticket_type_id   uuid        NOT NULL,
    slot             timestamptz NOT NULL,
    currency         text        NOT NULL,
    bookings_of_type integer     NOT NULL,
    tickets_sold     integer     NOT NULL,
    tickets_returned integer     NOT NULL,
    gross            bigint      NOT NULL,
    refunded         bigint      NOT NULL,
    PRIMARY KEY (ticket_type_id, slot, currency)
) WITH (fillfactor = 80);

-- Of customers. `bought_at` is when they first bought, null where a row has seen no purchase.
CREATE TABLE sales_customers (
    customer  text        NOT NULL PRIMARY KEY,
    purchases integer     NOT NULL,
    bought_at timestamptz
) WITH (fillfactor = 80);

CREATE INDEX sales_customers_by_first ON sales_customers (bought_at);

-- `net_down` is the net turned round: in its order whoever spent most comes first.
CREATE TABLE sales_of_customers (
    customer  text    NOT NULL,
    currency  text    NOT NULL,
    purchases integer NOT NULL,
    bookings  integer NOT NULL,
    tickets   integer NOT NULL,
    gross     bigint  NOT NULL,
    refunded  bigint  NOT NULL,
    net_down  bigint  NOT NULL GENERATED ALWAYS AS (refunded - gross) STORED,
    PRIMARY KEY (customer, currency)
) WITH (fillfactor = 80);

CREATE INDEX sales_of_customers_by_net ON sales_of_customers (currency, net_down, customer);

-- How many customers first bought then, and how many of them came again.
CREATE TABLE sales_first_purchases_by_day (
    slot       timestamptz NOT NULL PRIMARY KEY,
    customers  integer     NOT NULL,
    came_again integer     NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE sales_first_purchases_by_quarter (
    slot       timestamptz NOT NULL PRIMARY KEY,
    customers  integer     NOT NULL,
    came_again integer     NOT NULL
) WITH (fillfactor = 80);
