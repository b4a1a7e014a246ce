"""When a show is cancelled, cancel and refund every booking of it.

In batches, each a command of its own: a process that dies in between has left whole bookings behind, and whoever runs
next goes on with those that still stand. The show leaves the list when a batch finds none.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.policies.cancelled_shows import finished, unfinished
from command_api.policies.sending import Sending
from domain.refusal import Refused
from domain.show.commands import CancelBookingsOfShow
from runtime.database import is_unavailable

log = logging.getLogger(__name__)

NAME = "when_show_is_cancelled_cancel_bookings"
BOOKINGS_MAX = 250


async def when_show_is_cancelled_cancel_bookings(
    pool: asyncpg.Pool, sending: Sending, now: Callable[[], datetime]
) -> None:
    """Send `CancelBookingsOfShow` to every cancelled show until none of its bookings stands."""
    for show_id in await unfinished(pool):
        try:
            with suppress(Refused):
                await _cancel_bookings(sending, show_id, now)
        except Exception as error:
            if isinstance(error, TimeoutError) or is_unavailable(error.__cause__ or error):
                raise
            # A show that cannot be decided about stays on the list, and does not keep the others waiting.
            log.exception("%s cannot go on with show-%s", NAME, show_id)
        else:
            await finished(pool, show_id)


async def _cancel_bookings(sending: Sending, show_id: str, now: Callable[[], datetime]) -> None:
    done = 0
    while cancelled := await sending.send(NAME, show_id, CancelBookingsOfShow(show_id, now(), BOOKINGS_MAX)):
        done += cancelled
        log.info("%s: %d bookings of show-%s so far", NAME, done, show_id)
