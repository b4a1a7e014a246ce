"""The database that all processes reach. It goes on with what it was sent, whoever has given up or died meanwhile.

It is a `MemoryStore` with what a server adds: appends are transactions of their own, which arrive when they arrive,
take time, hold the locks of their streams while they do, and may come to nothing.
"""

import asyncio
from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime

from eventstore.appending import Appended, Item, KnownCommand, NewCommand, Outcome
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable
from tests.simulation.loop import LIFE
from tests.simulation.trace import Trace
from tests.simulation.turns import Turns

LOCK_SECONDS_MAX = 10.0


class Choked(Exception):
    """The server refused the call and rolled back, as for a mistake of ours or one lost race too many."""


@dataclass(frozen=True)
class Sent:
    """An append on its way: it arrives after `there` seconds, works for `works`, and then commits unless it `fails`."""

    sender: str
    items: Sequence[Item]
    at: datetime
    there: float = 0.0
    works: float = 0.0
    fails: Exception | None = None


class Database:
    def __init__(self, trace: Trace) -> None:
        self.store = MemoryStore()
        self.trace = trace
        # Which commit it was that carried a command out.
        self.commits = 0
        self.commit_of: dict[str, int] = {}
        self._loop = asyncio.get_running_loop()
        self.turns = Turns()
        self._locks: dict[str, asyncio.Future[None]] = {}
        self._context: Context = copy_context()
        self._context.run(LIFE.set, None)

    def send(self, sent: Sent) -> "asyncio.Task[list[Outcome]]":
        """The transaction, which nobody's end ends."""
        transaction = self._loop.create_task(self._transaction(sent), context=self._context)
        # Whoever sent it may never ask.
        transaction.add_done_callback(lambda done: done.cancelled() or done.exception())
        return transaction

    async def _transaction(self, sent: Sent) -> list[Outcome]:
        await asyncio.sleep(sent.there)
        streams = sorted({item.stream for item in sent.items})
        await self._until_free(streams)
        if sent.works or sent.fails is not None:
            await self._work(sent, streams)
        if sent.fails is not None:
            raise sent.fails
        outcomes = await self.store.append(sent.items, sent.at)
        self.commits += 1
        for item, outcome in zip(sent.items, outcomes, strict=True):
            self.trace.note(self._loop.time(), sent.sender, f"{_told(item)}: {outcome}")
            self.trace.count(f"append {type(outcome).__name__.lower()}")
            if isinstance(outcome, Appended):
                for command_id in (
                    *(each.id for each in item.commands),
                    *(each.command_id for each in item.facts),
                ):
                    self.commit_of[command_id] = self.commits
            if len(item.commands) > 1:
                self.trace.count("batch of several keyed commands")
        return outcomes

    def keep(
        self, answered: Sequence[NewCommand], at: datetime, there: float, fails: Exception | None
    ) -> "asyncio.Task[dict[str, KnownCommand]]":
        """Keep answers under their keys, in a transaction that nobody's end ends."""

        async def transaction() -> dict[str, KnownCommand]:
            await asyncio.sleep(there)
            if fails is not None:
                raise fails
            known = await self.store.remember(answered, at)
            self.commits += 1
            self.commit_of.update((each.id, self.commits) for each in answered if each.id not in known)
            self.trace.count("answers kept without facts", len(answered) - len(known))
            return known

        keeping = self._loop.create_task(transaction(), context=self._context)
        keeping.add_done_callback(lambda done: done.cancelled() or done.exception())
        return keeping

    async def _until_free(self, streams: Sequence[str]) -> None:
        """Postgres gives up waiting for a lock after a while, and says that it could not be had."""
        until = self._loop.time() + LOCK_SECONDS_MAX
        while held := next((self._locks[stream] for stream in streams if stream in self._locks), None):
            self.trace.count("append behind a lock")
            await asyncio.wait((held,), timeout=until - self._loop.time())
            if not held.done():
                raise StoreUnavailable("lock timeout")

    async def _work(self, sent: Sent, streams: Sequence[str]) -> None:
        ended = self._loop.create_future()
        self._locks.update(dict.fromkeys(streams, ended))
        await asyncio.sleep(sent.works)
        for stream in streams:
            del self._locks[stream]
        ended.set_result(None)


def _told(item: Item) -> str:
    facts = ",".join(fact.name for fact in item.facts)
    return f"{item.stream}@{item.after.version} [{facts}] {len(item.commands)} keyed"
