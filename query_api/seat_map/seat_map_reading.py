"""The seat map out of its tables: whole, or what has changed since a position. One statement each, so one moment.

Seats of holds that have run out are free, whether or not that has been written down yet, and so is what an allotment
keeps after its date: such holds and allotments come with the rows and are taken out of them by `seat_map_shape`.
Without a time there are none, and the map is exactly what the facts up to its position say.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

COLUMNS = """s.show_id::text, s.draft, s.position, s.plan_position, s.free, s.held, s.sold, s.blocked, s.areas,
             s.allotments, l.lapsed, l.released, l.holds, (SELECT position FROM eventstore.checkpoints
                                               WHERE log_id = 1 AND subscription = 'seat_map') AS reached"""

# `holds` counts both: until the next fact each only becomes more, so the sum tells them apart as well as the two would.
LAPSED = """CROSS JOIN LATERAL (
                SELECT ran_out.holds + let_go.allotments AS holds, ran_out.lapsed, let_go.released
                FROM (SELECT count(*) AS holds, json_agg(b.places) AS lapsed FROM projections.seat_map_bookings AS b
                      WHERE b.show_id = s.show_id AND b.status = 'pending' AND b.expires_at < $4) AS ran_out,
                     (SELECT count(*) AS allotments, json_agg(json_build_array(a.allotment_id, a.seats)) AS released
                      FROM projections.seat_map_allotments AS a
                      WHERE a.show_id = s.show_id AND a.release_at <= $4) AS let_go
            ) AS l"""

# Every key of a show begins with its id and a slash, which is 2F; after that comes 30, a nought.
ITS_ROWS = "r.row_id >= $2 AND r.row_id < $3"

PARTS = {"columns": COLUMNS, "lapsed": LAPSED, "its_rows": ITS_ROWS}

# Whoever has the map already, as it was at $5 with $6 holds taken out, is spared the reading of it.
MAP = """SELECT {columns},
                CASE WHEN (s.position, l.holds) IS DISTINCT FROM ($5::bigint, $6::bigint) THEN
                    (SELECT p.sections FROM projections.seat_map_plans AS p WHERE p.show_id = $1)
                END AS sections,
                CASE WHEN (s.position, l.holds) IS DISTINCT FROM ($5::bigint, $6::bigint) THEN
                    (SELECT string_agg(r.seats, ' ' ORDER BY r.number)
                     FROM projections.seat_map_rows AS r WHERE {its_rows})
                END AS seats
         FROM projections.seat_map_shows AS s {lapsed}
         WHERE s.show_id = $1"""

# Rows of holds that have run out are always among the changes, and so are those of allotments after their date: no fact
# has changed them, only time.
CHANGES = """SELECT {columns}, (
                      SELECT json_agg(json_build_array(r.row_id, r.labels, r.seats) ORDER BY r.number)
                      FROM projections.seat_map_rows AS r
                      WHERE {its_rows} AND s.plan_position <= $5
                        AND (r.position > $5 OR r.row_id IN (
                            SELECT $2 || regexp_replace(place->>1, '/[^/]*$', '')
                            FROM json_array_elements(l.lapsed) AS booking, json_array_elements(booking) AS place
                            UNION ALL
                            SELECT $2 || regexp_replace(seat, '/[^/]*$', '')
                            FROM json_array_elements(l.released) AS allotment,
                                 json_array_elements_text(allotment->1) AS seat
                        ))
                  ) AS changes
                  FROM projections.seat_map_shows AS s {lapsed}
                  WHERE s.show_id = $1"""

GET_MAP, GET_CHANGES = MAP.format(**PARTS), CHANGES.format(**PARTS)


def about(show_id: UUID, now: datetime | None) -> tuple[UUID, str, str, datetime | None]:
    """The first arguments of both; the others are what the client has. Without a time no hold has run out."""
    return show_id, f"{show_id}/", f"{show_id}0", now


def must_reset(row: Any, since: int) -> bool:
    """Whether changes cannot tell what has happened after `since`: another plan, or a position still to come."""
    return bool(row["plan_position"] > since or since > row["reached"])


# Which of these shows have moved: asked once for all who watch.
GET_POSITIONS = "SELECT show_id, position FROM projections.seat_map_shows WHERE show_id = ANY ($1)"
