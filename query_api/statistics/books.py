"""Which sums answer a question about sales over time, and the statement that reads them.

Sums are kept for everything, for shows with their ticket types, for venues and for ticket types. Each is kept by slots
of more than one size; a question reads the largest that are not longer than its periods, smaller ones where a bound
lies within one, and the ledger itself only for what a bound cuts within the smallest.
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
    """Tables `sales_<of>by_<slot>`, one for each of `slots`, the largest first; `ever` has the sums of all time."""

    of: str
    slots: tuple[str, ...]
    ever: str | None = None

    def table(self, slot: str | None) -> str:
        return "sales_entries" if slot is None else f"sales_{self.of}by_{slot}"


ALL = Book("", ("day", "hour", "quarter"), "sales_in_all")
SHOWS = Book("of_shows_", ("month", "quarter"), "sales_of_shows")
VENUES = Book("of_venues_", ("month", "day", "quarter"))
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
    by_show = group_by == "event" or filters.event_id is not None or filters.sight.is_limited
    if by_show or (by_type and by_place):
        return SHOWS
    if by_place:
        return VENUES
    return TYPES if by_type else ALL


# Whatever was sold or given back is tickets: of a period without any there is no row, not even when all that was
# counted in it has been taken from it again.
SUMS = """SELECT p.key, p.number, p.currency, sum(p.bookings)::bigint AS bookings,
                 (sum(p.tickets_sold) - sum(p.tickets_returned))::bigint AS tickets, sum(p.gross)::bigint AS gross,
                 sum(p.refunded)::bigint AS refunded
          FROM ({parts}) AS p WHERE p.number BETWEEN 1 AND {periods} GROUP BY p.key, p.number, p.currency
          HAVING sum(p.tickets_sold) > 0 OR sum(p.tickets_returned) > 0 ORDER BY p.key, p.number, p.currency"""

# Each range is looked up by index: OFFSET 0 keeps the planner, who cannot know how little is in them, from reading the
# whole table and comparing.
PART = """SELECT t.key, n.number, t.currency, n.times * t.bookings AS bookings,
                 n.times * t.tickets_sold AS tickets_sold, n.times * t.tickets_returned AS tickets_returned,
                 n.times * t.gross AS gross, n.times * t.refunded AS refunded
          FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
          CROSS JOIN LATERAL (
              SELECT {key} AS key, t.{at} AS at, t.currency, t.{bookings} AS bookings, t.tickets_sold,
                     t.tickets_returned, t.gross, t.refunded
              FROM projections.{table} AS t {shows} WHERE t.{at} >= r.low AND t.{at} < r.high {where} OFFSET 0
          ) AS t CROSS JOIN LATERAL (VALUES {numbers}) AS n (number, times)"""
COUNTS = "(width_bucket(t.at, {bounds}::timestamptz[]), 1)"
NO_MORE = "(width_bucket(t.at, {bounds}::timestamptz[]), -1)"

# What went from customer to customer has come and gone: it is nothing in the sums of all time.
EVER = """SELECT {key} AS key, 1 AS number, t.currency, t.{bookings} AS bookings, t.tickets_sold, t.tickets_returned,
                 t.gross, t.refunded
          FROM projections.{table} AS t {shows} WHERE true {where}"""

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
        if self.span.ever and book.ever is not None:
            parts = [self._ever(book, book.ever, arguments)]
        else:
            parts = [self._part(book, cut, arguments) for cut in pieces(self.span.bounds, book.slots)]
        periods = arguments.argument(self.span.periods)
        return SUMS.format(parts=" UNION ALL ".join(parts), periods=periods), arguments.arguments

    def _ever(self, book: Book, table: str, arguments: Conditions) -> str:
        key, place, shows = self._key(joined=book is SHOWS)
        where = self._where(key, place, arguments, ledger=False)
        return EVER.format(key=key, bookings=self._bookings, table=table, shows=shows, where=where)

    def _part(self, book: Book, cut: Pieces, arguments: Conditions) -> str:
        key, place, shows = self._key(joined=book is SHOWS and cut.slot is not None)
        numbers = [COUNTS.format(bounds=arguments.argument(cut.bounds))]
        if cut.counted is not None:
            numbers.append(NO_MORE.format(bounds=arguments.argument(cut.counted)))
        return PART.format(
            key=key,
            at="at" if cut.slot is None else "slot",
            numbers=", ".join(numbers),
            bookings=self._bookings,
            begins=arguments.argument(cut.begins),
            ends=arguments.argument(cut.ends),
            table=book.table(cut.slot),
            shows=shows,
            where=self._where(key, place, arguments, ledger=cut.slot is None),
        )

    def _key(self, *, joined: bool) -> tuple[str, str, str]:
        """What to group by, which table says where a sale belongs, and how that one is joined.

        Sums of shows do not say where they are; the ledger does.
        """
        joined = joined and (self._by_place or self.group_by == "venue")
        place = "s" if joined else "t"
        key = KEYS[self.group_by].format(place=place) if self.group_by else "NULL::uuid"
        return key, place, ITS_SHOW if joined else ""

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
        found += map(arguments.written, asked.sight.conditions("t.show_id"))
        if ledger:
            # What goes from customer to customer is neither sold nor given back.
            found.append("t.kind <> 'transferred'")
        return "".join(f" AND {each}" for each in found)

    @property
    def _bookings(self) -> str:
        return "bookings_of_type" if self._by_type else "bookings"

    @property
    def _by_type(self) -> bool:
        return self.group_by == "ticket_type" or self.filters.ticket_type_id is not None

    @property
    def _by_place(self) -> bool:
        return self.filters.venue_id is not None or self.filters.city is not None
