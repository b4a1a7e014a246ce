"""A log in memory that dies at a chosen moment, as a killed program sees it die."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from eventstore.appending import Item, Outcome
from eventstore.memory import MemoryStore


class DyingStore(MemoryStore):
    """At append number `dies_at` the running `victim` is killed: before its facts are written, or after, unanswered."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: asyncio.Task[object] | None = None
        self.dies_at = 0
        self.is_written = False

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        self.dies_at -= 1
        if self.dies_at or self.victim is None:
            return await super().append(items, recorded_at)
        if self.is_written:
            await super().append(items, recorded_at)
        self.victim.cancel()
        raise asyncio.CancelledError
