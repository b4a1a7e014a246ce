"""Decide a cancellation: all of a booking or some of its tickets."""

from domain.money import Money, total
from domain.refusal import Refused
from domain.show.booking import Booking
from domain.show.commands import CancelBooking
from domain.show.facts import BookingCancelled, ShowFact
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingIsExpired,
    TicketsAlreadyCancelled,
    TicketsNotInBooking,
)
from domain.show.state import Show
from domain.show.ticket import Ticket


def cancel_booking(command: CancelBooking, show: Show) -> list[ShowFact]:
    """The tickets become void, their places free, and what was paid for them is due back."""
    booking = show.booking(command.booking_id)
    if booking.status == "cancelled":
        raise Refused(BookingAlreadyCancelled(booking.id))
    if booking.status == "expired":
        raise Refused(BookingIsExpired(booking.id, booking.expires_at or command.now))
    leaving = _leaving(command, booking)
    refund = total((ticket.price for ticket in leaving), booking.total.currency)
    if booking.status == "pending":
        refund = Money(0, refund.currency)  # Nothing has been paid for a hold.
    ticket_ids = tuple(ticket.id for ticket in leaving)
    return [BookingCancelled(command.show_id, booking.id, ticket_ids, refund, command.now, command.reason)]


def _leaving(command: CancelBooking, booking: Booking) -> tuple[Ticket, ...]:
    if not command.ticket_ids:
        return booking.live_tickets
    known = {ticket.id for ticket in booking.tickets}
    if unknown := tuple(ticket_id for ticket_id in command.ticket_ids if ticket_id not in known):
        raise Refused(TicketsNotInBooking(unknown))
    if gone := tuple(ticket_id for ticket_id in command.ticket_ids if ticket_id in booking.cancelled_ids):
        raise Refused(TicketsAlreadyCancelled(gone))
    return tuple(ticket for ticket in booking.tickets if ticket.id in command.ticket_ids)
