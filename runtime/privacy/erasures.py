"""Who was erased elsewhere: their keys must leave the memory of every process."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import asyncpg

from runtime.database import is_unavailable
from runtime.patience import within
from runtime.privacy.keyring import Keyring

POLL_SECONDS = 1.0
LOOK_SECONDS_MAX = 10.0
"""Longer no look is waited for: a server that has gone silent must not keep us from asking the next one."""
OVERLAP = timedelta(minutes=2)
"""How far back each look goes: longer than a transaction may take and clocks may differ."""

_log = logging.getLogger(__name__)

LATELY = "SELECT person_id::text FROM privacy.erasures WHERE erased_at > $1"


async def follow_erasures(pool: "asyncpg.Pool", keyring: Keyring, now: Callable[[], datetime]) -> None:
    """Look each second, for ever. What could not be looked at is looked at later, whatever was wrong with it: were this
    to end, keys that are destroyed would be good here for as long as the process runs.
    """
    since, is_failing = now() - OVERLAP, False
    while True:
        began = now()
        try:
            for (person_id,) in await within(LOOK_SECONDS_MAX, pool.fetch(LATELY, since)):
                keyring.forget(person_id)
            since, is_failing = began - OVERLAP, False
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may be better
            if not is_failing and not is_unavailable(error):
                _log.error("who was erased cannot be read: %s", type(error).__name__, exc_info=error)
            is_failing = True
        await asyncio.sleep(POLL_SECONDS)
