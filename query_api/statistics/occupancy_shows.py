"""Which events an occupancy is of, and how full they are together.

Events on sale and those closed count; a draft is not there yet, and of what was called off nothing is full.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from query_api.conditions import Conditions
from query_api.sight import Sight
from query_api.snapshot import Snapshot
from query_api.statistics.shapes import occupancy_shape

FIGURES = ("events", "capacity", "sold", "occupancy")


@dataclass(frozen=True, slots=True)
class Shows:
    """Which shows in `sight`: those that start from `begin` to before `end`, at a venue, or one."""

    sight: Sight
    begin: datetime | None = None
    end: datetime | None = None
    venue_id: UUID | None = None
    event_id: UUID | None = None

    @property
    def all_there(self) -> bool:
        """Every show counts of a venue that does."""
        whole = self.begin is None and self.end is None and self.event_id is None
        return whole and not self.sight.is_limited

    def conditions(self) -> Conditions:
        found = Conditions()
        found.add("s.status IN ('on_sale', 'closed')")
        if self.begin is not None:
            found.add("s.starts_at >= {}", self.begin)
        if self.end is not None:
            found.add("s.starts_at < {}", self.end)
        if self.venue_id is not None:
            found.add("s.venue_key = {}", self.venue_id)
        if self.event_id is not None:
            found.add("s.show_id = {}", self.event_id)
        found.add_all(self.sight.conditions("s.show_id"))
        return found

    def sold(self, asked: Conditions) -> str:
        """SQL that joins what each show has sold; its arguments are added to `asked`."""
        seen = Conditions()
        seen.arguments = asked.arguments
        seen.add_all(self.sight.conditions("u.show_id"))
        return SOLD.format(seen=seen.where)


# Over many shows the sums are added up in one pass, which costs less than to look for each show's own.
SOLD = """LEFT JOIN (SELECT u.show_id, sum(u.tickets) AS sold FROM projections.sales_of_shows AS u {seen}
                     GROUP BY u.show_id) AS t USING (show_id)"""

SOLD_BY_THESE = "coalesce(sum(t.sold), 0)::bigint"

# What all of them sold is in the sums of venues, together with what those sold that do not count: they are few.
SOLD_BY_ALL = """(coalesce((SELECT sum(t.tickets_sold) - sum(t.tickets_returned)
                            FROM projections.sales_of_venues_by_month AS t WHERE {there}), 0)
                  - coalesce((SELECT sum(t.tickets) FROM projections.sales_shows AS s
                              JOIN projections.sales_of_shows AS t USING (show_id)
                              WHERE {there} AND s.status NOT IN ('on_sale', 'closed')), 0))::bigint"""

IN_ALL = """SELECT count(*) AS events, coalesce(sum(s.capacity), 0)::bigint AS capacity, {sold} AS sold
            FROM projections.sales_shows AS s {joined} {where}"""


async def in_all(look: Snapshot, shows: Shows) -> dict[str, Any]:
    """All of them together."""
    asked, sold, joined = shows.conditions(), SOLD_BY_THESE, ""
    if not shows.all_there:
        joined = shows.sold(asked)
    else:
        there = "true" if shows.venue_id is None else f"venue_key = {asked.argument(shows.venue_id)}"
        sold = SOLD_BY_ALL.format(there=there)
    (row,) = await look.rows(IN_ALL.format(sold=sold, joined=joined, where=asked.where), *asked.arguments)
    return figures(row)


def figures(row: Any) -> dict[str, Any]:
    """In the order of `FIGURES`."""
    return {"events": row["events"], **occupancy_shape(row["capacity"], row["sold"])}
