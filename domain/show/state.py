"""A show as its facts leave it: the offer, the places, the stock and every booking, decided together."""

from collections import Counter
from datetime import datetime

from domain.journal import Journal
from domain.money import Money, total
from domain.refusal import Refused
from domain.seating_plan import SeatingPlan
from domain.show.booking import Booking
from domain.show.facts import ShowScheduled
from domain.show.holds import Holds
from domain.show.offer import Offer
from domain.show.places import Places
from domain.show.refusals import BookingNotFound
from domain.show.stock import Stock

NOWHERE = SeatingPlan()


class Show:
    """Mutable, owned by one writer, changed only by `evolve` and only through its journal.

    `version` counts the facts folded so far; `offer_version` is the version of the last one about the show itself
    rather than a booking, so an organiser's edit does not compete with every sale.
    """

    __slots__ = (
        "bookings",
        "holds",
        "journal",
        "offer_version",
        "offers",
        "places",
        "scheduled",
        "status",
        "stock",
        "updated_at",
        "version",
    )

    def __init__(self) -> None:
        self.journal = Journal()
        self.version = 0
        self.offer_version = 0
        self.status = "draft"
        self.updated_at: datetime | None = None
        self.scheduled: ShowScheduled | None = None
        self.offers: dict[str, Offer] = {}
        self.places = Places(NOWHERE, self.journal)
        self.stock = Stock(self.journal)
        self.bookings: dict[str, Booking] = {}
        self.holds = Holds(self.journal)

    @property
    def details(self) -> ShowScheduled:
        """How the show was scheduled; only for a show that was."""
        if self.scheduled is None:
            raise LookupError("this show has not been scheduled")
        return self.scheduled

    def booking(self, booking_id: str) -> Booking:
        """Refuses when there is none."""
        booking = self.bookings.get(booking_id)
        if booking is None:
            raise Refused(BookingNotFound(booking_id))
        return booking

    def parts_of(self, offer: Offer) -> tuple[str, ...]:
        """The sections and areas an offer covers; those it names, or the whole plan."""
        return offer.sections or tuple(self.places.free)

    def available(self, offer: Offer) -> int:
        """Tickets of that type that could be booked now: places left, within the quota."""
        places = sum(self.places.free[part] for part in self.parts_of(offer))
        return places if offer.quota is None else min(places, max(0, offer.quota - self.stock.used(offer.id)))

    def due(self, booking: Booking) -> Money:
        """What a booking costs: its tickets that have not been cancelled."""
        return total((ticket.price for ticket in booking.live_tickets), booking.total.currency)

    def can_retake(self, booking: Booking) -> bool:
        """Whether a booking that lost its places could have the same ones again, within the quotas."""
        live = booking.live_tickets
        wanted = Counter(ticket.ticket_type_id for ticket in live)
        in_stock = all(self.available(self.offers[type_id]) >= count for type_id, count in wanted.items())
        return in_stock and self.places.can_take(live)

    def overdue(self, now: datetime) -> list[Booking]:
        """The pending bookings whose hold has run out by `now`, earliest first."""
        return [self.bookings[booking_id] for booking_id in self.holds.overdue(now, self._is_held_until)]

    def _is_held_until(self, booking_id: str, expires_at: datetime) -> bool:
        booking = self.bookings.get(booking_id)
        return booking is not None and booking.status == "pending" and booking.expires_at == expires_at

    def savepoint(self) -> "Show":
        """From here on changes are tentative: `restored` takes them back."""
        self.journal.begin()
        return self

    def restored(self) -> "Show":
        """The state at the last `savepoint`."""
        self.journal.rollback()
        return self
