"""One show, counted a second time: what each fact does to its places, its bookings and their money, and what of that
must not be.

The show is what its facts say, also where that is impossible: what is wrong is told, and counting goes on from there.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from domain.seating_plan import SeatingPlan
from domain.show import facts as f
from domain.show.offer import Offer
from domain.show.rules import SharedQuota
from domain.show.ticket import Ticket
from eventstore.violations import Finding
from projections.watching.booking import WatchedBooking, WatchedTicket, watched
from projections.watching.invariant import Invariant
from projections.watching.plan import WatchedPlan
from projections.watching.stock import Share, WatchedStock


class WatchedShow:
    """Takes the facts of a show in order. `weight` is how much memory it takes, in bookings and tickets."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self._plan = WatchedPlan(SeatingPlan())
        self._offers: dict[str, Offer] = {}
        self._shared: tuple[SharedQuota, ...] = ()
        self._stock = WatchedStock()
        self._bookings: dict[str, WatchedBooking] = {}
        self._codes: set[str] = set()
        # What is beyond its limit already, and was told when it went there.
        self._beyond: set[str] = set()
        self._found: list[Finding] = []
        self._position = 0

    @property
    def weight(self) -> int:
        return 1 + len(self._bookings) + len(self._codes)

    def see(self, position: int, fact: Any) -> list[Finding]:
        """What of this fact must not be."""
        self._found, self._position = [], position
        happen = _ON.get(type(fact))
        if happen is not None:
            happen(self, fact)
        return self._found

    def _tell(self, invariant: Invariant, what: str, details: str) -> None:
        cause = f"{self.stream}: {what} at position {self._position}"
        self._found.append(Finding(invariant, cause, self._position, f"{self.stream}: {details}"))

    def _tell_limit(self, invariant: Invariant, what: str, used: int, limit: int) -> None:
        """Once, when it goes beyond the limit, and not again until it was within."""
        key = f"{invariant} {what}"
        if used <= limit:
            self._beyond.discard(key)
        elif key not in self._beyond:
            self._beyond.add(key)
            self._tell(invariant, what, f"{what} has {used} of {limit}")

    # ------------------------------------------------------------------ the show

    def scheduled(self, fact: f.ShowScheduled) -> None:
        self._offers = {offer.id: offer for offer in fact.offers}
        self._shared = fact.rules.shared_quotas
        self._plan = WatchedPlan(fact.plan)

    def details_changed(self, fact: f.ShowDetailsChanged) -> None:
        self._shared = fact.rules.shared_quotas

    def plan_changed(self, fact: f.ShowPlanChanged) -> None:
        """Whatever anybody has must be in the new plan, too."""
        self._plan = WatchedPlan(fact.plan)
        for seat in [each for each in (*self._stock.seats, *self._stock.keepers) if not self._plan.has(each)]:
            self._tell(Invariant.PLACE_EXISTS, f"seat {seat}", f"seat {seat} is not in the new plan")
        self._check_parts({*self._plan.capacity, *self._stock.taken})

    def offered(self, fact: f.TicketTypeOffered | f.OfferChanged) -> None:
        self._offers[fact.offer.id] = fact.offer

    def withdrawn(self, fact: f.OfferWithdrawn) -> None:
        self._offers.pop(fact.ticket_type_id, None)

    def allotted(self, fact: f.SeatsAllotted) -> None:
        allotment = fact.allotment
        for seat in allotment.seats:
            if self._stock.seats.get(seat) or seat in self._stock.keepers:
                self._tell(Invariant.PLACE_ONCE, f"seat {seat}", f"seat {seat} is kept back and was not free")
            if not self._plan.has(seat):
                self._tell(Invariant.PLACE_EXISTS, f"seat {seat}", f"seat {seat} is not in the plan")
        self._stock.keep(allotment)
        self._check_parts(
            {seat.split("/")[0] for seat in allotment.seats} | {each.area for each in allotment.areas}
        )

    def released(self, fact: f.AllotmentReleased) -> None:
        self._stock.let_go(fact.allotment_id)

    # ------------------------------------------------------------------ bookings

    def held(self, fact: f.SeatsHeld) -> None:
        self._make(fact, is_confirmed=False, paid=0)

    def booked(self, fact: f.SeatsBooked) -> None:
        self._make(fact, is_confirmed=True, paid=fact.total.amount)

    def _make(self, fact: f.SeatsHeld | f.SeatsBooked, *, is_confirmed: bool, paid: int) -> None:
        if fact.booking_id in self._bookings:
            self._tell(
                Invariant.BOOKING_KNOWN,
                f"booking {fact.booking_id}",
                f"booking {fact.booking_id} is made twice",
            )
        tickets = {ticket.id: watched(ticket) for ticket in fact.tickets}
        self._bookings[fact.booking_id] = WatchedBooking(tickets, is_confirmed=is_confirmed, paid=paid)
        self._take(fact.booking_id, tickets.values())
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
            self._take(fact.booking_id, booking.tickets.values())

    def cancelled(self, fact: f.BookingCancelled) -> None:
        booking = self._known(fact)
        if booking is not None:
            self._leave(booking, fact.ticket_ids)
            self._refund(fact, booking, fact.refund.amount)

    def expired(self, fact: f.BookingExpired) -> None:
        booking = self._known(fact)
        if booking is not None and booking.has_places:
            booking.has_places = False
            self._give_back(booking.tickets.values())

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
            self._refund(fact, booking, fact.refund.amount)

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
            self._tell(Invariant.BOOKING_KNOWN, what, f"{what} was never made")
        return booking

    def _get(self, booking_id: str, booking: WatchedBooking, tickets: Sequence[Ticket]) -> None:
        fresh = {ticket.id: watched(ticket) for ticket in tickets}
        booking.tickets |= fresh
        if booking.has_places:
            self._take(booking_id, fresh.values())

    def _leave(self, booking: WatchedBooking, ticket_ids: Iterable[str]) -> None:
        leaving = [booking.tickets.pop(each) for each in ticket_ids if each in booking.tickets]
        if booking.has_places:
            self._give_back(leaving)

    def _refund(self, fact: Any, booking: WatchedBooking, amount: int) -> None:
        booking.refunded += amount
        what = f"booking {fact.booking_id}"
        key = f"{Invariant.REFUNDS} {what}"
        if booking.refunded > booking.paid and key not in self._beyond:
            self._beyond.add(key)
            self._tell(
                Invariant.REFUNDS, what, f"{what} was paid {booking.paid} and gets back {booking.refunded}"
            )

    # ------------------------------------------------------------------ places, types, codes

    def _take(self, booking_id: str, tickets: Iterable[WatchedTicket]) -> None:
        wanted = tuple(tickets)
        for ticket in wanted:
            self._check_place(booking_id, ticket)
            self._stock.take(ticket)
        self._check_limits(wanted)

    def _give_back(self, tickets: Iterable[WatchedTicket]) -> None:
        leaving = tuple(tickets)
        for ticket in leaving:
            self._stock.give_back(ticket)
        if self._beyond:
            # What is within its limit again is news when it is beyond it once more; what is still beyond is none.
            found, beyond = self._found, set(self._beyond)
            self._found = []
            self._check_limits(leaving)
            self._found, self._beyond = found, self._beyond & beyond

    def _check_limits(self, tickets: Sequence[WatchedTicket]) -> None:
        self._check_parts({ticket.part for ticket in tickets})
        self._check_quotas({ticket.kind for ticket in tickets})
        self._check_shares(
            {(each.allotment, each.part) for each in tickets if each.allotment and not each.seat}
        )

    def _check_place(self, booking_id: str, ticket: WatchedTicket) -> None:
        seat, stock = ticket.seat, self._stock
        offer = self._offers.get(ticket.kind)
        if offer is not None and offer.sections and ticket.part not in offer.sections:
            what = f"ticket type {ticket.kind} in {ticket.part}"
            self._tell(Invariant.PLACE_EXISTS, what, f"{what} is not on offer there")
        if seat is None:
            if ticket.part not in self._plan.capacity:
                self._tell(
                    Invariant.PLACE_EXISTS, f"area {ticket.part}", f"area {ticket.part} is not in the plan"
                )
            return
        if not self._plan.has(seat):
            self._tell(Invariant.PLACE_EXISTS, f"seat {seat}", f"seat {seat} is not in the plan")
        if stock.seats.get(seat):
            others = sorted(self._holders(seat) - {booking_id}) or [booking_id]
            both = f"booking {booking_id} and in {', '.join(others)}"
            self._tell(Invariant.PLACE_ONCE, f"seat {seat}", f"seat {seat} is in {both}")
        elif (keeper := stock.keepers.get(seat)) is not None and keeper != ticket.allotment:
            self._tell(Invariant.KEPT_BACK, f"seat {seat}", f"seat {seat} is kept back by allotment {keeper}")

    def _holders(self, seat: str) -> set[str]:
        """Looked for only when something is wrong."""
        return {
            booking_id
            for booking_id, booking in self._bookings.items()
            if booking.has_places and any(ticket.seat == seat for ticket in booking.tickets.values())
        }

    def _check_parts(self, parts: Iterable[str]) -> None:
        for part in sorted(parts):
            self._tell_limit(
                Invariant.CAPACITY, part, self._stock.used(part), self._plan.capacity.get(part, 0)
            )

    def _check_quotas(self, kinds: set[str]) -> None:
        used = self._stock.kinds
        for kind in sorted(kinds):
            offer = self._offers.get(kind)
            if offer is not None and offer.quota is not None:
                self._tell_limit(Invariant.QUOTA, f"ticket type {kind}", used[kind], offer.quota)
        for shared in self._shared:
            if kinds.intersection(shared.ticket_type_ids):
                together = sum(used[kind] for kind in shared.ticket_type_ids)
                self._tell_limit(Invariant.QUOTA, f"the quota {shared.name}", together, shared.quota)

    def _check_shares(self, shares: set[Share]) -> None:
        for share in sorted(shares):
            limit = self._stock.shares.get(share)
            if limit is not None:
                what = f"allotment {share[0]} in {share[1]}"
                self._tell_limit(Invariant.KEPT_BACK, what, self._stock.used_shares[share], limit)

    def _hand_out(self, codes: Iterable[str]) -> None:
        for code in codes:
            if code in self._codes:
                # Whoever has a code comes in with it, so it is not told.
                self._tell(
                    Invariant.TICKET_CODE_ONCE, "a ticket code", "a ticket has a code that another one had"
                )
            self._codes.add(code)


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
