"""One show, counted a second time: what each fact does to its places, its bookings and their money, and what of that
must not be.

The show is what its facts say, also where that is impossible: what is wrong is told, and counting goes on from there.
"""

from collections.abc import Callable, Iterable
from typing import Any

from domain.show import facts as f
from domain.show.ticket import Ticket
from eventstore.violations import Finding
from projections.watching.booking import WatchedBooking, watched
from projections.watching.invariant import Invariant
from projections.watching.places import WatchedPlaces
from projections.watching.telling import Telling


class WatchedShow:
    """Takes the facts of a show in order. `weight` is how much memory it takes, in bookings and tickets."""

    def __init__(self, stream: str) -> None:
        self._telling = Telling(stream)
        self._places = WatchedPlaces(self._telling, self._holders)
        self._bookings: dict[str, WatchedBooking] = {}
        self._codes: set[str] = set()

    @property
    def weight(self) -> int:
        return 1 + len(self._bookings) + len(self._codes)

    def see(self, position: int, fact: Any) -> list[Finding]:
        """What of this fact must not be."""
        found = self._telling.begin(position)
        happen = _ON.get(type(fact))
        if happen is not None:
            happen(self, fact)
        return found

    # ------------------------------------------------------------------ the show

    def scheduled(self, fact: f.ShowScheduled) -> None:
        self._places.offers = {offer.id: offer for offer in fact.offers}
        self._places.shared = fact.rules.shared_quotas
        self._places.plan(fact.plan)

    def details_changed(self, fact: f.ShowDetailsChanged) -> None:
        self._places.shared = fact.rules.shared_quotas

    def plan_changed(self, fact: f.ShowPlanChanged) -> None:
        self._places.plan(fact.plan)

    def offered(self, fact: f.TicketTypeOffered | f.OfferChanged) -> None:
        self._places.offers[fact.offer.id] = fact.offer

    def withdrawn(self, fact: f.OfferWithdrawn) -> None:
        self._places.offers.pop(fact.ticket_type_id, None)

    def allotted(self, fact: f.SeatsAllotted) -> None:
        self._places.keep(fact.allotment)

    def released(self, fact: f.AllotmentReleased) -> None:
        self._places.let_go(fact.allotment_id)

    # ------------------------------------------------------------------ bookings

    def held(self, fact: f.SeatsHeld) -> None:
        self._make(fact, is_confirmed=False, paid=0)

    def booked(self, fact: f.SeatsBooked) -> None:
        self._make(fact, is_confirmed=True, paid=fact.total.amount)

    def _make(self, fact: f.SeatsHeld | f.SeatsBooked, *, is_confirmed: bool, paid: int) -> None:
        if fact.booking_id in self._bookings:
            what = f"booking {fact.booking_id}"
            self._telling.tell(Invariant.BOOKING_KNOWN, what, f"{what} is made twice")
        booking = WatchedBooking({}, is_confirmed=is_confirmed, paid=paid)
        self._bookings[fact.booking_id] = booking
        self._get(fact.booking_id, booking, fact.tickets)
        self._hand_out(ticket.code for ticket in fact.tickets)

    def confirmed(self, fact: f.BookingConfirmed) -> None:
        booking = self._known(fact)
        if booking is None:
            return
        booking.paid = fact.payment.amount.amount if fact.payment else booking.due
        booking.is_confirmed = True
        if not booking.has_places:
            # A late payment takes the places once more.
            booking.has_places = True
            self._places.take(fact.booking_id, booking.tickets.values())

    def cancelled(self, fact: f.BookingCancelled) -> None:
        booking = self._known(fact)
        if booking is not None:
            self._leave(booking, fact.ticket_ids)
            self._refund(fact.booking_id, booking, fact.refund.amount)

    def expired(self, fact: f.BookingExpired) -> None:
        booking = self._known(fact)
        if booking is not None and booking.has_places:
            booking.has_places = False
            self._places.give_back(booking.tickets.values())

    def places_replaced(self, fact: f.PlacesReplaced) -> None:
        """Of a booking that has none: they are taken when it is confirmed."""
        booking = self._known(fact)
        if booking is not None:
            self._leave(booking, tuple(booking.tickets))
            self._get(fact.booking_id, booking, fact.tickets)

    def tickets_added(self, fact: f.TicketsAdded) -> None:
        booking = self._known(fact)
        if booking is not None:
            booking.paid += fact.price.amount if booking.is_confirmed else 0
            self._get(fact.booking_id, booking, fact.tickets)
            self._hand_out(ticket.code for ticket in fact.tickets)

    def exchanged(self, fact: f.TicketsExchanged) -> None:
        booking = self._known(fact)
        if booking is not None:
            booking.paid += fact.due.amount
            self._leave(booking, fact.ticket_ids)
            self._get(fact.booking_id, booking, fact.tickets)
            self._hand_out(ticket.code for ticket in fact.tickets)
            self._refund(fact.booking_id, booking, fact.refund.amount)

    def transferred(self, fact: f.BookingTransferred) -> None:
        if self._known(fact) is not None:
            self._hand_out(ticket.code for ticket in fact.codes)

    def other(self, fact: Any) -> None:
        """What moves no place and no money that is counted here."""
        self._known(fact)

    def _known(self, fact: Any) -> WatchedBooking | None:
        booking = self._bookings.get(fact.booking_id)
        if booking is None:
            what = f"booking {fact.booking_id}"
            self._telling.tell(Invariant.BOOKING_KNOWN, what, f"{what} was never made")
        return booking

    def _get(self, booking_id: str, booking: WatchedBooking, tickets: Iterable[Ticket]) -> None:
        fresh = {ticket.id: watched(ticket) for ticket in tickets}
        if booking.has_places:
            self._places.take(booking_id, fresh.values())
        booking.tickets |= fresh

    def _leave(self, booking: WatchedBooking, ticket_ids: Iterable[str]) -> None:
        leaving = [booking.tickets.pop(each) for each in ticket_ids if each in booking.tickets]
        if booking.has_places:
            self._places.give_back(leaving)

    def _refund(self, booking_id: str, booking: WatchedBooking, amount: int) -> None:
        booking.refunded += amount
        what = f"money back for booking {booking_id}"
        self._telling.limit(Invariant.REFUNDS, what, booking.refunded, booking.paid)

    def _hand_out(self, codes: Iterable[str]) -> None:
        for code in codes:
            if code in self._codes:
                # Whoever has a code comes in with it, so it is not told.
                problem = "a ticket has a code that another one had"
                self._telling.tell(Invariant.TICKET_CODE_ONCE, "a ticket code", problem)
            self._codes.add(code)

    def _holders(self, seat: str) -> set[str]:
        return {
            booking_id
            for booking_id, booking in self._bookings.items()
            if booking.has_places and any(ticket.seat == seat for ticket in booking.tickets.values())
        }


