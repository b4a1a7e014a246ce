"""Decide the end of a show: cancelled with all its bookings, or deleted because it was a mistake."""

from itertools import islice

from domain.refusal import Refused
from domain.show.cancel import full_refund
from domain.show.commands import CancelBookingsOfShow, CancelShow, DeleteShow
from domain.show.facts import BookingCancelled, ShowCancelled, ShowDeleted, ShowFact
from domain.show.refusals import ShowHasBookings, ShowIsOver
from domain.show.state import Show
from domain.show.stock_rules import ends_at, is_over


def cancel_show(command: CancelShow, show: Show) -> list[ShowFact]:
    """Nothing is sold from now on; the bookings are cancelled and refunded by the commands that follow."""
    if show.status == "cancelled":
        return []
    if is_over(show, command.now):
        raise Refused(ShowIsOver(ends_at(show)))
    return [ShowCancelled(command.show_id, command.now, command.reason)]


def cancel_bookings_of_show(command: CancelBookingsOfShow, show: Show) -> list[ShowFact]:
    """The next bookings that still stand, in full. Nothing for a show that is not cancelled, or when none is left."""
    if show.status != "cancelled":
        return []
    standing = (booking for booking in show.bookings.values() if booking.is_live)
    return [
        BookingCancelled(
            command.show_id,
            booking.id,
            tuple(ticket.id for ticket in booking.live_tickets),
            full_refund(booking, booking.live_tickets),
            command.now,
            "event cancelled",
        )
        for booking in islice(standing, command.bookings_max)
    ]


def delete_show(command: DeleteShow, show: Show) -> list[ShowFact]:
    if show.bookings:
        raise Refused(ShowHasBookings(command.show_id))
    return [ShowDeleted(command.show_id, command.now)]
