"""A database that several processes reach over bad lines: slow, cut, silent for a while, late. All by one seed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random

from eventstore.appending import Item, KnownCommand, NewCommand, Outcome
from eventstore.facts import RecordedFact
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable

SLOWEST_SECONDS = 0.05
STRAGGLER_SECONDS_MAX = 2.0


class Database:
    """What all lines lead to. Appends given up for lost hold their locks until they land."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self._stragglers: list[tuple[Sequence[Item], datetime]] = []

    async def append(self, items: Sequence[Item], at: datetime) -> list[Outcome]:
        """Behind every straggler that has one of the same streams locked."""
        streams = {item.stream for item in items}
        for straggler in list(self._stragglers):
            if streams & {item.stream for item in straggler[0]}:
                await self._land(straggler)
        return await self.store.append(items, at)

    def straggle(self, items: Sequence[Item], at: datetime, seconds: float) -> None:
        straggler = (items, at)
        self._stragglers.append(straggler)
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: loop.create_task(self._land(straggler)))

    async def _land(self, straggler: tuple[Sequence[Item], datetime]) -> None:
        if straggler in self._stragglers:
            self._stragglers.remove(straggler)
            await self.store.append(*straggler)


class Line:
    """One process's connections. `calm` ends the bad weather."""

    def __init__(self, database: Database, chance: Random) -> None:
        self._database = database
        self._chance = chance
        self._dark_until = 0.0
        self._stormy = True

    def calm(self) -> None:
        self._stormy = False

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        fate = await self._way_there()
        if fate < 0.02:
            self._database.straggle(items, recorded_at, self._chance.uniform(0, STRAGGLER_SECONDS_MAX))
            raise StoreUnavailable("no answer in time")
        outcomes = await self._database.append(items, recorded_at)
        if fate < 0.05:
            raise StoreUnavailable("cut off before the answer")
        await asyncio.sleep(self._chance.uniform(0, SLOWEST_SECONDS))
        return outcomes

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        await self._way_there()
        return await self._database.store.find_commands(command_ids)

    async def remember(
        self, answered: Sequence[NewCommand], recorded_at: datetime
    ) -> dict[str, KnownCommand]:
        fate = await self._way_there()
        known = await self._database.store.remember(answered, recorded_at)
        if fate < 0.05:
            raise StoreUnavailable("cut off before the answer")
        return known

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        await self._way_there()
        # Small pages: a command's facts may stand on two.
        return await self._database.store.read_stream(stream, after, min(limit, 7))

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        return await self._database.store.read_log(after, limit)

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        return await self._database.store.read_tag(tag)

    async def stream_of_tag(self, tag: str) -> str | None:
        return await self._database.store.stream_of_tag(tag)

    async def last_position(self) -> int:
        return await self._database.store.last_position()

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator["Line"]:
        """Cut off on the way, while one waits, or on the way out; a turn ends with its connection."""
        await self._way_there()
        async with self._database.store.turn(stream):
            await self._way_there()
            yield self
            await self._way_there()

    async def _way_there(self) -> float:
        """A number from 0 to 1 that says what else will befall this call."""
        await asyncio.sleep(self._chance.uniform(0, SLOWEST_SECONDS))
        if not self._stormy:
            return 1.0
        clock = asyncio.get_running_loop().time()
        if clock < self._dark_until:
            raise StoreUnavailable("the line is down")
        fate = self._chance.random()
        if fate > 0.997:
            self._dark_until = clock + self._chance.uniform(0, 3)
        if fate > 0.98:
            raise StoreUnavailable("cut off on the way")
        return fate
