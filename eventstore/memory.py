"""A store in memory: what tests use instead of mocks. It passes the same contract suite as the Postgres store."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from eventstore.appending import (
    Appended,
    Conflict,
    Duplicate,
    Item,
    KnownCommand,
    NewCommand,
    Outcome,
    StreamHead,
)
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY, chain
from eventstore.store import AnotherHistory


class MemoryStore:
    """The log as a list. One event loop uses it, and no method awaits halfway, so each is atomic."""

    def __init__(self) -> None:
        self.log: list[RecordedFact] = []
        self._streams: dict[str, list[RecordedFact]] = {}
        self._commands: dict[str, KnownCommand] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        return [self._append_one(item, recorded_at) for item in items]

    def _append_one(self, item: Item, recorded_at: datetime) -> Outcome:
        stream = self._streams.setdefault(item.stream, [])
        if known := tuple(command.id for command in item.commands if command.id in self._commands):
            return Duplicate(known)
        if len(stream) != item.after.version:
            return Conflict(len(stream))
        if stream and stream[-1].hash != item.after.hash:
            raise AnotherHistory(f"{item.stream} does not stand where its writer left it")
        base = len(self.log)
        hashes = chain(item.after, item.stream, item.facts, recorded_at)
        for number, (fact, digest) in enumerate(zip(item.facts, hashes, strict=True), start=1):
            data, metadata = fact.data.decode(), fact.metadata.decode()
            recorded = RecordedFact(
                base + number, item.stream, item.after.version + number, fact.name, fact.schema_version,
                data, metadata, fact.tags, fact.command_id, recorded_at, digest,
            )  # fmt: skip
            self.log.append(recorded)
            stream.append(recorded)
        for command in item.commands:
            self._commands[command.id] = KnownCommand(
                command.id, command.fingerprint, command.answer.decode(), base + command.facts_end
            )
        head = StreamHead(stream[-1].version, stream[-1].hash) if stream else EMPTY
        return Appended(head, base)

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        return {each: self._commands[each] for each in command_ids if each in self._commands}

    async def remember(
        self, answered: Sequence[NewCommand], _recorded_at: datetime
    ) -> dict[str, KnownCommand]:
        known = await self.find_commands([command.id for command in answered])
        for command in answered:
            self._commands.setdefault(
                command.id,
                KnownCommand(command.id, command.fingerprint, command.answer.decode(), len(self.log)),
            )
        return known

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        return self.log[after : after + limit]

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        return self._streams.get(stream, [])[after : after + limit]

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        return [fact for fact in self.log if tag in fact.tags]

    async def stream_of_tag(self, tag: str) -> str | None:
        return next((fact.stream for fact in self.log if tag in fact.tags), None)

    async def last_position(self) -> int:
        return len(self.log)

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator["MemoryStore"]:
        async with self._turns.setdefault(stream, asyncio.Lock()):
            yield self


class MemoryLease:
    """A lease on one checkpoint of a `MemorySubscriptions`."""

    def __init__(self, position: int) -> None:
        self.position = position

    async def advance(self, position: int) -> None:
        self.position = position


class MemorySubscriptions:
    """Checkpoints in a dictionary."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self._held: set[str] = set()

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[MemoryLease | None]:
        if name in self._held:
            yield None
            return
        self._held.add(name)
        lease = MemoryLease(self.positions.get(name, 0))
        try:
            yield lease
            self.positions[name] = lease.position
        finally:
            self._held.discard(name)
