"""When a hold runs out, write down that its seats are free.

Nothing depends on this running: every decision treats a hold past its time as free. It makes the end visible to
readers soon after it came. Any number of processes may run it: one at a time holds the subscription's lease, and a
hold that somebody else has written down already yields no second fact.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.aggregates import SHOW
from command_api.policies.open_holds import due, follow, next_expiry, released
from command_api.writing.answer import Answer
from command_api.writing.failures import CommandFailed
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from domain.refusal import Refused
from domain.show.commands import ExpireHolds
from eventstore.hashing import canonical
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from runtime.database import is_unavailable
from runtime.ids import new_id
from runtime.notices import Listener

log = logging.getLogger(__name__)

NAME = "when_hold_expires_release_seats"
METADATA = canonical({"by": {"id": NAME, "role": "policy"}, "command": "ExpireHolds"})
FACTS_MAX = 1_000
SHOWS_MAX = 100
WAIT_SECONDS_MAX = 1.0
COMMAND_SECONDS_MAX = 10.0


class HoldExpiry:
    """Runs until cancelled, over the process's own writers."""

    def __init__(
        self, pool: asyncpg.Pool, writers: Writers, listener: Listener, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._store = PostgresStore(pool)
        self._subscriptions = PostgresSubscriptions(pool)
        self._writers = writers
        self._listener = listener
        self._now = now

    async def run(self) -> None:
        """Follow the log, release what is due, wait for the next of either."""
        while True:
            self._listener.arm()
            try:
                while await self._follow():
                    pass
                await self._release_due()
                pause = await self._pause()
            except Exception as error:
                if not is_unavailable(error.__cause__ or error):
                    log.exception("%s failed and will try again", NAME)
                pause = WAIT_SECONDS_MAX
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._listener.wait()

    async def _follow(self) -> bool:
        """Take in one batch of facts; whether there may be more. Nothing while another process holds the lease."""
        async with self._subscriptions.lease(NAME) as lease:
            if lease is None:
                return False
            facts = await self._store.read_log(lease.position, FACTS_MAX)
            if facts:
                await follow(lease.connection, facts)
                await lease.advance(facts[-1].position, facts[-1].recorded_at)
            return len(facts) == FACTS_MAX

    async def _release_due(self) -> None:
        now = self._now()
        for show_id in await due(self._pool, now, SHOWS_MAX):
            try:
                with suppress(Refused):
                    await self._expire_holds(show_id, now)
            except Exception as error:
                if isinstance(error, TimeoutError) or is_unavailable(error.__cause__ or error):
                    raise
                # A show that cannot be decided about must not keep the seats of all the others.
                log.exception("%s cannot release the seats of show-%s", NAME, show_id)
            await released(self._pool, show_id, now)

    async def _expire_holds(self, show_id: str, now: datetime) -> None:
        loop = asyncio.get_running_loop()
        pending = Pending(
            command=ExpireHolds(show_id, now),
            command_id=new_id(),
            fingerprint=None,
            metadata=METADATA,
            check=None,
            render=lambda _show, _facts: Answer(204, b""),
            future=loop.create_future(),
            deadline=loop.time() + COMMAND_SECONDS_MAX,
        )
        try:
            await self._writers.carry_out(SHOW, show_id, pending)
        except CommandFailed as failure:
            raise TimeoutError(str(failure)) from failure

    async def _pause(self) -> float:
        expiry = await next_expiry(self._pool)
        if expiry is None:
            return WAIT_SECONDS_MAX
        return min(WAIT_SECONDS_MAX, max(0.01, (expiry - self._now()).total_seconds()))
