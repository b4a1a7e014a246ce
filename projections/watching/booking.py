"""A booking as far as what must hold of it goes: its places and its money."""

from typing import NamedTuple

from domain.seating_plan import SEAT_SEPARATOR
from domain.show.ticket import Ticket


class WatchedTicket(NamedTuple):
    """What a ticket takes up. `part` is the section of the seat, or the area."""

    kind: str
    price: int
    part: str
    seat: str | None
    allotment: str | None


def watched(ticket: Ticket) -> WatchedTicket:
    """All of it but who it is for."""
    part = ticket.seat.split(SEAT_SEPARATOR)[0] if ticket.seat is not None else str(ticket.area)
    return WatchedTicket(ticket.ticket_type_id, ticket.price.amount, part, ticket.seat, ticket.allotment_id)


class WatchedBooking:
    """`tickets` are those not cancelled; it has their places while it `has_places`. `paid` and `refunded` are all the
    money that came, and that goes back.
    """

    __slots__ = ("has_places", "is_confirmed", "paid", "refunded", "tickets")

    def __init__(self, tickets: dict[str, WatchedTicket], *, is_confirmed: bool, paid: int) -> None:
        self.tickets = tickets
        self.has_places = True
        self.is_confirmed = is_confirmed
        self.paid = paid
        self.refunded = 0

    @property
    def due(self) -> int:
        return sum(ticket.price for ticket in self.tickets.values())
