"""Commands about a booking that is there: found by its id, allowed to its owner and to staff."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from command_api.aggregates import SHOW
from command_api.answers.booking import changed_booking
from command_api.asking import Asking
from command_api.refused import refusal_problem
from command_api.roles import BOOKERS
from command_api.writing.answer import Answer
from domain.refusal import Refused
from domain.show.refusals import BookingNotFound
from domain.show.state import Show
from runtime.problems import Problem

Render = Callable[[Show, list[Any]], Answer]


async def about_booking(
    asking: Asking[Any], booking_id: str, command: Callable[[str], Any], *, render: Render | None = None
) -> Response:
    """Carry out the command that `command` makes from the show's id; the answer is the booking, or what `render` makes.

    Raises Problem 404 `booking-not-found`, for somebody else's booking too, so that an id tells nothing.
    """
    show_id = await asking.services.bookings.show_of(booking_id)
    if show_id is None:
        raise Problem(refusal_problem(BookingNotFound(booking_id)))
    return await asking.carry_out(
        SHOW,
        show_id,
        command(show_id),
        render or changed_booking(booking_id, asking.now),
        version=lambda show: show.booking(booking_id).version,
        may=_own_or_staff(asking, booking_id),
    )


def _own_or_staff(asking: Asking[Any], booking_id: str) -> Callable[[Show], None] | None:
    if BOOKERS.for_anybody(asking.caller):
        return None
    caller_id = asking.caller.id

    def check(show: Show) -> None:
        if show.booking(booking_id).customer.id != caller_id:
            raise Refused(BookingNotFound(booking_id))

    return check
