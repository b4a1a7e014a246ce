"""Everything in a few figures, as it was."""

from collections import Counter
from datetime import datetime
from typing import Any

from audit_api.moments.books import ShowBooks, Sums
from audit_api.moments.venues import venues_then
from audit_api.moments.walk import Progress, walk
from eventstore.postgres.streams import PostgresStreams, SaidFact
from resources.sums import STATUSES, overview_shape


class _Show:
    """A show, and what it has sold by currency."""

    def __init__(self) -> None:
        self.books = ShowBooks()
        self.sums: dict[str, Sums] = {}

    def fold(self, _recorded: SaidFact, fact: Any) -> None:
        for posting in self.books.fold(fact):
            self.sums.setdefault(posting.currency, Sums()).add(posting.line)

    def left_at(self, at: datetime) -> int:
        """Its places that are not sold, if it is on sale and has not begun."""
        show = self.books.show
        if show.status != "on_sale" or show.details.starts_at <= at:
            return 0
        return show.details.plan.capacity - sum(sums.tickets for sums in self.sums.values())


async def overview_then(
    streams: PostgresStreams, upto: int, at: datetime, progress: Progress
) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, as of position `upto` and by the clock at `at`. Raises what `walk`
    does.
    """
    venues = await venues_then(streams, upto, progress)
    statuses, sums, available = Counter[str](), dict[str, Sums](), 0
    async for each in walk(streams, "show-", upto, _Show, progress):
        if each.books.is_there:
            statuses[each.books.show.status] += 1
            available += each.left_at(at)
        for currency, sold in each.sums.items():
            sums.setdefault(currency, Sums()).add_all(sold)
    figures = {"venues": len(venues), "available": available}
    by_currency = [
        {
            "currency": currency,
            "bookings": sold.bookings,
            "tickets": sold.tickets,
            "gross": sold.gross,
            "refunded": sold.refunded,
        }
        for currency, sold in sorted(sums.items())
    ]
    by_status = {status: statuses[status] for status in STATUSES}
    return {**overview_shape(by_status, figures, by_currency), "as_of_position": upto}
