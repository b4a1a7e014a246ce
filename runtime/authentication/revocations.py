"""From when on the tokens of a user count: kept in memory, told by notices and by polling.

If the table cannot be read, what is known goes on counting, and nothing new can be known. After `UNREADY_SECONDS`
/readyz says so, so that requests go to a process that can see. After `BLIND_SECONDS` nobody is let in any more (503):
a token that was revoked meanwhile must not be good only because we cannot look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import asyncpg

from runtime.authentication.credential import Credential
from runtime.authentication.epoch import Epoch
from runtime.database import is_unavailable
from runtime.http.health import Unhealthy
from runtime.notices import ACCESS_CHANNEL

UNREADY_SECONDS = 10.0
BLIND_SECONDS = 60.0
WHOLE_SECONDS = 60.0
"""How often everything is read again, not only what is new."""

OVERLAP = timedelta(minutes=2)
"""What is new is read from so long before the newest that is known: longer than any transaction may take to commit."""

KEPT_BEYOND = timedelta(minutes=10)
"""Remembered so much longer than any token lives, for clocks that differ and processes that hear late."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """Of a user: tokens of an earlier `generation`, or issued before `tokens_from`, count no more."""

    generation: int
    tokens_from: datetime
    recorded_at: datetime


class Revocations:
    """`life` is that of the longest-lived token: what was revoked longer ago concerns none that has not expired."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        epoch: Epoch,
        life: timedelta,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pool = pool
        self._epoch = epoch
        self._kept = life + KEPT_BEYOND
        self._clock = clock
        self._known: dict[str, Revocation] = {}
        self._newest: datetime | None = None
        self._read_at = clock()
        self._read_whole_at = float("-inf")
        self.is_blind = False

    def generation_of(self, user_id: str) -> int:
        """That in which a token issued now counts."""
        known = self._known.get(user_id)
        return 0 if known is None else known.generation

    def counts(self, credential: Credential) -> bool:
        """Whether it was issued after its user's tokens were last revoked."""
        known = self._known.get(credential.caller.id)
        if known is None:
            return True
        if credential.generation is not None:
            return credential.generation >= known.generation
        # Another issuer's whole seconds: one issued within the second of the change may be older, so it is refused.
        return credential.issued_at >= known.tokens_from

    async def revoke(
        self,
        db: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy",
        user_id: str,
        now: datetime,
        reason: str,
    ) -> None:
        """All tokens of the user issued so far count no more, here at once and elsewhere within moments.

        `db` acts as the command side. In a transaction of the caller's it holds elsewhere once that has committed; if
        it is rolled back the user has been signed out of this process for nothing, for some minutes. `reason` is for
        people.
        """
        (row,) = await db.fetch(REVOKE, user_id, now, reason, ACCESS_CHANNEL)
        self._learn(user_id, Revocation(row["generation"], row["tokens_from"], row["recorded_at"]))

    async def read(self) -> None:
        """What is new in the table. Raises what the database raises."""
        asked_at = self._clock()
        if self._newest is None or asked_at - self._read_whole_at >= WHOLE_SECONDS:
            await self._read_whole()
            self._read_whole_at = asked_at
        else:
            await self._read_since(self._newest - OVERLAP)
        self._read_at = asked_at
        if self.is_blind:
            self.is_blind = False
            self._epoch.end()

    async def _read_whole(self) -> None:
        # The times are the database's own, so it is asked for the time: were this machine's clock ahead, we would read
        # past what was revoked just now.
        database_now = await self._pool.fetchval(DATABASE_NOW)
        horizon = database_now - self._kept
        committed = await self._read_since(horizon)
        self._newest = max(self._newest or database_now, database_now)
        # What a transaction of ours has revoked and rolled back stands in no table, and is not believed for ever.
        settled = database_now - OVERLAP
        self._known = {
            user: one
            for user, one in self._known.items()
            if one.recorded_at > (horizon if user in committed else settled)
        }

    async def _read_since(self, since: datetime) -> set[str]:
        """Whose revocations were read."""
        found: set[str] = set()
        for row in await self._pool.fetch(REVOKED_SINCE, since):
            user_id, recorded_at = str(row["user_id"]), row["recorded_at"]
            found.add(user_id)
            self._newest = max(self._newest or recorded_at, recorded_at)
            self._learn(user_id, Revocation(row["generation"], row["tokens_from"], recorded_at))
        return found

    def not_read(self) -> None:
        """The table could not be read."""
        if not self.is_blind and self._clock() - self._read_at > BLIND_SECONDS:
            self.is_blind = True
            self._epoch.end()

    async def check(self) -> Mapping[str, Any]:
        """For /readyz: how long ago the table was read. After too long it is tried here and now."""
        seconds = self._clock() - self._read_at
        if seconds > UNREADY_SECONDS:
            try:
                await self.read()
            except Exception as error:
                if not is_unavailable(error):
                    raise
                raise Unhealthy(f"what was revoked is not known of the last {seconds:.0f} seconds") from None
        return {"revocations": len(self._known), "seconds_ago": round(self._clock() - self._read_at, 1)}

    def _learn(self, user_id: str, revocation: Revocation) -> None:
        known = self._known.get(user_id)
        if known is None or revocation.generation > known.generation:
            self._known[user_id] = revocation
            self._epoch.end()


# Two at once wait for one another at the row, and the later one has the higher number.
REVOKE = """WITH revoked AS (
                INSERT INTO access.revocations AS r (user_id, generation, tokens_from, reason)
                VALUES ($1::text::uuid, nextval('access.generations'), $2, $3)
                ON CONFLICT (user_id) DO UPDATE
                SET generation = greatest(r.generation, nextval('access.generations')),
                    tokens_from = greatest(r.tokens_from, excluded.tokens_from),
                    recorded_at = clock_timestamp(), reason = excluded.reason
                RETURNING generation, tokens_from, recorded_at)
            SELECT generation, tokens_from, recorded_at, pg_notify($4, 'revoked') FROM revoked"""
DATABASE_NOW = "SELECT clock_timestamp()"
REVOKED_SINCE = """SELECT user_id, generation, tokens_from, recorded_at FROM access.revocations
                   WHERE recorded_at > $1"""
