-- The rows of projections.availability, its bookings, steps and overdue holds from the facts after $1 up to $2, in one
-- statement, by somebody who knows which facts a season of the benchmark holds, and that each of its ticket types has a
-- part of the house to itself. It makes less than ours: no `stock`, and every step as its moves, none as a whole state.

WITH facts AS MATERIALIZED (
    SELECT e.name, e.position, e.recorded_at, f.booking_id, f.show_id, f.ticket_ids, f.expires_at,
           (SELECT jsonb_object_agg(t.id, jsonb_build_array(t.ticket_type_id, coalesce(t.area, split_part(t.seat, '/', 1)),
                                                            NULL, 1))
            FROM json_to_recordset(f.tickets) AS t (id text, ticket_type_id text, seat text, area text)) AS places
    FROM eventstore.events AS e,
         json_to_record(e.data) AS f (booking_id uuid, show_id uuid, tickets json, ticket_ids text[],
                                      expires_at timestamptz)
    WHERE e.log_id = 1 AND e.position > $1 AND e.position <= $2
      AND e.name IN ('SeatsHeld', 'SeatsBooked', 'BookingConfirmed', 'BookingCancelled', 'BookingExpired',
                     'TicketsExchanged')
),
made AS MATERIALIZED (
    SELECT booking_id, show_id, CASE name WHEN 'SeatsHeld' THEN 'pending' ELSE 'confirmed' END AS status, expires_at,
           position, recorded_at, places
    FROM facts WHERE name IN ('SeatsHeld', 'SeatsBooked')
),
-- What came after; a season says each of these at most once of a booking.
later AS MATERIALIZED (
    SELECT * FROM facts WHERE name NOT IN ('SeatsHeld', 'SeatsBooked')
),
before AS (
    SELECT booking_id, show_id, status, expires_at, position AS since, places, true AS fresh FROM made
    UNION ALL
    SELECT b.booking_id, b.show_id, b.status, b.expires_at, b.since, b.places::jsonb, false
    FROM later AS l JOIN bench.availability_bookings AS b ON b.booking_id = l.booking_id
),
changed AS MATERIALIZED (
    SELECT b.booking_id, b.show_id, b.fresh, b.status AS old_status, b.expires_at AS old_expires_at,
           b.since AS old_since, b.places AS old_places, l.name, l.position, l.recorded_at, l.ticket_ids,
           l.places AS new_places,
           CASE l.name
               WHEN 'BookingConfirmed' THEN 'confirmed'
               WHEN 'BookingExpired' THEN 'expired'
               WHEN 'BookingCancelled' THEN
                   CASE WHEN b.places - l.ticket_ids = '{}' THEN 'cancelled' ELSE b.status END
               ELSE b.status
           END AS status,
           CASE WHEN l.name IN ('BookingConfirmed', 'BookingExpired') THEN NULL ELSE b.expires_at END AS expires_at,
           coalesce(l.position, b.since) AS since,
           CASE
               WHEN l.ticket_ids IS NULL THEN b.places
               ELSE (b.places - l.ticket_ids) || coalesce(l.places, '{}')
           END AS places
    FROM before AS b LEFT JOIN later AS l ON l.booking_id = b.booking_id
),
bookings_written AS (
    INSERT INTO bench.availability_bookings (booking_id, show_id, status, expires_at, since, places)
    SELECT booking_id, show_id, status, expires_at, since, places::json FROM changed
    ON CONFLICT (booking_id) DO UPDATE
    SET status = excluded.status, expires_at = excluded.expires_at, since = excluded.since, places = excluded.places
),
steps_written AS (
    INSERT INTO bench.availability_steps (show_id, position, recorded_at, moves)
    SELECT show_id, position, recorded_at,
           (SELECT json_build_array(json_build_array('take', status, json_agg(jsonb_set(value, '{3}', to_jsonb(number)))))
            FROM (SELECT value, count(*) AS number FROM jsonb_each(places) GROUP BY value) AS p)
    FROM made
    UNION ALL
    SELECT show_id, position, recorded_at,
           (SELECT json_agg(json_build_array(op, was, parts) ORDER BY op)
            FROM (SELECT op, was, json_agg(jsonb_set(value, '{3}', to_jsonb(number))) AS parts
                  FROM (SELECT CASE name WHEN 'BookingConfirmed' THEN 'confirm' ELSE 'give_back' END AS op,
                               CASE name WHEN 'BookingConfirmed' THEN 'confirmed' ELSE old_status END AS was,
                               value, count(*) AS number
                        FROM jsonb_each(old_places)
                        WHERE ticket_ids IS NULL OR key = ANY (ticket_ids)
                        GROUP BY value
                        UNION ALL
                        SELECT 'take', old_status, value, count(*) FROM jsonb_each(new_places) GROUP BY value) AS p
                  GROUP BY op, was) AS moves)
    FROM changed WHERE name IS NOT NULL
    UNION ALL
    SELECT (data ->> 'show_id')::uuid, position, recorded_at, NULL
    FROM eventstore.events
    WHERE log_id = 1 AND position > $1 AND position <= $2 AND name IN ('ShowScheduled', 'ShowPublished')
),
overdue_written AS (
    INSERT INTO bench.availability_overdue (show_id, position, expires_at, since, places)
    SELECT show_id, position, old_expires_at, old_since,
           (SELECT json_agg(jsonb_set(value, '{3}', to_jsonb(number)))
            FROM (SELECT value, count(*) AS number FROM jsonb_each(old_places) GROUP BY value) AS p)
    FROM changed WHERE old_status = 'pending' AND old_expires_at < recorded_at
),
moved AS (
    SELECT show_id, ticket_type_id, sum(held) AS held, sum(sold) AS sold
    FROM (
        SELECT show_id, p.value ->> 0 AS ticket_type_id, (status = 'pending')::int AS held,
               (status = 'confirmed')::int AS sold
        FROM changed, jsonb_each(places) AS p
        UNION ALL
        SELECT show_id, p.value ->> 0, -(old_status = 'pending')::int, -(old_status = 'confirmed')::int
        FROM changed, jsonb_each(old_places) AS p WHERE NOT fresh
    ) AS places
    GROUP BY 1, 2
),
deltas AS MATERIALIZED (
    SELECT show_id, jsonb_object_agg(ticket_type_id, jsonb_build_array(held, sold)) AS by_type,
           sum(held) AS held, sum(sold) AS sold
    FROM moved GROUP BY 1
),
published AS MATERIALIZED (
    SELECT (data ->> 'show_id')::uuid AS show_id FROM eventstore.events
    WHERE log_id = 1 AND position > $1 AND position <= $2 AND name = 'ShowPublished'
),
planned AS (
    SELECT f.show_id, o.capacity, o.by_ticket_type
    FROM eventstore.events AS e,
         json_to_record(e.data) AS f (show_id uuid, plan json, offers json),
         LATERAL (
             SELECT sum(parts.capacity) AS capacity,
                    json_agg(json_build_object('ticket_type_id', o.id, 'name', o.name, 'quota', o.quota, 'held', 0,
                                               'sold', 0, 'blocked', 0, 'available', parts.capacity,
                                               'limited_by', 'places') ORDER BY place) AS by_ticket_type
             FROM ROWS FROM (json_to_recordset(f.offers) AS (id text, name text, quota int, sections json))
                      WITH ORDINALITY AS o (id, name, quota, sections, place)
             JOIN (
                 SELECT name, capacity FROM json_to_recordset(f.plan -> 'areas') AS a (name text, capacity int)
                 UNION ALL
                 SELECT name, (SELECT sum((r ->> 'seats')::int) FROM json_array_elements(rows) AS r)
                 FROM json_to_recordset(f.plan -> 'sections') AS s (name text, rows json)
             ) AS parts ON parts.name = o.sections ->> 0
         ) AS o
    WHERE e.log_id = 1 AND e.position > $1 AND e.position <= $2 AND e.name = 'ShowScheduled'
),
shows AS (
    SELECT show_id, true AS draft, capacity, 0 AS held, 0 AS sold, capacity AS available, by_ticket_type FROM planned
    UNION ALL
    SELECT show_id, draft, capacity, held, sold, available, by_ticket_type FROM bench.availability
    WHERE show_id IN (SELECT show_id FROM deltas UNION SELECT show_id FROM published)
)
INSERT INTO bench.availability (show_id, draft, stock, capacity, held, sold, blocked, available, sold_out,
                                by_ticket_type, moves)
