"""What is left of a show, in the API's words."""

from typing import Any

import orjson

from query_api.availability.stock_now import HAS_LAPSED, LAPSED

# The position is read by the same statement, so it is exactly the one at which the figures stand. $2 is the time.
FIGURES = """SELECT a.show_id::text, a.draft, a.capacity, a.held, a.sold, a.blocked, a.available, a.sold_out,
                    a.by_ticket_type, lapsed.holds, CASE WHEN {has_lapsed} THEN a.stock END AS stock,
                    (SELECT position FROM eventstore.checkpoints
                     WHERE log_id = 1 AND subscription = 'availability') AS position
             FROM projections.availability AS a CROSS JOIN {lapsed}"""
SELECT = FIGURES.format(
    has_lapsed=HAS_LAPSED.format(now="$2"), lapsed=LAPSED.format(show_id="a.show_id", now="$2")
)


def availability_shape(row: Any, position: int) -> dict[str, Any]:
    """The shape of `resources.event.Availability`."""
    return {
        "event_id": row["show_id"],
        "capacity": row["capacity"],
        "held": row["held"],
        "sold": row["sold"],
        "blocked": row["blocked"],
        "available": row["available"],
        "sold_out": row["sold_out"],
        "by_ticket_type": orjson.Fragment(row["by_ticket_type"]),
        "as_of_position": position,
    }
