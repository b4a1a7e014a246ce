"""The words in which what must not be is told: facts that no decision would make, written with a valid chain."""

from itertools import count

from domain.money import Money
from domain.show import facts as f
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from runtime.ids import new_id
from tests.projections.season import ANA, STALLS, on_sale, scheduled
from tests.projections.writing import NOON

CODES = count(1)


def ticket(
    place: str, offer: Offer = STALLS, code: str | None = None, allotment: str | None = None
) -> Ticket:
    """For a seat by its full name, or for an area."""
    seat, area = (place, None) if "/" in place else (None, place)
    code = code or f"CODE-{next(CODES)}"
    return Ticket(new_id(), code, offer.id, offer.name, offer.price, seat, area, allotment)


class Story:
    """One show's facts."""

    def __init__(self) -> None:
        self.show = scheduled()
        self.stream = f"show-{self.show.show_id}"
        self.opening: list[f.ShowFact] = on_sale(self.show)

    def booked(self, *tickets: Ticket) -> f.SeatsBooked:
        total = Money(sum(each.price.amount for each in tickets), "EUR")
        return f.SeatsBooked(self.show.show_id, new_id(), "7KQ2-M9XD", ANA, tickets, total, NOON)

    def held(self, *tickets: Ticket) -> f.SeatsHeld:
        total = Money(sum(each.price.amount for each in tickets), "EUR")
        return f.SeatsHeld(self.show.show_id, new_id(), "7KQ2-M9XD", ANA, tickets, total, NOON, NOON)

    def cancelled(self, booking: f.SeatsBooked, refund: int) -> f.BookingCancelled:
        ids = tuple(each.id for each in booking.tickets)
        return f.BookingCancelled(self.show.show_id, booking.booking_id, ids, Money(refund, "EUR"), NOON)

    def confirmed(self, booking_id: str) -> f.BookingConfirmed:
        return f.BookingConfirmed(self.show.show_id, booking_id, NOON)


A1, A2, A3, A4 = (f"Stalls/A/{number}" for number in range(1, 5))
GALLERY = "Gallery"
