"""Who was erased elsewhere: their keys must leave the memory of every process."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import asyncpg

from runtime.database import is_unavailable
from runtime.patience import within
from runtime.privacy.keyring import LOOK_UP_SECONDS_MAX, Keyring

POLL_SECONDS = 1.0
OVERLAP = timedelta(minutes=2)
"""How far back each look goes: longer than a transaction may take and clocks may differ."""

_log = logging.getLogger(__name__)

LATELY = "SELECT person_id::text FROM privacy.erasures WHERE erased_at > $1"


class Erasures:
    """Takes the keys of those who are erased out of `keyring`."""

    def __init__(self, pool: "asyncpg.Pool", keyring: Keyring, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._keyring = keyring
        self._now = now
        self._since: datetime | None = None

    async def look(self) -> None:
        """On return no key is remembered of anybody whose erasure was committed before the call."""
        lately = self._now() - OVERLAP
        since = self._since or lately
        for (person_id,) in await within(LOOK_UP_SECONDS_MAX, self._pool.fetch(LATELY, since)):
            self._keyring.forget(person_id)
        self._since = max(since, lately)

    async def follow(self) -> None:
        """Look each second, for ever. What could not be looked at is looked at later, whatever was wrong with it: were
        this to end, keys that are destroyed would be good here for as long as the process runs.
        """
        is_failing = False
        while True:
            try:
                await self.look()
                is_failing = False
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may be better
                if not is_failing and not is_unavailable(error):
                    _log.error("who was erased cannot be read: %s", type(error).__name__, exc_info=error)
                is_failing = True
            await asyncio.sleep(POLL_SECONDS)