SELECT s.show_id, s.draft AND p.show_id IS NULL, '{}', s.capacity, s.held + coalesce(d.held, 0),
       s.sold + coalesce(d.sold, 0), 0, s.available - coalesce(d.held + d.sold, 0),
       s.available = coalesce(d.held + d.sold, 0),
       CASE WHEN d.show_id IS NULL THEN s.by_ticket_type ELSE (
           SELECT json_agg(json_build_object(
                      'ticket_type_id', t ->> 'ticket_type_id', 'name', t ->> 'name', 'quota', t -> 'quota',
                      'held', (t ->> 'held')::int + coalesce((delta ->> 0)::int, 0),
                      'sold', (t ->> 'sold')::int + coalesce((delta ->> 1)::int, 0), 'blocked', 0,
                      'available', (t ->> 'available')::int - coalesce((delta ->> 0)::int + (delta ->> 1)::int, 0),
                      'limited_by', 'places'
                  ) ORDER BY place)
           FROM json_array_elements(s.by_ticket_type) WITH ORDINALITY AS t (t, place),
                LATERAL (SELECT d.by_type -> (t ->> 'ticket_type_id') AS delta) AS one
       ) END, 0
FROM shows AS s LEFT JOIN deltas AS d ON d.show_id = s.show_id LEFT JOIN published AS p ON p.show_id = s.show_id
ON CONFLICT (show_id) DO UPDATE
SET draft = excluded.draft, held = excluded.held, sold = excluded.sold, available = excluded.available,
    sold_out = excluded.sold_out, by_ticket_type = excluded.by_ticket_type
