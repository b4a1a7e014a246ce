"""Commands about a venue, a ticket type or a show that is there: allowed to its owner and to administrators."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from command_api.aggregates import SHOW, TICKET_TYPE, VENUE
from command_api.asking import Asking
from command_api.ownership import may_change, may_change_show
from command_api.writing.answer import Answer
from domain.show.state import Show
from domain.ticket_type.state import TicketType
from domain.venue.state import Venue


async def about_venue(
    asking: Asking[Any], venue_id: str, command: Any, render: Callable[[Venue, list[Any]], Answer]
) -> Response:
    return await asking.carry_out(
        VENUE, venue_id, command, render, version=venue_version, may=may_change(asking.caller)
    )


async def about_ticket_type(
    asking: Asking[Any], type_id: str, command: Any, render: Callable[[TicketType, list[Any]], Answer]
) -> Response:
    return await asking.carry_out(
        TICKET_TYPE, type_id, command, render, version=type_version, may=may_change(asking.caller)
    )


async def about_show(
    asking: Asking[Any],
    show_id: str,
    command: Any,
    render: Callable[[Show, list[Any]], Answer],
    *,
    requires: Callable[[Show], None] | None = None,
) -> Response:
    """`requires` refuses what this very command cannot be about; whose the show is comes first."""
    may = may_change_show(asking.caller)
    if requires is not None and may is not None:
        may = _both(may, requires)
    return await asking.carry_out(SHOW, show_id, command, render, version=show_version, may=may or requires)


def _both(first: Callable[[Show], None], second: Callable[[Show], None]) -> Callable[[Show], None]:
    def check(show: Show) -> None:
        first(show)
        second(show)

    return check


def show_version(show: Show) -> int:
    """Of the show itself: a sale does not change what an organiser edits."""
    return show.offer_version


def venue_version(venue: Venue) -> int:
    return venue.version


def type_version(kind: TicketType) -> int:
    return kind.version
