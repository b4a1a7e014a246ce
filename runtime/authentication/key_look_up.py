"""Keeps the key ring of a process equal to the table, and looks again when a token names a key that is not on it."""

import asyncio
import logging
import re
from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import asyncpg

from runtime.authentication import signing_key_table as table
from runtime.authentication.key_ring import KeyRing
from runtime.authentication.signing_key import SigningKey, new_signing_key
from runtime.authentication.verifying_key import VerifyingKey
from runtime.master_key import MasterKey, MasterKeyMissing
from runtime.settings import TokenAlgorithm

LOOK_SECONDS_MIN = 0.25
"""However many unknown names arrive, the table is looked at no more often than this because of them."""

WAITING_MAX = 1000
KID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
"""As our keys are named. Any other name is nobody's, and nobody is asked about it."""

_log = logging.getLogger(__name__)


class SigningKeyUnreadable(Exception):
    """One line about the key that this process should sign with, and the ways out."""


class KeyLookUp:
    """`master` is what a process that signs unwraps its key with; None for all others, who may not even read it."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        ring: KeyRing,
        master: MasterKey | None,
        algorithm: TokenAlgorithm,
        now: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._ring = ring
        self._master = master
        self._algorithm = algorithm
        self._now = now
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")
        self._waiting = 0
        self._refreshing = asyncio.Lock()
        self._unreadable: str | None = None

    async def start(self) -> None:
        """Fill the ring; whoever signs makes the first key of all. Raises SigningKeyUnreadable."""
        await self.refresh()
        if self._master is not None and self._ring.signing is None:
            first = await to_thread(new_signing_key, self._algorithm, self._now())
            await table.make_first(self._pool, first, self._master)
            await self.refresh()
            if self._ring.signing is None:
                # Found, and not readable: only now is it known that nobody else will mend it.
                await self._signing(await table.public_keys(self._pool, self._now()), lenient=False)

    async def refresh(self) -> None:
        """The ring as the table is now. Raises what the database raises."""
        # One after the other: what was read first must not be put on the ring last.
        async with self._refreshing:
            rows = await table.public_keys(self._pool, self._now())
            signing = await self._signing(rows)
            self._ring.hold(_readable(rows), [row.jwk for row in rows], signing)

    async def drop_ended(self) -> None:
        """Where it may be done: what has ended is deleted."""
        if self._master is not None:
            await table.drop_ended(self._pool, self._now())

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of that name, looked for in the table if it is not on the ring."""
        found = self._ring.find(kid, self._now())
        if found is not None or KID.fullmatch(kid) is None or self._waiting >= WAITING_MAX:
            return found
        self._waiting += 1
        try:
            await self._look()
        finally:
            self._waiting -= 1
        return self._ring.find(kid, self._now())

    async def _look(self) -> None:
        """One look for all who ask meanwhile; it begins after they asked, so none of them can miss a key."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_soon())
        await asyncio.shield(self._looking)

    async def _look_soon(self) -> None:
        await asyncio.sleep(max(0.0, self._looked_at + LOOK_SECONDS_MIN - monotonic()))
        looking, self._looked_at = self.refresh(), monotonic()
        # From here on a new question needs a new look: this one may have read the table already.
        self._looking = None
        await looking

    async def _signing(self, rows: list[table.KeyRow], *, lenient: bool = True) -> SigningKey | None:
        """The key that signs: unwrapped once. One that cannot be unwrapped leaves the one we have."""
        row = next((row for row in rows if row.not_after is None), None)
        current = self._ring.signing
        if self._master is None or row is None:
            return None
        if current is not None and current.kid == row.kid:
            return current
        try:
            return await table.private_key(self._pool, row, self._master)
        except MasterKeyMissing as error:
            if not lenient:
                raise SigningKeyUnreadable(
                    f"{error} (it is signing key {row.kid}; a new one is made by: seatledger keys rotate)"
                ) from None
            if row.kid != self._unreadable:
                # Once, and not at every look.
                _log.error("signing key %s cannot be used: %s", row.kid, error)
                self._unreadable = row.kid
            return current


def _readable(rows: list[table.KeyRow]) -> list[VerifyingKey]:
    found = []
    for row in rows:
        try:
            found.append(row.verifying)
        except ValueError:
            _log.error("the public half of signing key %s cannot be read", row.kid)
    return found
