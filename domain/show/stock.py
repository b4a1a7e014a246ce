"""How many tickets of each type are held and sold."""

from collections.abc import Iterable

from domain.journal import Journal
from domain.show.ticket import Ticket


class Stock:
    """Tickets by type: `held` in pending bookings, `sold` in confirmed ones."""

    __slots__ = ("_journal", "held", "sold")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.held: dict[str, int] = {}
        self.sold: dict[str, int] = {}

    def used(self, ticket_type_id: str) -> int:
        return self.held.get(ticket_type_id, 0) + self.sold.get(ticket_type_id, 0)

    def hold(self, tickets: Iterable[Ticket], by: int = 1) -> None:
        self._count(self.held, tickets, by)

    def sell(self, tickets: Iterable[Ticket], by: int = 1) -> None:
        self._count(self.sold, tickets, by)

    def _count(self, counts: dict[str, int], tickets: Iterable[Ticket], by: int) -> None:
        for ticket in tickets:
            self._journal.put(counts, ticket.ticket_type_id, counts.get(ticket.ticket_type_id, 0) + by)
