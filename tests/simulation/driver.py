"""A process's pool of connections, as the driver gives it: statements, transactions, leases, notices, and their ends.

What it raises is what the driver raises. A connection that broke stays broken, and its transaction is rolled back; a
COMMIT may break after it was done.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import asyncpg

from runtime.notices import NOTIFY
from tests.simulation.loop import Life
from tests.simulation.plan import Plan
from tests.simulation.rows import Rows, Transaction
from tests.simulation.statements_of_policies import Statement
from tests.simulation.trace import Trace

BREAKS: tuple[Callable[[], Exception], ...] = (
    lambda: asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    lambda: asyncpg.InterfaceError("connection is closed"),
    lambda: asyncpg.AdminShutdownError("terminating connection"),
    lambda: ConnectionResetError("reset"),
)


class Server:
    """What the pools of all processes share. `listeners` hear notices, by channel."""

    def __init__(self, trace: Trace, *statements: Callable[[str], Statement | None]) -> None:
        self.rows = Rows()
        self.trace = trace
        self.unknown: list[str] = []
        self._statements = statements
        self.listeners: list[tuple[str, Connection, Callable[..., None]]] = []

    def statement(self, query: str) -> Statement:
        """What it does. One that nobody has told the simulation about is an error."""
        for known in self._statements:
            if (found := known(query)) is not None:
                return found
        self.unknown.append(query)
        raise NotImplementedError(query)

    def notify(self, channel: str, payload: str) -> None:
        for heard, connection, callback in list(self.listeners):
            if heard == channel and not connection.is_closed() and not connection.life.ended:
                callback(connection, 0, channel, payload)


class Connection:
    """One connection of `life`."""

    def __init__(self, pool: "Pool", life: Life) -> None:
        self.life = life
        self._pool = pool
        self._transaction: Transaction | None = None
        self._closed = False
        self._on_loss: list[Callable[[Any], None]] = []

    async def execute(self, query: str, *arguments: Any) -> str:
        await self._run(query, arguments)
        return ""

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        return await self._run(query, arguments)

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        found = await self._run(query, arguments)
        return found[0] if found else None

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        found = await self._run(query, arguments)
        return found[0][0] if found else None

    async def _run(self, query: str, arguments: tuple[Any, ...]) -> list[Any]:
        self._require_open()
        fate = await self._pool.way_there(self)
        transaction = self._transaction or Transaction(self._pool.server.rows)
        if query == NOTIFY:
            self._pool.server.notify(*arguments)
            found: list[Any] = []
        else:
            found = self._pool.server.statement(query)(transaction, *arguments)
        if self._transaction is None:
            transaction.commit()
        await self._pool.way_back(self, fate)
        return found

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        if self._transaction is not None:
            async with self._savepoint(self._transaction):
                yield
            return
        await self._pool.way_there(self)
        self._transaction = mine = Transaction(self._pool.server.rows)
        try:
            yield
        except BaseException:
            self._transaction = None
            mine.end()
            raise
        try:
            self._require_open()
            fate = await self._pool.way_there(self)
            mine.commit()
        finally:
            self._transaction = None
            mine.end()
        await self._pool.way_back(self, fate)

    @asynccontextmanager
    async def _savepoint(self, transaction: Transaction) -> AsyncIterator[None]:
        transaction.mark()
        try:
            yield
        except BaseException:
            transaction.back()
            raise
        transaction.keep()

    def add_termination_listener(self, callback: Callable[[Any], None]) -> None:
        self._on_loss.append(callback)

    def remove_termination_listener(self, callback: Callable[[Any], None]) -> None:
        self._on_loss.remove(callback)

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None:
        fate = await self._pool.way_there(self)
        self._pool.server.listeners.append((channel, self, callback))
        await self._pool.way_back(self, fate)

    async def remove_listener(self, channel: str, callback: Callable[..., None]) -> None:
        self._pool.server.listeners.remove((channel, self, callback))

    def is_closed(self) -> bool:
        return self._closed

    def terminate(self) -> None:
        """Also what a broken line does: the server rolls back."""
        if self._closed:
            return
        self._closed = True
        if self._transaction is not None:
            self._transaction.end()
        self._pool.server.listeners[:] = [each for each in self._pool.server.listeners if each[1] is not self]
        for callback in self._on_loss:
            if not self.life.ended:
                callback(self)

    def _require_open(self) -> None:
        if self._closed:
            raise asyncpg.InterfaceError("connection is closed")


class Acquiring:
    """`await pool.acquire()` or `async with pool.acquire() as connection`."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._connection: Connection | None = None

    def __await__(self) -> Generator[Any, None, Connection]:
        return self._pool.connect().__await__()

    async def __aenter__(self) -> Connection:
        self._connection = await self._pool.connect()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.terminate()


class Pool:
    """The pool of one life of a process. `calm` ends all trouble and waiting, `drop` is the end of the process."""

    def __init__(self, name: str, life: Life, server: Server, plan: Plan, chance: Random) -> None:
        self.server = server
        self._name = name
        self._life = life
        self._chance = chance
        self._trouble = plan.trouble / 3
        self._slowest = plan.slowest_seconds / 2
        self._open: list[Connection] = []

    def calm(self) -> None:
        self._trouble = self._slowest = 0.0

    def acquire(self) -> Acquiring:
        return Acquiring(self)

    async def release(self, connection: Connection) -> None:
        connection.terminate()

    async def connect(self) -> Connection:
        made = Connection(self, self._life)
        await self.way_there(made)
        self._open = [each for each in self._open if not each.is_closed()]
        self._open.append(made)
        return made

    async def execute(self, query: str, *arguments: Any) -> str:
        return await Connection(self, self._life).execute(query, *arguments)

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        return await Connection(self, self._life).fetch(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        return await Connection(self, self._life).fetchval(query, *arguments)

    def drop(self) -> None:
        for connection in self._open:
            connection.terminate()

    async def way_there(self, connection: Connection) -> str | None:
        """What befalls this statement, None for nothing. Raises where it does not arrive."""
        fate = self._fate()
        await self._travel()
        if fate == "breaks before":
            self._break(connection)
        return fate

    async def way_back(self, connection: Connection, fate: str | None) -> None:
        """Raises where the answer does not arrive."""
        await self._travel()
        if fate == "breaks after":
            self._break(connection)

    def _fate(self) -> str | None:
        if self._chance.random() >= self._trouble:
            return None
        fate = self._chance.choice(("breaks before", "breaks after"))
        self.server.trace.count(f"statement: {fate}")
        return fate

    def _break(self, connection: Connection) -> None:
        connection.terminate()
        raise self._chance.choice(BREAKS)()

    async def _travel(self) -> None:
        # After the end there is nobody to wait for: a `finally` that is run then must come to its end at once.
        if not self._life.ended:
            await asyncio.sleep(self._chance.choice((0.0, self._chance.uniform(0, self._slowest))))
