"""Decide a payment: money for a hold, in time, too late or twice."""

from msgspec.structs import replace

from domain.refusal import Refused
from domain.show.book import sales_opened
from domain.show.booking import Booking
from domain.show.choosing import Pick, Place
from domain.show.commands import ConfirmBooking
from domain.show.facts import (
    BookingConfirmed,
    Payment,
    PaymentCameTooLate,
    PaymentCameTwice,
    PlacesReplaced,
    ShowFact,
)
from domain.show.payment_check import require_payment
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingAlreadyPaid,
    BookingIsExpired,
    PaymentTooLate,
)
from domain.show.state import Show
from domain.show.stock_rules import customer_may_have, is_over
from domain.show.ticket import Ticket


def confirm_booking(command: ConfirmBooking, show: Show) -> list[ShowFact]:
    """Confirmed in time, or late while places are to be had. Money that can buy nothing any more is recorded.

    The same payment twice is one confirmation: the second adds nothing.
    """
    booking, payment = show.booking(command.booking_id), command.payment
    if booking.status == "confirmed":
        return _paid_again(command, booking, payment)
    if booking.status == "cancelled":
        if payment is None or _is_known(payment, booking):
            # What paid for it once went back with the cancellation: told again, it is not due back again.
            raise Refused(BookingAlreadyCancelled(booking.id))
        return _too_late(command, booking, payment)
    if payment is not None and _is_unwanted(payment, booking):
        # Said before: it has to be paid back, so it buys nothing, also when the places are free again by now.
        raise Refused(PaymentTooLate(booking.id))
    require_payment(payment, show.due(booking))
    confirmed = BookingConfirmed(command.show_id, booking.id, command.now, payment)
    if booking.status == "pending":
        return [confirmed]
    live = booking.live_tickets
    late = (
        show.status != "cancelled"
        and not is_over(show, command.now)
        and customer_may_have(show, booking.customer, len(live))
    )
    if late and show.can_retake(booking):
        return [confirmed, *sales_opened(show, live, command.now)]
    if payment is None:
        raise Refused(BookingIsExpired(booking.id, booking.expires_at or command.now))
    equal = _equal_places(show, booking) if late else ()
    if equal:
        replaced = PlacesReplaced(command.show_id, booking.id, equal, command.now)
        return [replaced, confirmed, *sales_opened(show, equal, command.now)]
    return _too_late(command, booking, payment)


def _is_known(payment: Payment, booking: Booking) -> bool:
    """Whether it is money that the booking was paid with: money is known by its reference."""
    first = () if booking.payment is None else (booking.payment,)
    return any(payment.reference == known.reference for known in (*first, *booking.further_payments))


def _is_unwanted(payment: Payment, booking: Booking) -> bool:
    """Whether it is on record already as to be paid back."""
    return any(payment.reference == unwanted.reference for unwanted in booking.unwanted_payments)


def _paid_again(command: ConfirmBooking, booking: Booking, payment: Payment | None) -> list[ShowFact]:
    if payment is None or _is_known(payment, booking):
        return []
    if _is_unwanted(payment, booking):
        raise Refused(BookingAlreadyPaid(booking.id))
    return [PaymentCameTwice(command.show_id, booking.id, payment, command.now)]


def _too_late(command: ConfirmBooking, booking: Booking, payment: Payment) -> list[ShowFact]:
    if _is_unwanted(payment, booking):
        raise Refused(PaymentTooLate(booking.id))
    return [PaymentCameTooLate(command.show_id, booking.id, payment, command.now)]


def _equal_places(show: Show, booking: Booking) -> tuple[Ticket, ...]:
    """The booking's live tickets with other places of the same types, where the show's rules allow it; else none."""
    live = booking.live_tickets
    by_type: dict[str, list[Ticket]] = {}
    for ticket in live:
        by_type.setdefault(ticket.ticket_type_id, []).append(ticket)
    allowed = show.details.rules.late_payment == "equal_places" and show.status in ("on_sale", "closed")
    if any(show.places.is_for_wheelchairs(ticket.seat) for ticket in live):
        return ()  # No ordinary seat is equal to a wheelchair place, or to the one beside it.
    if not allowed or not show.quotas_allow({type_id: len(tickets) for type_id, tickets in by_type.items()}):
        return ()
    pick = Pick(show.places)
    replaced: dict[str, Ticket] = {}
    for type_id, tickets in by_type.items():
        offer = show.offers.get(type_id)
        places = pick.choose(show.parts_of(offer), len(tickets)) if offer else []
        if len(places) < len(tickets):
            return ()
        replaced |= {ticket.id: _at(ticket, place) for ticket, place in zip(tickets, places, strict=True)}
    return tuple(replaced[ticket.id] for ticket in live)


def _at(ticket: Ticket, place: Place) -> Ticket:
    return replace(ticket, seat=place.seat, area=place.area, allotment_id=None)
