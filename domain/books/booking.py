"""A booking as the books have it, and what each fact about it moves there.

Revenue is what was paid for tickets. A hold is none, nor is money that came too late or twice: that goes back. A refund
counts when it falls due. An exchange moves what was paid for the old tickets, and what is due back of it, to the new.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import msgspec

from domain.books.lines import Line, Lines, SoldTicket
from domain.books.splitting import split
from domain.personal import Person
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    PlacesReplaced,
    SeatsBooked,
    SeatsHeld,
    TicketsAdded,
    TicketsExchanged,
)
from domain.show.ticket import Ticket

GUEST = "guest:"


class SoldBooking(msgspec.Struct, gc=False):
    """`tickets` are all that were ever in it."""

    booking_id: str
    status: str
    customer: str
    currency: str
    tickets: list[SoldTicket]

    @property
    def owned(self) -> Counter[str]:
        """Its live tickets by type, once it is confirmed."""
        if self.status != "confirmed":
            return Counter()
        return Counter(ticket.ticket_type_id for ticket in self.tickets if ticket.live)

    def those(self, ticket_ids: Collection[str]) -> list[SoldTicket]:
        return [ticket for ticket in self.tickets if ticket.ticket_id in ticket_ids]


class Posting(NamedTuple):
    """One line of a fact. `kind` is sold, added, cancelled, exchanged or transferred; a transfer moves from customer to
    customer and changes nothing else.
    """

    kind: str
    customer: str
    currency: str
    line: Line


def customer_key(customer: Person) -> str:
    """The account; of somebody without one, `guest:` and the person, or the address from before there were keys.

    Nothing that is erased, and nothing that an erasure changes. Accounts had the same key before there were people.
    """
    if customer.id is not None:
        return customer.id
    return customer.email.lower() if customer.person_id is None else GUEST + customer.person_id


def opened(fact: SeatsHeld | SeatsBooked) -> SoldBooking:
    """The booking that the fact makes, before `enter` has entered it."""
    customer = customer_key(fact.customer)
    return SoldBooking(fact.booking_id, "pending", customer, fact.total.currency, _taken(fact.tickets))


def enter(booking: SoldBooking, fact: Any) -> list[Posting]:
    """What the fact moves in the books, in the order of its tickets; the booking is after it what it leaves.

    The facts are those of `ENTERED`.
    """
    return _ENTER[type(fact)](booking, fact)


def _held(_booking: SoldBooking, _fact: SeatsHeld) -> list[Posting]:
    return []


def _booked(booking: SoldBooking, fact: SeatsBooked) -> list[Posting]:
    return _sell(booking, fact.total.amount)


def _confirmed(booking: SoldBooking, fact: BookingConfirmed) -> list[Posting]:
    due = sum(ticket.price for ticket in booking.tickets if ticket.live)
    return _sell(booking, fact.payment.amount.amount if fact.payment else due)


def _sell(booking: SoldBooking, paid: int) -> list[Posting]:
    """All that is in the booking is sold now."""
    live = [ticket for ticket in booking.tickets if ticket.live]
    _pay(live, paid)
    booking.status = "confirmed"
    lines = Lines()
    lines.sell(live)
    lines.count_bookings(Counter(), booking.owned)
    next(iter(lines)).purchases = 1
    return _posted("sold", booking, lines)


def _cancelled(booking: SoldBooking, fact: BookingCancelled) -> list[Posting]:
    lines, leaving, before = Lines(), booking.those(fact.ticket_ids), booking.owned
    refunds = split(fact.refund.amount, [ticket.price for ticket in leaving])
    for ticket, back in zip(leaving, refunds, strict=True):
        ticket.live = False
        ticket.refunded += back
        lines.of(ticket).refunded += back
    posted: list[Posting] = []
    if booking.status == "confirmed":
        lines.take_back(leaving)
        lines.count_bookings(before, booking.owned)
        posted = _posted("cancelled", booking, lines)
    if not any(ticket.live for ticket in booking.tickets):
        booking.status = "cancelled"
    return posted


def _expired(booking: SoldBooking, _fact: BookingExpired) -> list[Posting]:
    """It keeps the list of its tickets: a late payment may still buy them."""
    booking.status = "expired"
    return []


def _places_replaced(booking: SoldBooking, fact: PlacesReplaced) -> list[Posting]:
    """The same tickets in other places, perhaps of another section."""
    elsewhere = {ticket.id: ticket.part for ticket in fact.tickets}
    for ticket in booking.tickets:
        ticket.part = elsewhere.get(ticket.ticket_id, ticket.part)
    return []


def _tickets_added(booking: SoldBooking, fact: TicketsAdded) -> list[Posting]:
    more, before = _taken(fact.tickets), booking.owned
    booking.tickets += more
    if booking.status != "confirmed":
        return []
    _pay(more, fact.price.amount)
    lines = Lines()
    lines.sell(more)
    lines.count_bookings(before, booking.owned)
    return _posted("added", booking, lines)


def _exchanged(booking: SoldBooking, fact: TicketsExchanged) -> list[Posting]:
    """What was paid for the old tickets, and is due back of it, is the new ones' from now on."""
    new, lines = _taken(fact.tickets), Lines()
    old, before = booking.those(fact.ticket_ids), booking.owned
    paid, refunded = sum(ticket.paid for ticket in old), sum(ticket.refunded for ticket in old)
    if booking.status == "confirmed":
        lines.take_back(old)
        for ticket in old:
            lines.of(ticket).gross -= ticket.paid
            lines.of(ticket).refunded -= ticket.refunded
    for ticket in old:
        ticket.live, ticket.paid, ticket.refunded = False, 0, 0
    _pay(new, paid + fact.due.amount, refunded + fact.refund.amount)
    booking.tickets += new
    if booking.status != "confirmed":
        return []
    lines.sell(new)
    lines.count_bookings(before, booking.owned)
    return _posted("exchanged", booking, lines)