_ON: dict[type, Callable[[WatchedShow, Any], None]] = {
    f.ShowScheduled: WatchedShow.scheduled,
    f.ShowDetailsChanged: WatchedShow.details_changed,
    f.ShowPlanChanged: WatchedShow.plan_changed,
    f.TicketTypeOffered: WatchedShow.offered,
    f.OfferChanged: WatchedShow.offered,
    f.OfferWithdrawn: WatchedShow.withdrawn,
    f.SeatsAllotted: WatchedShow.allotted,
    f.AllotmentReleased: WatchedShow.released,
    f.SeatsHeld: WatchedShow.held,
    f.SeatsBooked: WatchedShow.booked,
    f.BookingConfirmed: WatchedShow.confirmed,
    f.BookingCancelled: WatchedShow.cancelled,
    f.BookingExpired: WatchedShow.expired,
    f.PlacesReplaced: WatchedShow.places_replaced,
    f.TicketsAdded: WatchedShow.tickets_added,
    f.TicketsExchanged: WatchedShow.exchanged,
    f.BookingTransferred: WatchedShow.transferred,
    f.HoldExtended: WatchedShow.other,
    f.PaymentCameTooLate: WatchedShow.other,
    f.PaymentCameTwice: WatchedShow.other,
    f.TicketHolderNamed: WatchedShow.other,
}
