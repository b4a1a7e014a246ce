-- The rows of projections.bookings and bookings_shows from the facts after $1 up to $2, in one statement, by somebody who
-- knows which facts a season of the benchmark holds. Every booking is written once, however many facts are about it.

WITH facts AS MATERIALIZED (
    SELECT e.name, f.*
    FROM eventstore.events AS e,
         json_to_record(e.data) AS f (
             booking_id uuid, show_id uuid, code text, customer json, tickets json, total json, payment json,
             expires_at timestamptz, ticket_ids jsonb, due json, refund json, codes jsonb, at timestamptz)
    WHERE e.log_id = 1 AND e.position > $1 AND e.position <= $2
      AND e.name IN ('SeatsHeld', 'SeatsBooked', 'BookingConfirmed', 'BookingCancelled', 'BookingExpired',
                     'TicketsExchanged', 'BookingTransferred')
),
published AS MATERIALIZED (
    SELECT (data ->> 'show_id')::uuid AS show_id FROM eventstore.events
    WHERE log_id = 1 AND position > $1 AND position <= $2 AND name = 'ShowPublished'
),
shows_made AS (
    INSERT INTO bench.bookings_shows
        (show_id, name, venue_id, venue_name, timezone, starts_at, ends_at, status, revision, created_at, changed_at)
    SELECT f.show_id, f.name, f.venue_id, f.venue_name, f.timezone, f.starts_at, f.ends_at,
           CASE WHEN f.show_id IN (SELECT show_id FROM published) THEN 'on_sale' ELSE 'draft' END, 0, f.at, f.at
    FROM eventstore.events AS e,
         json_to_record(e.data) AS f (show_id uuid, name text, venue_id uuid, venue_name text, timezone text,
                                      starts_at timestamptz, ends_at timestamptz, at timestamptz)
    WHERE e.log_id = 1 AND e.position > $1 AND e.position <= $2 AND e.name = 'ShowScheduled'
),
-- Of shows that an earlier batch has made: what this one makes is not there yet for the same statement.
shows_published AS (
    UPDATE bench.bookings_shows AS s SET status = 'on_sale' FROM published AS p WHERE s.show_id = p.show_id
),
made AS (
    SELECT booking_id, show_id, (customer ->> 'id')::uuid AS customer_id,
           (customer ->> 'person_id')::uuid AS person_id, customer ->> 'name' AS customer_name,
           customer ->> 'email' AS customer_email, code,
           CASE name WHEN 'SeatsHeld' THEN 'pending' ELSE 'confirmed' END AS status,
           expires_at, (total ->> 'amount')::bigint AS total,
           CASE name WHEN 'SeatsHeld' THEN 0 ELSE (total ->> 'amount')::bigint END AS paid,
           0::bigint AS refund, total ->> 'currency' AS currency, tickets,
           '[]'::json AS cancelled, '[]'::json AS refunded, at AS created_at, at AS updated_at
    FROM facts WHERE name IN ('SeatsHeld', 'SeatsBooked')
),
-- What came after; a season says each of these at most once of a booking.
later AS (
    SELECT booking_id, name, ticket_ids, payment, (due ->> 'amount')::bigint AS due,
           (refund ->> 'amount')::bigint AS refund, tickets, customer, codes, at
    FROM facts WHERE name NOT IN ('SeatsHeld', 'SeatsBooked')
),
before AS (
    SELECT * FROM made
    UNION ALL
    SELECT b.* FROM bench.bookings AS b WHERE b.booking_id IN (SELECT booking_id FROM later)
)
INSERT INTO bench.bookings AS b
SELECT b.booking_id, b.show_id,
       coalesce((l.customer ->> 'id')::uuid, b.customer_id),
       coalesce((l.customer ->> 'person_id')::uuid, b.person_id),
       coalesce(l.customer ->> 'name', b.customer_name),
       coalesce(l.customer ->> 'email', b.customer_email),
       b.code,
       CASE l.name
           WHEN 'BookingConfirmed' THEN 'confirmed'
           WHEN 'BookingExpired' THEN 'expired'
           WHEN 'BookingCancelled' THEN
               CASE WHEN jsonb_array_length(l.ticket_ids) = json_array_length(b.tickets) THEN 'cancelled' ELSE b.status END
           ELSE b.status
       END,
       CASE l.name WHEN 'BookingConfirmed' THEN NULL ELSE b.expires_at END,
       CASE l.name WHEN 'TicketsExchanged' THEN b.total + l.due - l.refund ELSE b.total END,
       CASE l.name
           WHEN 'BookingConfirmed' THEN (l.payment -> 'amount' ->> 'amount')::bigint
           ELSE b.paid + coalesce(l.due, 0)
       END,
       b.refund + coalesce(l.refund, 0),
       b.currency,
       CASE l.name
           WHEN 'TicketsExchanged' THEN (b.tickets::jsonb || l.tickets::jsonb)::json
           WHEN 'BookingTransferred' THEN
               (SELECT json_agg(t || jsonb_build_object('code', c ->> 'code') ORDER BY place)
                FROM jsonb_array_elements(b.tickets::jsonb) WITH ORDINALITY AS t (t, place)
                JOIN jsonb_array_elements(l.codes) AS c (c) ON c ->> 'id' = t ->> 'id')
           ELSE b.tickets
       END,
       coalesce(l.ticket_ids::json, b.cancelled),
       CASE WHEN l.name = 'BookingCancelled' AND l.refund > 0 THEN l.ticket_ids::json ELSE b.refunded END,
       b.created_at, coalesce(l.at, b.updated_at)
FROM before AS b LEFT JOIN later AS l ON l.booking_id = b.booking_id
ON CONFLICT (booking_id) DO UPDATE
SET customer_id = excluded.customer_id, person_id = excluded.person_id, customer_name = excluded.customer_name,
    customer_email = excluded.customer_email,
    status = excluded.status, expires_at = excluded.expires_at, total = excluded.total, paid = excluded.paid,
    refund = excluded.refund, tickets = excluded.tickets, cancelled = excluded.cancelled, refunded = excluded.refunded,
    updated_at = excluded.updated_at