def _transferred(booking: SoldBooking, fact: BookingTransferred) -> list[Posting]:
    """With all that was ever paid for it."""
    leaving, coming = Lines(), Lines()
    for lines, by in ((leaving, -1), (coming, 1)):
        lines.move(booking.tickets, by)
        first = next(iter(lines))
        first.purchases = first.bookings = by
    posted = _posted("transferred", booking, leaving)
    booking.customer = customer_key(fact.customer)
    return posted + _posted("transferred", booking, coming)


def _taken(tickets: Iterable[Ticket]) -> list[SoldTicket]:
    """Nothing paid for them yet."""
    return [
        SoldTicket(ticket.id, ticket.ticket_type_id, ticket.part, ticket.price.amount) for ticket in tickets
    ]


def _pay(tickets: list[SoldTicket], paid: int, refunded: int = 0) -> None:
    """So much was paid for these, and is due back of that, each in proportion to the prices."""
    prices = [ticket.price for ticket in tickets]
    for ticket, part, back in zip(tickets, split(paid, prices), split(refunded, prices), strict=True):
        ticket.paid += part
        ticket.refunded += back


def _posted(kind: str, booking: SoldBooking, lines: Lines) -> list[Posting]:
    return [Posting(kind, booking.customer, booking.currency, line) for line in lines]


_ENTER: dict[type, Callable[[SoldBooking, Any], list[Posting]]] = {
    SeatsHeld: _held,
    SeatsBooked: _booked,
    BookingConfirmed: _confirmed,
    BookingCancelled: _cancelled,
    BookingExpired: _expired,
    PlacesReplaced: _places_replaced,
    TicketsAdded: _tickets_added,
    TicketsExchanged: _exchanged,
    BookingTransferred: _transferred,
}

ENTERED = frozenset(_ENTER)
"""The facts that the books are about."""
