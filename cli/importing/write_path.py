"""The command side's write path, in this process: what an operator does goes the way every client's commands go."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import CollectorRegistry

import command_api.app
from command_api.keys import command_id
from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import Answer, Reply
from command_api.writing.limits import WriteLimits
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from eventstore.appending import KnownCommand
from eventstore.hashing import canonical
from eventstore.postgres.store import PostgresStore
from eventstore.store import EventStore
from runtime.database import create_pool
from runtime.ids import utc_now
from runtime.notices import LOG_CHANNEL, Notifier

LOOK_UP_MAX = 1_000


class WritePath:
    """Gives commands as the operator `who`; the log says so. Made within a running event loop, ended by `close`.

    `on_commit` is called after each append that wrote something.
    """

    def __init__(self, who: str, store: EventStore, on_commit: Callable[[], None] = lambda: None) -> None:
        self.store = store
        self.now = utc_now
        self._who = who
        self._limits = WriteLimits()
        # A registry of its own: the process's metrics are those of the clients it serves.
        self._writers = Writers(store, utc_now, WriteMetrics(CollectorRegistry()), self._limits, on_commit)

    async def carry_out(
        self,
        aggregate: Aggregate[S],
        id: str,
        command: Any,
        render: Callable[[S, list[Any]], Answer],
        *,
        key: str,
        fingerprint: bytes,
    ) -> Reply:
        """Carry `command` out once for each `key`, however often it is given: a retry gets the first answer again.

        Raises the decision's `Refused`, or a `CommandFailed`: `KeyReused` when the key stood for another `fingerprint`.
        """
        why = {
            "by": {"id": self._who, "role": "operator"},
            "command": type(command).__name__,
            "idempotency_key": key,
        }
        loop = asyncio.get_running_loop()
        pending = Pending(
            command=command,
            command_id=command_id(self._who, key),
            fingerprint=fingerprint,
            metadata=canonical(why),
            check=None,
            render=render,
            future=loop.create_future(),
            deadline=loop.time() + self._limits.wait_seconds,
        )
        return await self._writers.carry_out(aggregate, id, pending)

    async def carried_out(self, keys: Iterable[str]) -> dict[str, KnownCommand]:
        """Those of the keys under which a command was carried out."""
        ids = {command_id(self._who, key): key for key in keys}
        wanted, known = list(ids), {}
        for start in range(0, len(wanted), LOOK_UP_MAX):
            found = await self.store.find_commands(wanted[start : start + LOOK_UP_MAX])
            known.update({ids[each]: command for each, command in found.items()})
        return known

    async def close(self) -> None:
        """Finish what was begun."""
        await self._writers.close()


@asynccontextmanager
async def write_path(dsn: str, who: str, connections_max: int = 8) -> AsyncIterator[WritePath]:
    """The write path into a database, over a pool with the command side's own role. Raises `DatabaseUnavailable`."""
    pool = await create_pool(
        dsn,
        role=command_api.app.ROLE,
        application_name=f"seatledger {who}",
        min_size=1,
        max_size=connections_max,
    )
    try:
        notifier = Notifier(pool, LOG_CHANNEL)
        path = WritePath(who, PostgresStore(pool), notifier.poke)
        try:
            yield path
        finally:
            await path.close()
            await notifier.close()
    finally:
        await pool.close()
