"""Which sums answer a question about sales over time, and the statement that reads them.

Sums are kept for everything, for shows with their ticket types, for venues and for ticket types. Each is kept by slots
of more than one size; a question reads the largest that fit between its bounds, and the ledger itself only for what a
bound cuts within the smallest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from query_api.conditions import Conditions
from query_api.statistics.filters import Filters
from query_api.statistics.pieces import Pieces, pieces
from query_api.statistics.span import Span

GroupBy = Literal["event", "venue", "ticket_type"]


@dataclass(frozen=True, slots=True)
class Book:
    """Tables `sales_<of>by_<slot>`, one for each of `slots`, the largest first."""

    of: str
    slots: tuple[str, ...]

    def table(self, slot: str | None) -> str:
        return "sales_entries" if slot is None else f"sales_{self.of}by_{slot}"


ALL = Book("", ("day", "hour", "quarter"))
SHOWS = Book("of_shows_", ("month", "quarter"))
VENUES = Book("of_venues_", ("month", "day", "hour", "quarter"))
TYPES = Book("of_types_", ("month", "day", "quarter"))

KEYS: dict[GroupBy, str] = {
    "event": "t.show_id",
    "venue": "{place}.venue_key",
    "ticket_type": "t.ticket_type_id",
}


def book_for(group_by: GroupBy | None, filters: Filters) -> Book:
    """The one with the fewest rows that knows what is asked for."""
    by_type = group_by == "ticket_type" or filters.ticket_type_id is not None
    by_place = group_by == "venue" or filters.venue_id is not None or filters.city is not None
    if group_by == "event" or filters.event_id is not None or (by_type and by_place):
        return SHOWS
    if by_place:
        return VENUES
    return TYPES if by_type else ALL


SUMS = """SELECT p.key, p.number, p.currency, sum(p.bookings)::bigint AS bookings,
                 (sum(p.tickets_sold) - sum(p.tickets_returned))::bigint AS tickets, sum(p.gross)::bigint AS gross,
                 sum(p.refunded)::bigint AS refunded
          FROM ({parts}) AS p GROUP BY p.key, p.number, p.currency ORDER BY p.key, p.number, p.currency"""

# Each range is looked up by index: OFFSET 0 keeps the planner, who cannot know how little is in them, from reading the
# whole table and comparing.
PART = """SELECT t.key, width_bucket(t.at, {bounds}::timestamptz[]) AS number, t.currency, t.bookings, t.tickets_sold,
                 t.tickets_returned, t.gross, t.refunded
          FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
          CROSS JOIN LATERAL (
              SELECT {key} AS key, t.{at} AS at, t.currency, t.{bookings} AS bookings, t.tickets_sold,
                     t.tickets_returned, t.gross, t.refunded
              FROM projections.{table} AS t {shows} WHERE t.{at} >= r.low AND t.{at} < r.high {where} OFFSET 0
          ) AS t"""

ITS_SHOW = "JOIN projections.sales_shows AS s USING (show_id)"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: sums of what meets `filters` in each period of `span`, by group. Of the groups only `keys`, where
    they are given.
    """

    group_by: GroupBy | None
    filters: Filters
    span: Span
    keys: Sequence[UUID] | None = None

    def statement(self) -> tuple[str, list[Any]]:
        """With its arguments: it finds a row for each group, period and currency with any sales.

        Periods are numbered from 1.
        """
        book, arguments = book_for(self.group_by, self.filters), Conditions()
        bounds = arguments.argument(list(self.span.bounds))
        cuts = pieces(self.span.bounds, book.slots)
        parts = " UNION ALL ".join(self._part(book, cut, arguments, bounds) for cut in cuts)
        return SUMS.format(parts=parts), arguments.arguments

    def _part(self, book: Book, cut: Pieces, arguments: Conditions, bounds: str) -> str:
        # Sums of shows do not say where they are; the ledger does.
        joined = book is SHOWS and cut.slot is not None and (self._by_place or self.group_by == "venue")
        place = "s" if joined else "t"
        key = KEYS[self.group_by].format(place=place) if self.group_by else "NULL::uuid"
        return PART.format(
            key=key,
            at="at" if cut.slot is None else "slot",
            bounds=bounds,
            bookings="bookings_of_type" if self._by_type else "bookings",
            begins=arguments.argument(cut.begins),
            ends=arguments.argument(cut.ends),
            table=book.table(cut.slot),
            shows=ITS_SHOW if joined else "",
            where=self._where(key, place, arguments, ledger=cut.slot is None),
        )

    def _where(self, key: str, place: str, arguments: Conditions, *, ledger: bool) -> str:
        asked = self.filters
        found = [f"{key} = ANY ({arguments.argument(list(self.keys))})"] if self.keys is not None else []
        if asked.event_id is not None:
            found.append(f"t.show_id = {arguments.argument(asked.event_id)}")
        if asked.ticket_type_id is not None:
            found.append(f"t.ticket_type_id = {arguments.argument(asked.ticket_type_id)}")
        if asked.venue_id is not None:
            found.append(f"{place}.venue_key = {arguments.argument(asked.venue_id)}")
        if asked.city is not None:
            found.append(f"{place}.venue_key = ANY ({arguments.argument(list(asked.city_venues))})")
            found.append(f"{place}.city = ANY ({arguments.argument(list(asked.cities))})")
        if ledger:
            # What goes from customer to customer is neither sold nor given back.
            found.append("t.kind <> 'transferred'")
        return "".join(f" AND {each}" for each in found)

    @property
    def _by_type(self) -> bool:
        return self.group_by == "ticket_type" or self.filters.ticket_type_id is not None

    @property
    def _by_place(self) -> bool:
        return self.filters.venue_id is not None or self.filters.city is not None
