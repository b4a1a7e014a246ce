"""Decide a cancellation: all of a booking or some of its tickets, and what comes back."""

from domain.money import Money, total
from domain.refusal import Refused
from domain.show.booking import Booking
from domain.show.commands import CancelBooking
from domain.show.facts import BookingCancelled, ShowFact
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingIsExpired,
    RefundTooHigh,
    TicketsAlreadyCancelled,
    TicketsNotInBooking,
)
from domain.show.state import Show
from domain.show.stock_rules import require_standing
from domain.show.ticket import Ticket


def cancel_booking(command: CancelBooking, show: Show) -> list[ShowFact]:
    """The tickets become void, their places free, and by the show's policy money is due back."""
    booking = standing_booking(show, command.booking_id)
    if show.status != "cancelled":
        require_standing(show, command.now)
    leaving = chosen_tickets(booking, command.ticket_ids)
    ticket_ids = tuple(ticket.id for ticket in leaving)
    refund = _refund(command, booking, leaving, show)
    return [BookingCancelled(command.show_id, booking.id, ticket_ids, refund, command.now, command.reason)]


def standing_booking(show: Show, booking_id: str) -> Booking:
    """A booking that has places; refuses on one that is cancelled or expired."""
    booking = show.booking(booking_id)
    if booking.status == "cancelled":
        raise Refused(BookingAlreadyCancelled(booking.id))
    if booking.status == "expired":
        raise Refused(BookingIsExpired(booking.id, booking.expires_at or booking.created_at))
    return booking


def chosen_tickets(booking: Booking, ticket_ids: tuple[str, ...]) -> tuple[Ticket, ...]:
    """The tickets of these ids, all that are left when none is named; refuses on unknown and cancelled ones."""
    if not ticket_ids:
        return booking.live_tickets
    known = {ticket.id for ticket in booking.tickets}
    if unknown := tuple(ticket_id for ticket_id in ticket_ids if ticket_id not in known):
        raise Refused(TicketsNotInBooking(unknown))
    if gone := tuple(ticket_id for ticket_id in ticket_ids if ticket_id in booking.cancelled_ids):
        raise Refused(TicketsAlreadyCancelled(gone))
    return tuple(ticket for ticket in booking.tickets if ticket.id in ticket_ids)


def refundable(booking: Booking) -> Money:
    """What was paid and does not have to be paid back yet: no refund exceeds it."""
    return Money(booking.paid.amount - booking.refunded.amount, booking.total.currency)


def full_refund(booking: Booking, leaving: tuple[Ticket, ...]) -> Money:
    """The whole price of these tickets, as far as it was paid."""
    price = total((ticket.price for ticket in leaving), booking.total.currency)
    return min(price, refundable(booking), key=lambda money: money.amount)


def _refund(command: CancelBooking, booking: Booking, leaving: tuple[Ticket, ...], show: Show) -> Money:
    most = full_refund(booking, leaving)
    if command.refund is not None:
        allowed = refundable(booking)
        if command.refund.currency != allowed.currency or command.refund.amount > allowed.amount:
            raise Refused(RefundTooHigh(command.refund, allowed))
        return command.refund
    if show.status == "cancelled":
        return most
    return show.details.rules.refunds.of(most, show.details.starts_at, command.now)
