"""A show, told the simple way: a list of bookings, everything else counted afresh each time.

Slow and obvious, which is the point: the real show keeps flags, counters and a heap, and must come to the same answers.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from domain.refusal import Refusal
from domain.seating_plan import SeatingPlan
from domain.show import refusals as no
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    Payment,
    PaymentCameTooLate,
    SalesClosed,
    SeatsBooked,
    SeatsHeld,
    ShowFact,
)
from domain.show.offer import Offer
from domain.show.ticket import Ticket

Reasons = set[type[Refusal]]


@dataclass
class SimpleBooking:
    tickets: dict[str, Ticket]
    status: str
    expires_at: datetime | None = None
    late: list[Payment] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(ticket.price.amount for ticket in self.tickets.values())


class Model:
    """`tickets` of a booking are those not cancelled."""

    def __init__(self, plan: SeatingPlan, offers: tuple[Offer, ...], over_at: datetime) -> None:
        self.capacity = {part.name: part.capacity for part in plan.parts}
        self.seats = {
            f"{section.name}/{row.name}/{row.label(index)}": section.name
            for section in plan.sections
            for row in section.rows
            for index in range(row.size)
        }
        self.offers = {offer.id: offer for offer in offers}
        self.over_at = over_at
        self.closed = False
        self.bookings: dict[str, SimpleBooking] = {}
        self.refunded: Counter[str] = Counter()

    # What there is.

    def live(self, *states: str) -> list[Ticket]:
        states = states or ("pending", "confirmed")
        return [
            ticket
            for each in self.bookings.values()
            if each.status in states
            for ticket in each.tickets.values()
        ]

    def part(self, ticket: Ticket) -> str:
        return self.seats[ticket.seat] if ticket.seat is not None else str(ticket.area)

    def parts(self, offer: Offer) -> set[str]:
        return set(offer.sections) or set(self.capacity)

    def free(self) -> dict[str, int]:
        taken = Counter(self.part(ticket) for ticket in self.live())
        return {part: capacity - taken[part] for part, capacity in self.capacity.items()}

    def count(self, *states: str) -> dict[str, int]:
        return Counter(ticket.ticket_type_id for ticket in self.live(*states))

    def left(self, offer: Offer) -> int:
        free = self.free()
        places = sum(free[part] for part in self.parts(offer))
        return places if offer.quota is None else min(places, offer.quota - self.count()[offer.id])

    def overdue(self, now: datetime) -> set[str]:
        return {
            name
            for name, each in self.bookings.items()
            if each.status == "pending" and each.expires_at is not None and each.expires_at < now
        }

    # What may be said to a command: reasons of which one must be given, and reasons that may be.

    def refusals_of_booking(self, command: BookSeats) -> tuple[Reasons, Reasons]:
        if command.booking_id in self.bookings:
            return set(), set()
        must: Reasons = {no.SalesAreClosed} if self.closed else set()
        if command.now >= self.over_at:
            must.add(no.ShowIsOver)
        if any(item.ticket_type_id is None for item in command.wanted):
            return must | {no.TicketTypeRequired}, {no.TicketTypeNotOffered}
        if any(item.ticket_type_id not in self.offers for item in command.wanted):
            return must | {no.TicketTypeNotOffered}, set()
        items = [(self.offers[str(item.ticket_type_id)], item) for item in command.wanted]
        for name in {offer.id for offer, _ in items}:
            quantity = sum(item.quantity for offer, item in items if offer.id == name)
            must |= self._refusals_of_quantity(self.offers[name], quantity, command.now)
        named = [(offer, seat) for offer, item in items for seat in item.seats]
        must |= self._refusals_of_seats(named)
        unnamed = [(offer, item.quantity) for offer, item in items if not item.seats]
        must |= self._refusals_of_choice(unnamed, {seat for _, seat in named})
        # The first of two items may take what only the second could have used: it is not a puzzle solver.
        return must, {no.SoldOut} if len(unnamed) > 1 else set()

    def _refusals_of_seats(self, named: list[tuple[Offer, str]]) -> Reasons:
        seats = [seat for _, seat in named]
        reasons: Reasons = set()
        if len(seats) != len(set(seats)):
            reasons.add(no.SeatsNamedTwice)
        if set(seats) - self.seats.keys():
            reasons.add(no.SeatsUnknown)
        if any(seat in self.seats and self.seats[seat] not in self.parts(offer) for offer, seat in named):
            reasons.add(no.SeatsNotInTicketType)
        if set(seats) & {ticket.seat for ticket in self.live()}:
            reasons.add(no.SeatsNotAvailable)
        return reasons

    def _refusals_of_choice(self, unnamed: list[tuple[Offer, int]], named: set[str]) -> Reasons:
        """What the same booking names is not there to be chosen."""
        free = self.free()
        for offer, quantity in unnamed:
            gone = sum(1 for seat in named if self.seats.get(seat) in self.parts(offer))
            if quantity > sum(free[part] for part in self.parts(offer)) - gone:
                return {no.SoldOut}
        return set()

    def _refusals_of_quantity(self, offer: Offer, quantity: int, now: datetime) -> Reasons:
        reasons: Reasons = set()
        if offer.sales_from is not None and now < offer.sales_from:
            reasons.add(no.SalesNotOpen)
        if offer.sales_until is not None and now >= offer.sales_until:
            reasons.add(no.SalesAreClosed)
        if quantity < offer.min_per_booking:
            reasons.add(no.BelowMinimum)
        if offer.max_per_booking is not None and quantity > offer.max_per_booking:
            reasons.add(no.AboveMaximum)
        if quantity > self.left(offer):
            reasons.add(no.SoldOut)
        return reasons

    def refusals_of_payment(self, command: ConfirmBooking) -> Reasons:
        booking = self.bookings.get(command.booking_id)
        if booking is None:
            return {no.BookingNotFound}
        if booking.status == "cancelled":
            return {no.BookingAlreadyCancelled}
        if booking.status == "confirmed":
            return set()
        if command.payment in booking.late:
            return {no.PaymentTooLate}
        if command.payment is None and booking.due:
            return {no.PaymentRequired}
        if command.payment is not None and command.payment.amount.amount != booking.due:
            return {no.PaymentAmountWrong}
        if command.payment is None and booking.status == "expired" and not self.can_retake(booking):
            return {no.BookingIsExpired}
        return set()

    def can_retake(self, booking: SimpleBooking) -> bool:
        wanted = list(booking.tickets.values())
        free, used = self.free(), self.count()
        types = Counter(ticket.ticket_type_id for ticket in wanted)
        standing = Counter(ticket.area for ticket in wanted if ticket.area is not None)
        quotas = {name: self.offers[name].quota for name in types}
        return (
            not {ticket.seat for ticket in wanted if ticket.seat} & {ticket.seat for ticket in self.live()}
            and all(count <= free[str(area)] for area, count in standing.items())
            and all(quota is None or used[name] + types[name] <= quota for name, quota in quotas.items())
        )

    def refusals_of_cancelling(self, command: CancelBooking) -> Reasons:
        booking = self.bookings.get(command.booking_id)
        if booking is None:
            return {no.BookingNotFound}
        if booking.status == "cancelled":
            return {no.BookingAlreadyCancelled}
        if booking.status == "expired":
            return {no.BookingIsExpired}
        strange = set(command.ticket_ids) - booking.tickets.keys()
        return {no.TicketsNotInBooking, no.TicketsAlreadyCancelled} if strange else set()

    # What happened.

    def happened(self, fact: ShowFact) -> None:
        match fact:
            case SeatsHeld() | SeatsBooked():
                assert fact.booking_id not in self.bookings
                until = fact.expires_at if isinstance(fact, SeatsHeld) else None
                status = "confirmed" if until is None else "pending"
                self._check_offered(fact.tickets)
                self.bookings[fact.booking_id] = SimpleBooking(
                    {each.id: each for each in fact.tickets}, status, until
                )
            case BookingConfirmed():
                self.bookings[fact.booking_id].status = "confirmed"
            case BookingExpired():
                assert self.bookings[fact.booking_id].status == "pending"
                self.bookings[fact.booking_id].status = "expired"
            case BookingCancelled():
                self._cancelled(fact)
            case PaymentCameTooLate():
                booking = self.bookings[fact.booking_id]
                assert booking.status == "expired"
                assert not self.can_retake(booking)
                booking.late.append(fact.payment)
            case SalesClosed():
                self.closed = True
            case _:
                raise AssertionError(f"nobody asked for {fact}")

    def _check_offered(self, tickets: tuple[Ticket, ...]) -> None:
        for ticket in tickets:
            offer = self.offers[ticket.ticket_type_id]
            assert self.part(ticket) in self.parts(offer)
            assert (ticket.seat is None) != (ticket.area is None)
            assert (ticket.price, ticket.ticket_type) == (offer.price, offer.name)

    def _cancelled(self, fact: BookingCancelled) -> None:
        booking = self.bookings[fact.booking_id]
        gone = [booking.tickets.pop(ticket_id) for ticket_id in fact.ticket_ids]
        assert gone
        paid = sum(ticket.price.amount for ticket in gone) if booking.status == "confirmed" else 0
        assert fact.refund.amount == paid
        self.refunded[fact.booking_id] += paid
        if not booking.tickets:
            booking.status = "cancelled"
