"""What one event has sold, now or as of any moment, and by ticket type."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from query_api.as_of import AsOf
from query_api.problems import EVENT_NOT_FOUND, not_there_then
from query_api.snapshot import Snapshot
from resources.sums import sold_shape
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.problems import Problem

COLUMNS = ("tickets", "gross", "refunded")


@dataclass(frozen=True, slots=True)
class EventSums:
    """`show` is the row of the show, `by_type` has the sums of each ticket type that is on offer or was sold."""

    show: dict[str, Any]
    whole: dict[str, int]
    by_type: list[dict[str, Any]]
    position: int

    def revenue(self) -> dict[str, Any]:
        """The shape of `resources.statistics.Sold`."""
        return sold_shape(self.whole, self.show["currency"])

    def types(self) -> list[dict[str, Any]]:
        """The shape of `resources.statistics.TypeRevenue`, in the order in which the types were first offered."""
        return [
            {"ticket_type_id": each["id"], "name": each["name"], **sold_shape(each, self.show["currency"])}
            for each in self.by_type
        ]


SHOW_NOW = "SELECT to_json(s)::text AS row FROM projections.sales_shows AS s WHERE show_id = $1"
SUMS_NOW = """SELECT ticket_type_id::text AS id, sum(bookings) AS whole, sum(bookings_of_type) AS bookings,
                     sum(tickets) AS tickets, sum(gross)::bigint AS gross, sum(refunded)::bigint AS refunded
              FROM projections.sales_of_shows WHERE show_id = $1 GROUP BY ticket_type_id"""


async def sums_now(look: Snapshot, show_id: UUID) -> EventSums:
    """Raises Problem 404 `event-not-found`."""
    row = await look.one(EVENT_NOT_FOUND, SHOW_NOW, show_id)
    return _sums(row["row"], await look.rows(SUMS_NOW, show_id), look.position)


SHOW_THEN = """SELECT row FROM projections.sales_shows_versions
               WHERE show_id = $1 AND position <= $2 ORDER BY position DESC LIMIT 1"""
SUMS_THEN = """SELECT ticket_type_id::text AS id, sum(bookings) AS whole, sum(bookings_of_type) AS bookings,
                      sum(tickets) AS tickets, sum(gross)::bigint AS gross, sum(refunded)::bigint AS refunded
               FROM projections.sales_entries WHERE show_id = $1 AND position <= $2 GROUP BY ticket_type_id"""


async def sums_then(look: Snapshot, show_id: UUID, when: AsOf) -> EventSums:
    """Out of the books up to there. Raises Problem 404 `event-not-found`, also when there was no such event yet."""
    position = await last_position(look, show_id, when)
    row = await look.one(not_there_then(EVENT_NOT_FOUND), SHOW_THEN, show_id, position)
    return _sums(row["row"], await look.rows(SUMS_THEN, show_id, position), position)


# Up to the first thing that was recorded later: servers' clocks differ, and a history with a hole never was.
LAST_BEFORE = f"""SELECT coalesce(min(position), {BIGINT_MAX}) - 1 FROM (
                      SELECT position FROM projections.sales_entries WHERE show_id = $1 AND recorded_at > $2
                      UNION ALL
                      SELECT position FROM projections.sales_shows_versions WHERE show_id = $1 AND recorded_at > $2
                  ) AS later"""  # noqa: S608 - a number of ours


async def last_position(look: Snapshot, show_id: UUID, when: AsOf) -> int:
    """The last position that belongs to `when`, as far as it is projected."""
    if when.position is not None:
        return min(when.position, look.position)
    ((position,),) = await look.rows(LAST_BEFORE, show_id, when.moment)
    return min(int(position), look.position)


def _sums(show_row: str | None, rows: list[Any], position: int) -> EventSums:
    if show_row is None:
        # It had been deleted by then.
        raise Problem(not_there_then(EVENT_NOT_FOUND))
    show = orjson.loads(show_row)
    found = {row["id"]: row for row in rows}
    whole = {column: sum(row[column] for row in rows) for column in COLUMNS}
    whole["bookings"] = sum(row["whole"] for row in rows)
    nothing = {"bookings": 0, **dict.fromkeys(COLUMNS, 0)}
    by_type = [
        {
            **nothing,
            **dict(found.get(each["ticket_type_id"], {})),
            "id": each["ticket_type_id"],
            "name": each["name"],
        }
        for each in show["ticket_types"]
        if each["offered"] or each["ticket_type_id"] in found
    ]
    return EventSums(show, whole, by_type, position)
