"""A store seen over a network that fails on cue."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from eventstore.appending import Item, KnownCommand, NewCommand, Outcome
from eventstore.facts import RecordedFact
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable

Call = Callable[[MemoryStore, Sequence[Item], datetime], Awaitable[list[Outcome]]]


async def arrives(store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
    return await store.append(items, at)


async def never_arrives(_store: MemoryStore, _items: Sequence[Item], _at: datetime) -> list[Outcome]:
    raise StoreUnavailable("lost on the way there")


async def answer_is_lost(store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
    await store.append(items, at)
    raise StoreUnavailable("lost on the way back")


class Held:
    """A call that arrives when it is let go. `reached` says that it is under way."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
        self.reached.set()
        await self.let_go.wait()
        return await store.append(items, at)


class LostAfterAWhile(Held):
    """A call that is given up when it is let go, and never arrives."""

    async def __call__(self, store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
        self.reached.set()
        await self.let_go.wait()
        raise StoreUnavailable("given up")


class AnswerHeld(Held):
    """A call that arrives at once and whose answer takes its time."""

    async def __call__(self, store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
        outcomes = await store.append(items, at)
        self.reached.set()
        await self.let_go.wait()
        return outcomes


class Straggler:
    """A call given up for lost, which arrives when `land` is called: before or after others that were sent later."""

    def __init__(self) -> None:
        self._call: tuple[MemoryStore, Sequence[Item], datetime] | None = None

    async def __call__(self, store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
        self._call = (store, items, at)
        raise StoreUnavailable("given up for lost")

    async def land(self) -> list[Outcome]:
        assert self._call is not None
        store, items, at = self._call
        return await store.append(items, at)

    async def lands_before(self, store: MemoryStore, items: Sequence[Item], at: datetime) -> list[Outcome]:
        """A later call that had to wait for this one, as one that takes the same lock does."""
        await self.land()
        return await store.append(items, at)


class Unreliable:
    """Passes every call on to `inner`, appends by way of the next of `coming`; `refuses` names streams it chokes on.

    `silent_reads` counts the next readings that fail, `silent_lookups` the same for lookups of commands, `silent_turns`
    and `silent_leavings` for turns that are entered and left. `slow_lookups` take a second. To keep an
    answer under a key is a lookup here, too. `turn_error` is what keeps
    anybody from taking a turn.
    """

    def __init__(self, inner: MemoryStore | None = None) -> None:
        self.inner = inner or MemoryStore()
        self.coming: deque[Call] = deque()
        self.refuses: set[str] = set()
        self.silent_reads = 0
        self.silent_lookups = 0
        self.slow_lookups = 0
        self.lookup_error: Exception | None = None
        self.page_max = 5_000
        self.appends = 0
        self.reads = 0
        self.turns = 0
        self.silent_turns = 0
        self.silent_leavings = 0
        self.turn_error: Exception | None = None

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        if any(item.facts for item in items):
            self.appends += 1
        if any(item.stream in self.refuses for item in items):
            raise ValueError("facts that no table can hold")
        call = self.coming.popleft() if self.coming else arrives
        # A network always takes a turn of the loop.
        await asyncio.sleep(0)
        return await call(self.inner, items, recorded_at)

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        await self._looked_up()
        return await self.inner.find_commands(command_ids)

    async def remember(
        self, answered: Sequence[NewCommand], recorded_at: datetime
    ) -> dict[str, KnownCommand]:
        await self._looked_up()
        return await self.inner.remember(answered, recorded_at)

    async def _looked_up(self) -> None:
        await asyncio.sleep(0)
        if self.lookup_error is not None:
            raise self.lookup_error
        if self.slow_lookups:
            self.slow_lookups -= 1
            await asyncio.sleep(1.0)
        if self.silent_lookups:
            self.silent_lookups -= 1
            raise StoreUnavailable("no answer")

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.silent_reads:
            self.silent_reads -= 1
            raise StoreUnavailable("no answer")
        return await self.inner.read_stream(stream, after, min(limit, self.page_max))

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        return await self.inner.read_log(after, limit)

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        return await self.inner.read_tag(tag)

    async def stream_of_tag(self, tag: str) -> str | None:
        return await self.inner.stream_of_tag(tag)

    async def last_position(self) -> int:
        return await self.inner.last_position()

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator["Unreliable"]:
        self.turns += 1
        await asyncio.sleep(0)
        if self.silent_turns:
            self.silent_turns -= 1
            raise StoreUnavailable("no answer")
        if self.turn_error is not None:
            raise self.turn_error
        async with self.inner.turn(stream):
            yield self
        if self.silent_leavings:
            self.silent_leavings -= 1
            raise StoreUnavailable("no answer")

    @property
    def booked(self) -> list[str]:
        """The bookings in the log, in order, each as often as it is there."""
        return [
            fact.tags[0].removeprefix("booking:") for fact in self.inner.log if fact.name == "SeatsBooked"
        ]
