"""A venue's row in the API's words."""

from typing import Any

import orjson

SELECT = """SELECT venue_id::text, name, address, city, timezone, capacity, seating_plan, status, created_at
            FROM projections.venues AS v"""


def venue_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.venue.Venue`, from a row of `SELECT`."""
    return {
        "id": row["venue_id"],
        "name": row["name"],
        "address": row["address"],
        "city": row["city"],
        "timezone": row["timezone"],
        "capacity": row["capacity"],
        "seating_plan": orjson.Fragment(row["seating_plan"]),
        "status": row["status"],
        "created_at": row["created_at"],
    }
