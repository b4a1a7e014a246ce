"""Who was erased elsewhere: their keys must leave the memory of every process."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import asyncpg

from runtime.database import is_unavailable
from runtime.privacy.keyring import Keyring

POLL_SECONDS = 1.0
OVERLAP = timedelta(minutes=2)
"""How far back each look goes: longer than a transaction may take and clocks may differ."""

LATELY = "SELECT person_id::text FROM privacy.erasures WHERE erased_at > $1"


async def follow_erasures(pool: "asyncpg.Pool", keyring: Keyring, now: Callable[[], datetime]) -> None:
    """Look each second, for ever. What could not be looked at is looked at later, however long that takes."""
    since = now() - OVERLAP
    while True:
        began = now()
        try:
            for (person_id,) in await pool.fetch(LATELY, since):
                keyring.forget(person_id)
            since = began - OVERLAP
        except Exception as error:
            if not is_unavailable(error):
                raise
        await asyncio.sleep(POLL_SECONDS)
