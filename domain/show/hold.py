"""Decide how long a hold lasts."""

from datetime import timedelta

from domain.refusal import Refused
from domain.show.commands import ExtendHold
from domain.show.facts import HoldExtended, ShowFact
from domain.show.refusals import BookingIsExpired, BookingNotPending, HoldTooLong
from domain.show.state import Show
from domain.show.stock_rules import require_standing

WINDOWS_MAX = 3


def extend_hold(command: ExtendHold, show: Show) -> list[ShowFact]:
    """Later by so many seconds, but not beyond what the show allows from when the hold began."""
    booking = show.booking(command.booking_id)
    if booking.status == "expired":
        raise Refused(BookingIsExpired(booking.id, booking.expires_at or command.now))
    if booking.status != "pending" or booking.expires_at is None:
        raise Refused(BookingNotPending(booking.id, booking.status))
    require_standing(show, command.now)
    rules, window = show.details.rules, show.details.payment_window_seconds
    longest = rules.hold_seconds_max or WINDOWS_MAX * (window or command.seconds)
    latest = booking.created_at + timedelta(seconds=longest)
    expires_at = booking.expires_at + timedelta(seconds=command.seconds)
    if expires_at > latest:
        raise Refused(HoldTooLong(latest))
    return [HoldExtended(command.show_id, booking.id, expires_at, command.now)]
