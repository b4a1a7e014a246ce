"""What the model says a command must, or may, be told. Of two obstacles either may be named."""

from domain.refusal import Refusal
from domain.show import refusals as no
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking
from domain.show.offer import Offer
from tests.domain.show.model import Model

Reasons = set[type[Refusal]]


def of_booking(model: Model, command: BookSeats) -> tuple[Reasons, Reasons]:  # noqa: C901, PLR0912 -- every rule in turn
    """Reasons of which one must be given, and reasons that may be."""
    if command.booking_id in model.bookings:
        return set(), set()
    must: Reasons = {no.SalesAreClosed} if model.status == "closed" else set()
    if model.status == "cancelled":
        must.add(no.ShowIsCancelled)
    if command.now >= model.over_at:
        must.add(no.ShowIsOver)
    if any(item.ticket_type_id is None for item in command.wanted) and len(model.offers) > 1:
        return must | {no.TicketTypeRequired}, {no.TicketTypeNotOffered}
    if any(item.ticket_type_id not in model.offers for item in command.wanted):
        return must | {no.TicketTypeNotOffered}, set()
    items = [(model.offers[str(item.ticket_type_id)], item) for item in command.wanted]
    most = model.rules.max_per_customer
    count = sum(item.quantity for item in command.wanted)
    if most is not None and model.of_customer(command.customer) + count > most:
        must.add(no.CustomerLimitReached)
    holds = model.rules.max_holds_per_customer
    due = sum(offer.price.amount * item.quantity for offer, item in items)
    if holds is not None and model.holds_of(command.customer) >= holds and due and not command.payment:
        must.add(no.HoldLimitReached)
    kept = command.allotment_id is not None
    asked = {offer.id: 0 for offer, _ in items}
    for offer, item in items:
        asked[offer.id] += item.quantity
    for name, quantity in asked.items():
        must |= _of_quantity(model, model.offers[name], quantity, command, kept=kept)
    for shared in model.rules.shared_quotas:
        wanted = sum(asked.get(each, 0) for each in shared.ticket_type_ids)
        used = sum(model.count()[each] for each in shared.ticket_type_ids)
        if wanted and wanted + used > shared.quota:
            must.add(no.SoldOut)
    if command.payment and command.payment.amount.amount != sum(
        offer.price.amount * item.quantity for offer, item in items
    ):
        must.add(no.PaymentAmountWrong)
    named = [(offer, seat) for offer, item in items for seat in item.seats]
    if kept:
        return must | _of_seats_of_allotment(model, command, named), {no.SoldOut}
    must |= _of_seats(model, named)
    unnamed = [(offer, item.quantity) for offer, item in items if not item.seats]
    must |= _of_choice(model, unnamed, {seat for _, seat in named})
    # The first of two items may take what only the second could have used: it is not a puzzle solver.
    return must, {no.SoldOut} if len(unnamed) > 1 else set()


def _of_seats(model: Model, named: list[tuple[Offer, str]]) -> Reasons:
    seats = [seat for _, seat in named]
    reasons = _of_names(model, named)
    if set(seats) & ({ticket.seat for ticket in model.live()} | model.kept_seats().keys()):
        reasons.add(no.SeatsNotAvailable)
    return reasons


def _of_seats_of_allotment(model: Model, command: BookSeats, named: list[tuple[Offer, str]]) -> Reasons:
    reasons = _of_names(model, named)
    allotment = model.allotments.get(str(command.allotment_id))
    if allotment is None or not allotment.sellable:
        reasons.add(no.AllotmentNotFound)
    elif any(model.kept_seats().get(seat) != allotment.id for _, seat in named):
        reasons.add(no.SeatsNotAvailable)
    return reasons


def _of_names(model: Model, named: list[tuple[Offer, str]]) -> Reasons:
    seats, known = [seat for _, seat in named], model.seats
    reasons: Reasons = set()
    if len(seats) != len(set(seats)):
        reasons.add(no.SeatsNamedTwice)
    if set(seats) - known.keys():
        reasons.add(no.SeatsUnknown)
    if any(seat in known and known[seat] not in model.parts(offer) for offer, seat in named):
        reasons.add(no.SeatsNotInTicketType)
    return reasons


def _of_choice(model: Model, unnamed: list[tuple[Offer, int]], named: set[str]) -> Reasons:
    """What the same booking names is not there to be chosen."""
    free, seats = model.free(), model.seats
    for offer, quantity in unnamed:
        gone = sum(1 for seat in named if seats.get(seat) in model.parts(offer))
        if quantity > sum(free[part] for part in model.parts(offer)) - gone:
            return {no.SoldOut}
    return set()


def _of_quantity(model: Model, offer: Offer, quantity: int, command: BookSeats, *, kept: bool) -> Reasons:
    reasons: Reasons = set()
    if offer.sales_from is not None and command.now < offer.sales_from:
        reasons.add(no.SalesNotOpen)
    if offer.sales_until is not None and command.now >= offer.sales_until:
        reasons.add(no.SalesAreClosed)
    before = model.offers.get(str(offer.opens_after))
    if before and offer.id not in model.opened and model.left(before):
        reasons.add(no.SalesNotOpen)
    if quantity < offer.min_per_booking:
        reasons.add(no.BelowMinimum)
    if offer.max_per_booking is not None and quantity > offer.max_per_booking:
        reasons.add(no.AboveMaximum)
    if quantity > (model.quota_left(offer) if kept else model.left(offer)):
        reasons.add(no.SoldOut)
    return reasons


def of_payment(model: Model, command: ConfirmBooking) -> Reasons:
    booking, payment = model.bookings.get(command.booking_id), command.payment
    if booking is None:
        return {no.BookingNotFound}
    known = payment is None or payment.reference == booking.paid_with
    told = payment is not None and payment.reference in booking.unwanted
    if booking.status == "confirmed":
        return {no.BookingAlreadyPaid} if told and not known else set()
    if booking.status == "cancelled":
        return {no.BookingAlreadyCancelled} if known else {no.PaymentTooLate} if told else set()
    if told:
        return {no.PaymentTooLate}
    if payment is None and booking.due:
        return {no.PaymentRequired}
    if payment is not None and payment.amount.amount != booking.due:
        return {no.PaymentAmountWrong}
    if payment is None and booking.status == "expired" and not model.can_retake(booking, command.now):
        return {no.BookingIsExpired}
    return set()


def of_cancelling(model: Model, command: CancelBooking) -> Reasons:
    booking = model.bookings.get(command.booking_id)
    if booking is None:
        return {no.BookingNotFound}
    if booking.status == "cancelled":
        return {no.BookingAlreadyCancelled}
    if booking.status == "expired":
        return {no.BookingIsExpired}
    reasons: Reasons = set()
    if command.now >= model.over_at and model.status != "cancelled":
        reasons.add(no.ShowIsOver)
    if set(command.ticket_ids) - booking.tickets.keys():
        reasons |= {no.TicketsNotInBooking, no.TicketsAlreadyCancelled}
    if command.refund is not None and command.refund.amount > booking.paid - booking.refunded:
        reasons.add(no.RefundTooHigh)
    return reasons
