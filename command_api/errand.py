"""A command about a show's bookings with all it takes to check and to answer it, as data.

Whoever carries it out makes the check and the answer from this and from nothing else: the process that was asked, or
another one that it was handed to.
"""

from collections.abc import Callable, Container
from typing import Any

import msgspec

from command_api.answers.booking import changed_booking, created_booking, transferred_booking
from command_api.writing.answer import Answer
from command_api.writing.failures import PreconditionFailed
from domain.refusal import Refused
from domain.show.commands import (
    BookSeats,
    CancelBooking,
    CancelBookingsOfShow,
    ChangeQuantity,
    ConfirmBooking,
    ExchangeTickets,
    ExpireHolds,
    ExtendHold,
    NameTicketHolders,
    TransferBooking,
)
from domain.show.refusals import BookingNotFound
from domain.show.state import Show

AboutBooking = (
    ConfirmBooking
    | CancelBooking
    | ExtendHold
    | ExchangeTickets
    | ChangeQuantity
    | TransferBooking
    | NameTicketHolders
)
PolicyCommand = ExpireHolds | CancelBookingsOfShow
ErrandCommand = BookSeats | AboutBooking | PolicyCommand


class Errand(msgspec.Struct, frozen=True, gc=False):
    """`only_for` is the customer whose the booking must be, None where it may be anybody's. `request_id` is named by an
    answer that is a problem; where nobody has asked there is none.
    """

    command: ErrandCommand
    only_for: str | None = None
    request_id: str = ""

    def check(self, versions: Container[int] | None) -> Callable[[Show], None] | None:
        """Refuses a show or booking at none of these `versions`, and a booking of somebody else."""
        command = self.command
        if isinstance(command, BookSeats):
            return None if versions is None else _show_at(versions)
        if isinstance(command, ExpireHolds | CancelBookingsOfShow) or (
            versions is None and self.only_for is None
        ):
            return None
        return _booking_at(command.booking_id, self.only_for, versions)

    def render(self) -> Callable[[Show, list[Any]], Answer]:
        """The booking as it is now; where the command is about many, the number of facts."""
        command = self.command
        if isinstance(command, BookSeats):
            return created_booking(command.booking_id, command.now)
        if isinstance(command, TransferBooking):
            return transferred_booking(command.booking_id, command.now, command.customer, self.only_for)
        if isinstance(command, ExpireHolds | CancelBookingsOfShow):
            return _number_of_facts
        return changed_booking(command.booking_id, command.now, self.request_id)


def _show_at(versions: Container[int]) -> Callable[[Show], None]:
    # Of the show itself: a sale does not change what an organiser edits.
    def check(show: Show) -> None:
        if show.offer_version not in versions:
            raise PreconditionFailed(show.offer_version)

    return check


def _booking_at(
    booking_id: str, only_for: str | None, versions: Container[int] | None
) -> Callable[[Show], None]:
    def check(show: Show) -> None:
        booking = show.booking(booking_id)
        if only_for is not None and booking.customer.id != only_for:
            # The same as of one that is not there, so that an id tells nothing.
            raise Refused(BookingNotFound(booking_id))
        if versions is not None and booking.version not in versions:
            raise PreconditionFailed(booking.version)

    return check


def _number_of_facts(_show: Show, facts: list[Any]) -> Answer:
    return Answer(200, b"%d" % len(facts))
