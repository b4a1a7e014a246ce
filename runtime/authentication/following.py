"""Keeps what a process knows about keys and revocations equal to the database, for as long as it runs."""

import asyncio
from contextlib import suppress
from time import monotonic

import asyncpg

from runtime.authentication.api_key_check import ApiKeyCheck
from runtime.authentication.key_look_up import KeyLookUp
from runtime.authentication.revocations import Revocations
from runtime.authentication.spell import Spell
from runtime.notices import ACCESS_CHANNEL, Listener
from runtime.patience import within

POLL_SECONDS = 1.0
SELDOM_SECONDS = 60.0
READ_SECONDS_MAX = 5.0
"""Longer nothing is waited for, not even for a server that has gone silent and answers no cancelling either."""


class Following:
    """Told by notices and by polling. Nothing that goes wrong ends it: it is what others are made safe by."""

    def __init__(
        self, pool: "asyncpg.Pool", keys: KeyLookUp, revocations: Revocations, api_keys: ApiKeyCheck
    ) -> None:
        self._keys = keys
        self._revocations = revocations
        self._api_keys = api_keys
        self._listener = Listener(pool, ACCESS_CHANNEL, POLL_SECONDS)
        self._seldom_at = monotonic()
        self._looking = Spell("keys and revocations cannot be read")
        self._listening = Spell("nobody listens for changes of keys and revocations")

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self._listener.arm()
                await self._look()
                try:
                    await within(READ_SECONDS_MAX, self._listener.wait())
                    self._listening.ended()
                except Exception as error:  # noqa: BLE001 - whatever it is, there is polling
                    self._listening.failed(error)
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            with suppress(TimeoutError):
                await within(READ_SECONDS_MAX, self._listener.close())

    async def _look(self) -> None:
        try:
            await within(READ_SECONDS_MAX, self._revocations.read())
            await within(READ_SECONDS_MAX, self._keys.refresh())
            if monotonic() - self._seldom_at >= SELDOM_SECONDS:
                self._seldom_at = monotonic()
                await within(READ_SECONDS_MAX, self._keys.drop_ended())
                await within(READ_SECONDS_MAX, self._api_keys.note_use())
            self._looking.ended()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may be better
            self._revocations.not_read()
            self._looking.failed(error)

    async def close(self) -> None:
        """At the end: write down what is known of the use of API keys."""
        with suppress(Exception):
            await within(READ_SECONDS_MAX, self._api_keys.note_use())
