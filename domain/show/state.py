"""A show as its facts leave it: the offer, the places, the stock and every booking, decided together."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from domain.journal import Journal
from domain.money import Money, total
from domain.refusal import Refused
from domain.seating_plan import PLAN_CAPACITY_MAX, SeatingPlan
from domain.show.allotment import Allotment
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
        "allotments",
        "bookings",
        "holds",
        "journal",
        "offer_version",
        "offers",
        "opened",
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
        self.opened: dict[str, bool] = {}
        self.allotments: dict[str, Allotment] = {}
        self.places = Places(NOWHERE, self.journal)
        self.stock = Stock(self.journal)
        self.bookings: dict[str, Booking] = {}
        self.holds = Holds(self.journal)

    @property
    def details(self) -> ShowScheduled:
        """The show's terms as they are now; only for a show that was scheduled."""
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
        """Tickets of that type that could be booked now: places left, within its own quota and the shared ones."""
        places = sum(self.places.free.get(part, 0) for part in self.parts_of(offer))
        return max(0, min(places, self.quota_left(offer)))

    def quota_left(self, offer: Offer) -> int:
        """How many tickets of that type the quotas still allow, wherever the places are."""
        left = PLAN_CAPACITY_MAX if offer.quota is None else offer.quota - self.stock.used(offer.id)
        for shared in self.details.rules.shared_quotas:
            if offer.id in shared.ticket_type_ids:
                used = sum(self.stock.used(ticket_type_id) for ticket_type_id in shared.ticket_type_ids)
                left = min(left, shared.quota - used)
        return left

    def due(self, booking: Booking) -> Money:
        """What a booking costs: its tickets that have not been cancelled."""
        return total((ticket.price for ticket in booking.live_tickets), booking.total.currency)

    def can_retake(self, booking: Booking) -> bool:
        """Whether a booking that lost its places could have the same ones again, within the quotas."""
        live = booking.live_tickets
        return self.quotas_allow(Counter(ticket.ticket_type_id for ticket in live)) and self.places.can_take(
            live
        )

    def quotas_allow(self, wanted: Mapping[str, int]) -> bool:
        """Whether so many tickets by type are within every quota, those that share one together."""
        for ticket_type_id, count in wanted.items():
            offer = self.offers.get(ticket_type_id)
            if (
                offer is not None
                and offer.quota is not None
                and count > offer.quota - self.stock.used(offer.id)
            ):
                return False
        for shared in self.details.rules.shared_quotas:
            asked = sum(wanted.get(ticket_type_id, 0) for ticket_type_id in shared.ticket_type_ids)
            used = sum(self.stock.used(ticket_type_id) for ticket_type_id in shared.ticket_type_ids)
            if asked and asked + used > shared.quota:
                return False
        return True

    def may_lapse(self, now: datetime) -> bool:
        """False where nothing can have run out by `now`: the common case, asked before every decision."""
        return bool(self.allotments) or self.holds.may_be_overdue(now)

    def overdue(self, now: datetime) -> list[Booking]:
        """The pending bookings whose hold has run out by `now`, earliest first."""
        return [self.bookings[booking_id] for booking_id in self.holds.overdue(now, self._is_held_until)]

    def overdue_allotments(self, now: datetime) -> list[Allotment]:
        """The allotments whose release date has come."""
        return [
            allotment
            for allotment in self.allotments.values()
            if allotment.release_at is not None and allotment.release_at <= now
        ]

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
