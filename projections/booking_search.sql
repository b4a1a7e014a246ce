-- Beside `bookings`, so that what becomes of a booking touches none of these indexes: they change only when people,
-- codes or tickets do.
--
-- `found_by` is everything a booking is found by, one lexeme each, with what it is before the colon: n: a word of its
-- customer's or a holder's name, e: the e-mail, c: a code's signs, t: a ticket type, k: a word of a type's name.
-- Words are cut and folded by runtime/folding.py, on both sides, so no parser of the server's has a say in it.
CREATE TABLE booking_search (
    booking_id uuid     PRIMARY KEY,
    show_id    uuid     NOT NULL,
    person_id  uuid,
    customer   text     NOT NULL,
    email      text     NOT NULL,
    code       text     NOT NULL,
    tickets    json     NOT NULL,
    people     uuid[]   NOT NULL,
    terms      text[]   NOT NULL,
    found_by   tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(terms)) STORED
);

-- What the server samples for its planner would outlive an erasure until it samples again. Nobody plans by these.
ALTER TABLE booking_search
    ALTER customer SET STATISTICS 0,
    ALTER email SET STATISTICS 0,
    ALTER tickets SET STATISTICS 0,
    ALTER terms SET STATISTICS 0;

-- A short list of what is pending: every search reads it to its end.
CREATE INDEX booking_search_by_term ON booking_search USING gin (found_by) WITH (gin_pending_list_limit = 256);
CREATE INDEX booking_search_by_show ON booking_search (show_id);
-- The bookings whose words leave when somebody is erased. Nobody waits for that.
CREATE INDEX booking_search_by_people ON booking_search USING gin (people);

-- Who has been erased: of them no word is written any more, whoever may still know their key.
CREATE TABLE booking_search_erased (
    person_id uuid PRIMARY KEY
);

-- The shows, by the same means: n: a word of its name, v: a word of its venue's name, t: a ticket type it has ever
-- offered, k: a word of such a type's name.
CREATE TABLE booking_search_shows (
    show_id    uuid     PRIMARY KEY,
    venue_id   uuid,
    name       text     NOT NULL,
    venue      text     NOT NULL,
    offers     json     NOT NULL,
    terms      text[]   NOT NULL,
    found_by   tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(terms)) STORED
);

CREATE INDEX booking_search_shows_by_term ON booking_search_shows USING gin (found_by);
CREATE INDEX booking_search_shows_by_venue ON booking_search_shows (venue_id);
