"""What one fact moves in the books: a line for each ticket type and part of the house."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec


class SoldTicket(msgspec.Struct, array_like=True, gc=False):
    """`part` is its section or area. `paid` came for it, `refunded` has to be paid back of that; both go along when it
    is exchanged. A ticket that was given back is not `live`.
    """

    ticket_id: str
    ticket_type_id: str
    part: str
    price: int
    paid: int = 0
    refunded: int = 0
    live: bool = True


class Line(msgspec.Struct, gc=False):
    """Differences. `bookings` and `purchases` stand on the first line of a fact, `bookings_of_type` on the first of
    each type, so that sums over lines count no booking twice.
    """

    ticket_type_id: str
    part: str
    bookings: int = 0
    bookings_of_type: int = 0
    tickets: int = 0
    tickets_sold: int = 0
    tickets_returned: int = 0
    gross: int = 0
    refunded: int = 0
    purchases: int = 0


class Lines:
    """The lines of one fact, in the order of its tickets."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())

    def of(self, ticket: SoldTicket) -> Line:
        """The line that the ticket belongs to."""
        key = ticket.ticket_type_id, ticket.part
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(*key)
        return line

    def sell(self, tickets: Iterable[SoldTicket]) -> None:
        """These are sold, for what was paid for them."""
        for ticket in tickets:
            line = self.of(ticket)
            line.tickets += 1
            line.tickets_sold += 1
            line.gross += ticket.paid
            line.refunded += ticket.refunded

    def take_back(self, tickets: Iterable[SoldTicket]) -> None:
        """These are given back. Their money is another matter."""
        for ticket in tickets:
            line = self.of(ticket)
            line.tickets -= 1
            line.tickets_returned += 1

    def count_bookings(self, before: Counter[str], after: Counter[str]) -> None:
        """How many bookings there are more, given the live tickets by type that this one had and has."""
        first = next(iter(self))
        first.bookings += bool(after) - bool(before)
        changed = {type_id for type_id in {*before, *after} if bool(before[type_id]) != bool(after[type_id])}
        for line in self:
            if line.ticket_type_id in changed:
                line.bookings_of_type += bool(after[line.ticket_type_id]) - bool(before[line.ticket_type_id])
                changed.discard(line.ticket_type_id)

    def move(self, tickets: Iterable[SoldTicket], by: int) -> None:
        """A booking with all that was ever in it leaves a customer (-1) or comes to another (1)."""
        for ticket in tickets:
            line = self.of(ticket)
            line.tickets += by * ticket.live
            line.gross += by * ticket.paid
            line.refunded += by * ticket.refunded
