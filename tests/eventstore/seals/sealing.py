"""The words in which examples about seals are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

import asyncpg

from eventstore.appending import StreamHead
from eventstore.hashing import EMPTY
from eventstore.postgres.sealer import Sealer, Step
from eventstore.postgres.store import PostgresStore
from eventstore.seals.kept import KeptSeals
from tests.eventstore.words import appended, fact, item

NOON = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


class Plain:
    """Wraps by naming the context in front, so that a secret in the wrong place is refused."""

    def wrap(self, context: bytes, secret: bytes) -> bytes:
        return context + b"|" + secret

    def unwrap(self, context: bytes, wrapped: bytes) -> bytes:
        assert wrapped.startswith(context + b"|")
        return wrapped.removeprefix(context + b"|")

    def is_wrapped_by_first(self, _wrapped: bytes) -> bool:
        return True


def secrets(name: str = "secret") -> Iterator[bytes]:
    """As many as are wanted, always the same ones."""
    return (sha256(f"{name} {number}".encode()).digest() for number in count(1))


def sealer(pool: asyncpg.Pool, kept: KeptSeals | None = None, name: str = "secret") -> Sealer:
    """One whose clock moves on a second with every look."""
    times, chance = count(), secrets(name)
    return Sealer(pool, Plain(), lambda: next(chance), lambda: NOON + timedelta(seconds=next(times)), kept)


async def seal_all(one: Sealer) -> None:
    """Until nothing is left to seal."""
    while await one.step() is not Step.NOTHING_NEW:
        pass


class Streams:
    """Appends to streams, and knows where they stand."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._heads: dict[str, StreamHead] = {}

    async def append(self, *streams: str, batch: int = 1) -> None:
        """A fact to each of these in turn, `batch` facts at a time."""
        for stream in streams:
            head = self._heads.get(stream, EMPTY)
            new = [
                fact(
                    f"Happened{head.version + number}",
                    f"tag:{stream}",
                    data={"n": head.version + number, "text": 'quoted "ü" \\ and\n more'},
                    metadata={"by": {"id": "anna", "role": "clerk"}},
                )
                for number in range(1, batch + 1)
            ]
            [outcome] = await self._store.append([item(stream, *new, after=head)], NOON)
            self._heads[stream] = appended(outcome).head
