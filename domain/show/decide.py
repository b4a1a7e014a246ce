"""Decide one command about a show: the table of who decides what.

`lapse` comes first, always: it says what time alone has made true since the last command. So a hold past its
`expires_at` is free in every decision, whether or not any worker ran, and the log says so before the place is sold
again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.refusal import Refused
from domain.show import commands as c
from domain.show.allot import allot_seats, release_allotment
from domain.show.book import book_seats
from domain.show.call_off import cancel_bookings_of_show, cancel_show, delete_show
from domain.show.cancel import cancel_booking
from domain.show.confirm import confirm_booking
from domain.show.exchange import exchange_tickets
from domain.show.facts import AllotmentReleased, BookingExpired, ShowFact
from domain.show.hold import extend_hold
from domain.show.quantity import change_quantity
from domain.show.refusals import ShowNotFound
from domain.show.schedule import (
    change_show,
    close_sales,
    offer_ticket_type,
    publish_show,
    reopen_sales,
    reschedule_show,
    schedule_show,
    withdraw_offer,
)
from domain.show.state import Show
from domain.show.transfer import name_ticket_holders, transfer_booking


def lapse(show: Show, now: datetime) -> list[ShowFact]:
    """`BookingExpired` for each hold, `AllotmentReleased` for each allotment, whose time has run out by `now`."""
    if show.status == "deleted" or not show.may_lapse(now):
        return []
    expired: list[ShowFact] = [
        BookingExpired(show.details.show_id, booking.id, booking.expires_at, now)
        for booking in show.overdue(now)
        if booking.expires_at is not None
    ]
    released = [
        AllotmentReleased(show.details.show_id, allotment.id, now)
        for allotment in show.overdue_allotments(now)
    ]
    return expired + released


def decide(command: c.ShowCommand, show: Show) -> list[ShowFact]:
    """The facts that follow from `command`, after `lapse` has been folded; raises `Refused`."""
    if not isinstance(command, c.ScheduleShow) and (show.scheduled is None or show.status == "deleted"):
        raise Refused(ShowNotFound(command.show_id))
    return _DECIDE[type(command)](command, show)


def _expire_holds(_command: c.ExpireHolds, _show: Show) -> list[ShowFact]:
    """Nothing more: what this command asks for is what `lapse` does before every command."""
    return []


_DECIDE: dict[type, Callable[[Any, Show], list[ShowFact]]] = {
    c.ScheduleShow: schedule_show,
    c.PublishShow: publish_show,
    c.ChangeShow: change_show,
    c.RescheduleShow: reschedule_show,
    c.OfferTicketType: offer_ticket_type,
    c.WithdrawOffer: withdraw_offer,
    c.AllotSeats: allot_seats,
    c.ReleaseAllotment: release_allotment,
    c.CloseSales: close_sales,
    c.ReopenSales: reopen_sales,
    c.CancelShow: cancel_show,
    c.CancelBookingsOfShow: cancel_bookings_of_show,
    c.DeleteShow: delete_show,
    c.BookSeats: book_seats,
    c.ExtendHold: extend_hold,
    c.ConfirmBooking: confirm_booking,
    c.CancelBooking: cancel_booking,
    c.ExchangeTickets: exchange_tickets,
    c.ChangeQuantity: change_quantity,
    c.TransferBooking: transfer_booking,
    c.NameTicketHolders: name_ticket_holders,
    c.ExpireHolds: _expire_holds,
}
