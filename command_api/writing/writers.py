"""The writers of a process: found or made by stream, the ones idle longest forgotten first."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import Answer, Reply, restored, stored
from command_api.writing.appender import Appender
from command_api.writing.crowding import Crowding
from command_api.writing.deadlines import Deadlines
from command_api.writing.failures import (
    CommandFailed,
    KeyReused,
    OutcomeUnknown,
    Overloaded,
    PreconditionFailed,
)
from command_api.writing.limits import WriteLimits
from command_api.writing.noes import Noes
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import Pending
from command_api.writing.writer import OnRefusal, Writer, nobody_asks, told_to_nobody
from domain.refusal import Refused
from eventstore.appending import KnownCommand, NewCommand
from eventstore.store import EventStore, StoreUnavailable

LOOK_SECONDS = 30.0
"""So often it is looked what has gone cold: ten thousand writers are looked at in 2 ms."""

LARGE_FACTS = 5_000
"""So many that are forgotten are worth a pause: their memory, some 5 MB, is given back to the system."""


def nothing_to_do() -> None:
    """For whoever need not know."""


HandOver = Callable[[str, Pending], Awaitable[Reply] | None]
"""Gives a command about the stream of this key to the process that owns it; None where there is no other."""


class Writers:
    """Where commands go. Made within a running event loop; ended by `close`. `hand_over` is asked first, where it is
    set and the command has an errand.
    """

    def __init__(
        self,
        store: EventStore,
        now: Callable[[], datetime],
        metrics: WriteMetrics,
        limits: WriteLimits,
        on_commit: Callable[[], None] = nothing_to_do,
        *,
        on_refusal: OnRefusal = told_to_nobody,
        on_much_forgotten: Callable[[], None] = nothing_to_do,
        crowding: Crowding | None = None,
    ) -> None:
        self.hand_over: HandOver | None = None
        self._store = store
        self._on_refusal = on_refusal
        self._on_much_forgotten = on_much_forgotten
        self._facts_forgotten = 0
        self._crowding = crowding
        self._limits = limits
        self._noes = Noes(store, now)
        self._appender = Appender(store, now, metrics, limits, on_commit, noes=self._noes)
        self._writers: OrderedDict[str, Writer[Any]] = OrderedDict()
        self._keyed: dict[str, Pending] = {}
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines(self._loop)
        self._next_look: asyncio.TimerHandle | None = None

    def carry_out(
        self, aggregate: Aggregate[S], id: str, pending: Pending, *, creates: bool = False
    ) -> Awaitable[Reply]:
        """Decide, commit, answer. `creates` says that the command makes the stream it names.

        A retry of a creation names another new stream, so only the store can tell that its key was used before.
        Whoever waits for it gets the reply, the decision's `Refused` or a `CommandFailed`.
        """
        if self.hand_over is not None and pending.errand is not None:
            elsewhere = self.hand_over(aggregate.stream(id), pending)
            if elsewhere is not None:
                return elsewhere
        return self.carry_out_here(aggregate, id, pending, creates=creates)

    def carry_out_here(
        self, aggregate: Aggregate[S], id: str, pending: Pending, *, creates: bool = False
    ) -> Awaitable[Reply]:
        """The same in this process, whoever owns the stream."""
        if pending.fingerprint is not None:
            return self._carry_out_once(aggregate, id, pending, pending.fingerprint, creates=creates)
        try:
            return self._queued(aggregate, id, pending)
        except Overloaded as full:
            pending.fail(full)
            return pending.future

    async def _carry_out_once(
        self, aggregate: Aggregate[S], id: str, pending: Pending, fingerprint: bytes, *, creates: bool
    ) -> Reply:
        """A command with an idempotency key."""
        first = self._under_way(pending)
        if first is not None:
            try:
                return await _same_answer(first, pending)
            except (Refused, PreconditionFailed):
                reply = await self.first_reply(pending.command_id, fingerprint)
                if reply is not None:
                    return reply
                # Not kept: it was true of a time before this retry came, perhaps. Of another one that came later it is
                # true now.
                later = self._under_way(pending)
                if later is not None:
                    return await _same_answer(later, pending)
        self._keyed[pending.command_id] = pending
        try:
            reply = await self.first_reply(pending.command_id, fingerprint) if creates else None
            if reply is None:
                return await self._queued(aggregate, id, pending)
            pending.reply(*reply)
        except CommandFailed as failure:
            # For those who came with the same key meanwhile. Nobody may have, so it is marked as heard.
            pending.fail(failure)
            pending.future.exception()
            raise
        finally:
            if self._keyed.get(pending.command_id) is pending:
                del self._keyed[pending.command_id]
            pending.future.cancel()
        return reply

    def _under_way(self, pending: Pending) -> Pending | None:
        """The same command, asked for before and not answered yet."""
        first = self._keyed.get(pending.command_id)
        return None if first is None or first.future.done() else first

    async def first_reply(self, command_id: str, fingerprint: bytes) -> Reply | None:
        """The answer that is kept under a key, yes or no. Raises `KeyReused` when it was asked for something else."""
        try:
            known = (await self._store.find_commands([command_id])).get(command_id)
        except StoreUnavailable as error:
            # Nothing was sent, so nothing is unknown: it is simply not done.
            raise Overloaded from error
        return None if known is None else _first(known, fingerprint)

    async def first_reply_or_keep(self, command_id: str, fingerprint: bytes, no: Answer) -> Reply | None:
        """The answer that is kept under a key; None when `no` is from now on. Raises `KeyReused`.

        For a no that is found before a command gets as far as its writer, or beside them.
        """
        try:
            known = await self._noes.keep([NewCommand(command_id, fingerprint, stored(no), 0)])
        except StoreUnavailable as error:
            raise OutcomeUnknown from error
        return _first(known[command_id], fingerprint) if known else None

    def _queued(self, aggregate: Aggregate[S], id: str, pending: Pending) -> "asyncio.Future[Reply]":
        if self._closing:
            raise Overloaded
        writer = self._writer(aggregate, id)
        writer.put(pending, self._loop.time())
        self._deadlines.watch(pending)
        self._appender.wake(writer)
        return pending.future

    def _writer(self, aggregate: Aggregate[S], id: str) -> Writer[S]:
        stream = aggregate.stream(id)
        writer = self._writers.get(stream)
        if writer is None or writer.is_broken:
            self._forget_idle()
            tell = nobody_asks if self._crowding is None else self._crowding.of(id)
            self._writers[stream] = writer = Writer(
                stream, aggregate, self._limits, on_refusal=self._on_refusal, tell_room=tell
            )
        self._writers.move_to_end(stream)
        writer.used_at = self._loop.time()
        if self._next_look is None:
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._forget_cold)
        return writer

    def _forget_idle(self) -> None:
        """Make room for one more; writers at work stay, so for a moment there may be more than the limit."""
        surplus = len(self._writers) + 1 - self._limits.writers_max
        if surplus > 0:
            idle = (stream for stream, writer in self._writers.items() if writer.is_idle)
            for stream in [stream for stream, _ in zip(idle, range(surplus), strict=False)]:
                self._forget(stream)

    def _forget_cold(self) -> None:
        """Writers stand in the order in which they were last asked for: when one is kept, so are all after it."""
        cold_before = self._loop.time() - self._limits.cold_seconds
        facts = sum(writer.head.version for writer in self._writers.values())
        for stream, writer in list(self._writers.items()):
            if writer.used_at >= cold_before and facts <= self._limits.facts_kept_max:
                break
            if writer.is_idle:
                facts -= writer.head.version
                self._forget(stream)
        self._next_look = self._loop.call_later(LOOK_SECONDS, self._forget_cold) if self._writers else None

    def _forget(self, stream: str) -> None:
        self._facts_forgotten += self._writers.pop(stream).head.version
        if self._facts_forgotten >= LARGE_FACTS:
            self._facts_forgotten = 0
            self._on_much_forgotten()

    async def close(self) -> None:
        """Take no more commands, finish those that wait."""
        self._closing = True
        if self._next_look is not None:
            self._next_look.cancel()
        await self._appender.drain()


def _first(known: KnownCommand, fingerprint: bytes) -> Reply:
    if known.fingerprint != fingerprint:
        raise KeyReused
    return Reply(restored(known.answer), known.position, replayed=True)


async def _same_answer(first: Pending, again: Pending) -> Reply:
    """The answer of a command that is under way when its retry comes."""
    if first.fingerprint != again.fingerprint:
        raise KeyReused
    first.is_shared = True
    try:
        reply = await asyncio.shield(first.future)
    except asyncio.CancelledError:
        if first.future.cancelled():
            raise OutcomeUnknown from None
        raise
    return reply._replace(replayed=True)
