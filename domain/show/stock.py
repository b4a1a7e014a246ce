"""How many tickets of each type are held and sold, and how many tickets and holds each customer has."""

from collections.abc import Iterable

from domain.journal import Journal
from domain.personal import Person
from domain.show.ticket import Ticket


def customer_key(customer: Person) -> str:
    """By what a limit per customer counts: the address, so that nobody has twice as much for asking at the desk too.

    Facts from before there were contacts tell accounts, and the addresses of those who have none.
    """
    return customer.contact_id or customer.id or customer.email.lower()


class Stock:
    """Tickets by type: `held` in pending bookings, `sold` in confirmed ones; `by_customer` counts both.
    `holds_by_customer` counts pending bookings.
    """

    __slots__ = ("_journal", "by_customer", "held", "holds_by_customer", "sold")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.held: dict[str, int] = {}
        self.sold: dict[str, int] = {}
        self.by_customer: dict[str, int] = {}
        self.holds_by_customer: dict[str, int] = {}

    def used(self, ticket_type_id: str) -> int:
        return self.held.get(ticket_type_id, 0) + self.sold.get(ticket_type_id, 0)

    def hold(self, tickets: Iterable[Ticket], by: int = 1) -> None:
        self._count(self.held, tickets, by)

    def sell(self, tickets: Iterable[Ticket], by: int = 1) -> None:
        self._count(self.sold, tickets, by)

    def give(self, customer: Person, tickets: int) -> None:
        """A customer has so many tickets more, or fewer."""
        key = customer_key(customer)
        self._journal.put(self.by_customer, key, self.by_customer.get(key, 0) + tickets)

    def keep(self, customer: Person, holds: int) -> None:
        """A customer has so many pending bookings more, or fewer."""
        key = customer_key(customer)
        self._journal.put(self.holds_by_customer, key, self.holds_by_customer.get(key, 0) + holds)

    def _count(self, counts: dict[str, int], tickets: Iterable[Ticket], by: int) -> None:
        for ticket in tickets:
            self._journal.put(counts, ticket.ticket_type_id, counts.get(ticket.ticket_type_id, 0) + by)
