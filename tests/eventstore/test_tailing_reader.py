"""A reader that remembers "after N" never misses a fact, whatever the writers go through meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import asyncpg
import pytest

from eventstore.appending import Appended, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.postgres.store import PostgresStore
from eventstore.store import LogReader, StoreUnavailable
from eventstore.verify import Verifier
from tests.eventstore.waiting import SECONDS_MAX, kill, until, until_blocked
from tests.eventstore.words import NOON, append_one, everything, fact, item, names

ROUNDS = 24
WRITERS = 8


@dataclass
class Tail:
    """A reader in pages, as a projector reads: what it has seen, in the order in which it saw it."""

    reader: LogReader
    seen: list[RecordedFact] = field(default_factory=list)
    polls: int = 0

    async def poll(self) -> None:
        after = self.seen[-1].position if self.seen else 0
        self.seen += await self.reader.read_log(after, 7)
        self.polls += 1

    async def for_ever(self) -> None:
        while True:
            await self.poll()

    async def to_the_end(self) -> None:
        last = await self.reader.last_position()
        while (self.seen[-1].position if self.seen else 0) < last:
            await self.poll()

    async def polled_again(self, times: int = 2) -> None:
        """Wait until the reader has looked `times` more, so that what is in flight now was really looked past."""
        goal = self.polls + times

        async def has_polled() -> bool:
            return self.polls >= goal

        await until(has_polled, "the reader goes on reading")


@asynccontextmanager
async def tailing(dsn: str) -> AsyncIterator[Tail]:
    """A tail on a connection of its own that runs beside the block and then reads to the end."""
    connection = await asyncpg.connect(dsn)
    tail = Tail(PostgresStore(connection))
    task = asyncio.create_task(tail.for_ever())
    try:
        yield tail
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await connection.close()
    connection = await asyncpg.connect(dsn)
    tail.reader = PostgresStore(connection)
    await tail.to_the_end()
    await connection.close()


@dataclass
class Writer:
    """One of many: appends to its own stream in every way that can go wrong."""

    dsn: str
    stream: str
    tail: Tail
    watcher: asyncpg.Connection
    watching: asyncio.Lock
    head: StreamHead = EMPTY
    acknowledged: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)

    async def run(self, rounds: range) -> None:
        ways = [
            self.plainly,
            self.rolled_back,
            self.plainly,
            self.delayed,
            self.plainly,
            self.killed,
            self.killed_in_flight,
        ]
        for number in rounds:
            await ways[number % len(ways)](f"{self.stream}.{number}")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.dsn)
        try:
            yield connection
        finally:
            connection.terminate()

    async def _append(self, connection: asyncpg.Connection, name: str) -> StreamHead:
        outcome = await append_one(
            PostgresStore(connection), item(self.stream, name, f"{name}+", after=self.head)
        )
        assert isinstance(outcome, Appended)
        return outcome.head

    def _done(self, name: str, head: StreamHead) -> None:
        self.head = head
        self.acknowledged += [name, f"{name}+"]

    async def plainly(self, name: str) -> None:
        async with self.connection() as connection:
            self._done(name, await self._append(connection, name))

    async def rolled_back(self, name: str) -> None:
        async with self.connection() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await self._append(connection, name)
            await self.tail.polled_again()
            await transaction.rollback()
        self.taken_back += [name, f"{name}+"]

    async def delayed(self, name: str) -> None:
        async with self.connection() as connection:
            async with connection.transaction():
                head = await self._append(connection, name)
                await self.tail.polled_again(3)
            self._done(name, head)

    async def killed(self, name: str) -> None:
        """The connection dies between the append and the commit."""
        async with self.connection() as connection:
            await connection.execute("BEGIN")
            await self._append(connection, name)
            async with self.watching:
                await kill(self.watcher, connection.get_server_pid())
        self.taken_back += [name, f"{name}+"]

    async def killed_in_flight(self, name: str) -> None:
        """The connection dies at any moment: what became of it is found by reading."""
        async with self.connection() as connection:
            append = asyncio.create_task(self._append(connection, name))
            async with self.watching:
                await kill(self.watcher, connection.get_server_pid())
            await asyncio.gather(append, return_exceptions=True)
        async with self.connection() as connection:
            found = await PostgresStore(connection).read_stream(self.stream, self.head.version)
        if found:
            self._done(name, StreamHead(found[-1].version, found[-1].hash))
        else:
            self.taken_back += [name, f"{name}+"]


async def test_facts_written_are_facts_seen_through_rollbacks_delays_and_killed_connections(
    log: str, superuser: asyncpg.Connection
) -> None:
    watching = asyncio.Lock()
    async with asyncio.timeout(50), tailing(log) as tail:
        writers = [Writer(log, f"stream-{n}", tail, superuser, watching) for n in range(WRITERS)]
        await asyncio.gather(*(each.run(range(n, n + ROUNDS)) for n, each in enumerate(writers)))
    assert names(tail.seen) == names(await everything(PostgresStore(superuser)))
    assert [each.position for each in tail.seen] == list(range(1, len(tail.seen) + 1))
    assert sorted(names(tail.seen)) == sorted(name for each in writers for name in each.acknowledged)
    assert not set(names(tail.seen)) & {name for each in writers for name in each.taken_back}
    verifier = Verifier()
    for each in tail.seen:
        verifier.check(each)
    assert verifier.first_bad is None
    assert verifier.streams == WRITERS


Ending = Callable[[asyncpg.Connection, asyncpg.Connection], Awaitable[object]]
ENDINGS: dict[str, tuple[Ending, list[str]]] = {
    "commits": (lambda first, _: first.execute("COMMIT"), ["First", "Second"]),
    "rolls back": (lambda first, _: first.execute("ROLLBACK"), ["Second"]),
    "is killed": (lambda first, watcher: kill(watcher, first.get_server_pid()), ["Second"]),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_nobody_passes_an_append_that_has_its_positions_and_has_not_committed(
    log: str, superuser: asyncpg.Connection, ending: str
) -> None:
    """The one thing that must never be seen is a later position while an earlier one can still come."""
    end, expected = ENDINGS[ending]
    first, second = await asyncpg.connect(log), await asyncpg.connect(log)
    tail = Tail(PostgresStore(superuser))
    try:
        await first.execute("BEGIN")
        await append_one(PostgresStore(first), item("slow", "First"))
        waiting = asyncio.create_task(append_one(PostgresStore(second), item("fast", "Second")))
        await until_blocked(superuser, second.get_server_pid())
        await tail.poll()
        assert tail.seen == []
        await end(first, superuser)
        await asyncio.wait_for(waiting, SECONDS_MAX)
    finally:
        first.terminate()
        await second.close()
    await tail.to_the_end()
    assert names(tail.seen) == expected
    assert [each.position for each in tail.seen] == list(range(1, len(expected) + 1))


async def test_an_append_that_fails_halfway_leaves_no_gap(log: str, superuser: asyncpg.Connection) -> None:
    """A tag that is no text fails in the insert, when positions have been drawn already."""
    store = PostgresStore(superuser)
    await append_one(store, item("a", "A1"))
    with pytest.raises(asyncpg.PostgresError):
        await store.append([item("b", "B1"), item("c", fact("\x00"))], NOON)
    await append_one(store, item("d", "D1"))
    assert [(each.position, each.name) for each in await everything(store)] == [(1, "A1"), (2, "D1")]


async def test_a_reader_whose_connection_dies_goes_on_where_it_was(
    log: str, superuser: asyncpg.Connection
) -> None:
    for n in range(20):
        await append_one(PostgresStore(superuser), item(f"s{n}", f"F{n}"))
    async with asyncpg.create_pool(log, min_size=1, max_size=1) as pool:
        tail = Tail(PostgresStore(pool))
        await tail.poll()
        async with pool.acquire() as connection:
            backend = connection.get_server_pid()
        await kill(superuser, backend)
        with suppress(StoreUnavailable):  # Or the pool has noticed already and connects again.
            await tail.poll()
        await tail.to_the_end()
    assert names(tail.seen) == [f"F{n}" for n in range(20)]
