"""Commands about a booking that is there: found by its id, allowed to its owner and to staff."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from command_api.asking import Asking
from command_api.errand import AboutBooking, Errand
from command_api.refused import refusal_problem
from command_api.roles import BOOKERS
from domain.show.refusals import BookingNotFound
from runtime.problems import Problem
from runtime.request_id import REQUEST_ID


async def about_booking(
    asking: Asking[Any], booking_id: str, command: Callable[[str], AboutBooking]
) -> Response:
    """Carry out the command that `command` makes from the show's id; the answer is the booking.

    Raises Problem 404 `booking-not-found`, for somebody else's booking too, so that an id tells nothing.
    """
    show_id = await asking.services.bookings.show_of(booking_id)
    if show_id is None:
        raise Problem(refusal_problem(BookingNotFound(booking_id)))
    only_for = None if BOOKERS.for_anybody(asking.caller) else asking.caller.id
    return await asking.run(show_id, Errand(command(show_id), only_for, REQUEST_ID.get()))
