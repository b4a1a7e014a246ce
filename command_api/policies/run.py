"""Follow the log, and send the commands that follow from it and from time.

Nothing a client was promised depends on when this runs: a hold past its time is free in every decision, and a cancelled
show sells nothing. Any number of processes may run it. One at a time holds the lease for following the log; the
commands themselves may be sent twice, because a command on its own result adds nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.policies import cancelled_shows, open_holds
from command_api.policies.sending import Sending
from command_api.policies.when_hold_expires_release_seats import when_hold_expires_release_seats
from command_api.policies.when_show_is_cancelled_cancel_bookings import when_show_is_cancelled_cancel_bookings
from command_api.writing.writers import Writers
from eventstore.postgres.named import PostgresNamed
from eventstore.postgres.subscriptions import PostgresSubscriptions
from runtime.database import is_unavailable
from runtime.notices import Listener

log = logging.getLogger(__name__)

NAME = "policies"
FACTS_MAX = 1_000
WAIT_SECONDS_MAX = 1.0

# Most facts of an on-sale are none of these: each would come back to the process that sells, to be thrown away.
FOLLOWED = open_holds.FOLLOWED | cancelled_shows.FOLLOWED

# A notice comes with every commit. Under load many of them share one round, and sales keep the core.
ROUND_SECONDS_MIN = 0.1


class Policies:
    """Runs until cancelled, over the process's own writers. Without a `listener` it looks now and then: for a process
    beside which another one listens.
    """

    def __init__(
        self, pool: asyncpg.Pool, writers: Writers, listener: Listener | None, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._log = PostgresNamed(pool)
        self._subscriptions = PostgresSubscriptions(pool)
        self._sending = Sending(writers)
        self._listener = listener
        self._now = now

    async def run(self) -> None:
        """Follow the log, do what is due, wait for the next of either."""
        while True:
            if self._listener is not None:
                self._listener.arm()
            try:
                while await self._follow():
                    pass
                await when_hold_expires_release_seats(self._pool, self._sending, self._now())
                await when_show_is_cancelled_cancel_bookings(self._pool, self._sending, self._now)
                pause = await self._pause()
            except Exception as error:
                if not is_unavailable(error.__cause__ or error):
                    log.exception("the policies failed and will try again")
                pause = WAIT_SECONDS_MAX
            await asyncio.sleep(ROUND_SECONDS_MIN)
            await self._until_something_is_due(self._listener, pause)

    async def _until_something_is_due(self, listener: Listener | None, pause: float) -> None:
        if listener is None:
            await asyncio.sleep(WAIT_SECONDS_MAX)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await listener.wait()

    async def _follow(self) -> bool:
        """Take in one batch of facts; whether there may be more. Nothing while another process holds the lease."""
        async with self._subscriptions.lease(NAME) as lease:
            if lease is None:
                return False
            if not lease.stands:
                log.warning(
                    "the log is not the one that was followed: policies follow it anew from its start"
                )
                await open_holds.forget(lease.connection)
                await cancelled_shows.forget(lease.connection)
                await lease.advance(0)
            before = lease.position
            facts = await self._log.read_log(before, FACTS_MAX, FOLLOWED)
            if not facts:
                return False
            await open_holds.follow(lease.connection, facts)
            await cancelled_shows.follow(lease.connection, facts)
            await lease.advance(facts[-1].position, facts[-1].recorded_at)
            return facts[-1].position - before == FACTS_MAX

    async def _pause(self) -> float:
        expiry = await open_holds.next_expiry(self._pool)
        if expiry is None:
            return WAIT_SECONDS_MAX
        return min(WAIT_SECONDS_MAX, max(0.01, (expiry - self._now()).total_seconds()))
