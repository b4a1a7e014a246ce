"""What one event has brought in, in all and by ticket type."""

from typing import Any

from audit_api.moments.books import ShowBooks, Sums
from eventstore.postgres.streams import SaidFact
from resources.sums import sold_shape


class RevenueOfShow:
    def __init__(self) -> None:
        self.books = ShowBooks()
        self.position = 0
        self._whole = Sums()
        self._by_type: dict[str, Sums] = {}

    def fold(self, recorded: SaidFact, fact: Any) -> None:
        for posting in self.books.fold(fact):
            line = posting.line
            self._whole.add(line)
            self._by_type.setdefault(line.ticket_type_id, Sums()).add(line)
        self.position = recorded.position

    def body(self, position: int) -> dict[str, Any]:
        """The shape of `resources.statistics.EventRevenue`."""
        books, whole = self.books, self._whole
        return {
            "event_id": books.show.details.show_id,
            **_sold(whole, whole.bookings, books.currency),
            "by_ticket_type": [
                {
                    "ticket_type_id": type_id,
                    "name": name,
                    **_sold(sums, sums.bookings_of_type, books.currency),
                }
                for type_id, name in books.types.items()
                # One that was withdrawn is told of if any of it was sold.
                if type_id in books.show.offers or type_id in self._by_type
                for sums in [self._by_type.get(type_id) or Sums()]
            ],
            "as_of_position": position,
        }


def _sold(sums: Sums, bookings: int, currency: str) -> dict[str, Any]:
    return sold_shape(
        {"bookings": bookings, "tickets": sums.tickets, "gross": sums.gross, "refunded": sums.refunded},
        currency,
    )
