"""Decide one command about a show: the table of who decides what.

`lapse` comes first, always: it says what time alone has made true since the last command. So a hold past its
`expires_at` is free in every decision, whether or not any worker ran, and the log says so before the place is sold
again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.refusal import Refused
from domain.show.book import book_seats
from domain.show.cancel import cancel_booking
from domain.show.commands import (
    BookSeats,
    CancelBooking,
    CloseSales,
    ConfirmBooking,
    ExpireHolds,
    PublishShow,
    ScheduleShow,
    ShowCommand,
)
from domain.show.confirm import confirm_booking
from domain.show.facts import BookingExpired, ShowFact
from domain.show.refusals import ShowNotFound
from domain.show.schedule import close_sales, publish_show, schedule_show
from domain.show.state import Show


def lapse(show: Show, now: datetime) -> list[ShowFact]:
    """One `BookingExpired` for each hold that has run out by `now`."""
    return [
        BookingExpired(show.details.show_id, booking.id, booking.expires_at, now)
        for booking in show.overdue(now)
        if booking.expires_at is not None
    ]


def decide(command: ShowCommand, show: Show) -> list[ShowFact]:
    """The facts that follow from `command`, after `lapse` has been folded; raises `Refused`."""
    if show.scheduled is None and not isinstance(command, ScheduleShow):
        raise Refused(ShowNotFound(command.show_id))
    return _DECIDE[type(command)](command, show)


def _expire_holds(_command: ExpireHolds, _show: Show) -> list[ShowFact]:
    """Nothing more: what this command asks for is what `lapse` does before every command."""
    return []


_DECIDE: dict[type, Callable[[Any, Show], list[ShowFact]]] = {
    ScheduleShow: schedule_show,
    PublishShow: publish_show,
    CloseSales: close_sales,
    BookSeats: book_seats,
    ConfirmBooking: confirm_booking,
    CancelBooking: cancel_booking,
    ExpireHolds: _expire_holds,
}
