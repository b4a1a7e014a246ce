"""When a hold expires, write down that its seats are free, so that readers see it soon after it came true."""

import logging
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.policies.open_holds import due, released
from command_api.policies.sending import Sending
from domain.refusal import Refused
from domain.show.commands import ExpireHolds
from runtime.database import is_unavailable

log = logging.getLogger(__name__)

NAME = "when_hold_expires_release_seats"
SHOWS_MAX = 100


async def when_hold_expires_release_seats(pool: asyncpg.Pool, sending: Sending, now: datetime) -> None:
    """Send `ExpireHolds` to every show with a hold that has run out by `now`."""
    for show_id in await due(pool, now, SHOWS_MAX):
        try:
            with suppress(Refused):
                await sending.send(NAME, show_id, ExpireHolds(show_id, now))
        except Exception as error:
            if isinstance(error, TimeoutError) or is_unavailable(error.__cause__ or error):
                raise
            # A show that cannot be decided about must not keep the seats of all the others.
            log.exception("%s cannot release the seats of show-%s", NAME, show_id)
        await released(pool, show_id, now)
