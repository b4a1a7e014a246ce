"""Decide a payment: money for a hold, in time or too late."""

from domain.refusal import Refused
from domain.show.booking import Booking
from domain.show.commands import ConfirmBooking
from domain.show.facts import BookingConfirmed, PaymentCameTooLate, ShowFact
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingIsExpired,
    PaymentAmountWrong,
    PaymentRequired,
    PaymentTooLate,
)
from domain.show.state import Show


def confirm_booking(command: ConfirmBooking, show: Show) -> list[ShowFact]:
    """Confirmed in time, or late while the same places are still to be had; else the late money is recorded."""
    booking = show.booking(command.booking_id)
    if booking.status == "cancelled":
        raise Refused(BookingAlreadyCancelled(booking.id))
    if booking.status == "confirmed":
        return []
    if command.payment in booking.late_payments:
        # Said before: it has to be paid back, so it buys nothing, also when the places are free again by now.
        raise Refused(PaymentTooLate(booking.id))
    _check_payment(command, booking, show)
    confirmed: list[ShowFact] = [BookingConfirmed(command.show_id, booking.id, command.now, command.payment)]
    if booking.status == "pending" or show.can_retake(booking):
        return confirmed
    if command.payment is None:
        raise Refused(BookingIsExpired(booking.id, booking.expires_at or command.now))
    return [PaymentCameTooLate(command.show_id, booking.id, command.payment, command.now)]


def _check_payment(command: ConfirmBooking, booking: Booking, show: Show) -> None:
    due = show.due(booking)
    if command.payment is None:
        if due.amount:
            raise Refused(PaymentRequired(due))
    elif command.payment.amount != due:
        raise Refused(PaymentAmountWrong(due, command.payment.amount))
