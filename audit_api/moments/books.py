"""The books of one show, folded out of its own stream: what was sold, of which types, and what the show itself was."""

from typing import Any, get_args

import msgspec

from domain.books.booking import ENTERED, Posting, SoldBooking, enter, opened
from domain.books.lines import Line
from domain.books.venue_key import venue_key
from domain.show.evolve import evolve
from domain.show.facts import (
    BookingFact,
    OfferChanged,
    SeatsBooked,
    SeatsHeld,
    ShowScheduled,
    TicketTypeOffered,
)
from domain.show.state import Show

ABOUT_BOOKINGS = frozenset(get_args(BookingFact))


class Sums(msgspec.Struct, gc=False):
    """`sold` and `returned` are tickets. `bookings_of_type` are those with tickets of one type."""

    bookings: int = 0
    bookings_of_type: int = 0
    tickets: int = 0
    sold: int = 0
    returned: int = 0
    gross: int = 0
    refunded: int = 0

    def add(self, line: Line) -> None:
        self.bookings += line.bookings
        self.bookings_of_type += line.bookings_of_type
        self.tickets += line.tickets
        self.sold += line.tickets_sold
        self.returned += line.tickets_returned
        self.gross += line.gross
        self.refunded += line.refunded

    def add_all(self, other: "Sums") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class ShowBooks:
    """Of the show itself only what its own facts say: no place is taken in it. `types` are the names of all ticket
    types that were ever on offer, in the order in which they first were, `currency` is that of the prices.
    """

    def __init__(self) -> None:
        self.show = Show()
        self.types: dict[str, str] = {}
        self.currency = ""
        self.venue_key = ""
        self._bookings: dict[str, SoldBooking] = {}

    @property
    def is_there(self) -> bool:
        return self.show.scheduled is not None and self.show.status != "deleted"

    def fold(self, fact: Any) -> list[Posting]:
        """What the fact moves in the books."""
        kind = type(fact)
        if kind not in ABOUT_BOOKINGS:
            evolve(self.show, fact)
            self._offered(fact)
        elif kind in ENTERED:
            if kind is SeatsHeld or kind is SeatsBooked:
                self._bookings[fact.booking_id] = opened(fact)
            return enter(self._bookings[fact.booking_id], fact)
        return []

    def _offered(self, fact: Any) -> None:
        """Once something was booked, all offers have one currency."""
        match fact:
            case ShowScheduled():
                self.types = {offer.id: offer.name for offer in fact.offers}
                self.currency = fact.offers[0].price.currency
                self.venue_key = venue_key(fact)
            case TicketTypeOffered() | OfferChanged():
                self.types[fact.offer.id] = fact.offer.name
                self.currency = fact.offer.price.currency
            case _:
                pass
