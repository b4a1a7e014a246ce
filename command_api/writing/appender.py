"""Group commit: one call to the store carries what every ready writer has decided since the last call."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from command_api.writing.answer import restored
from command_api.writing.batch import Decided
from command_api.writing.failures import KeyReused, OutcomeUnknown
from command_api.writing.limits import WriteLimits
from command_api.writing.noes import Noes, no_to_keep
from command_api.writing.observed import WriteMetrics
from command_api.writing.writer import Writer
from eventstore.appending import Appended, Conflict, Item, KnownCommand, Outcome
from eventstore.store import AnotherHistory, EventStore, StoreUnavailable, whole_stream

log = logging.getLogger(__name__)

RETRY_FIRST_SECONDS = 0.02
RETRY_MAX_SECONDS = 1.0

BESIDE_OTHERS_SECONDS = 0.5
"""So long after another stream was written a stream is not taken to be alone."""


class Appender:
    """Drives the writers. At most `limits.flights_max` calls are on their way; a writer takes part in one at a time.

    `now` gives the moment written down as `recorded_at`. `on_commit` is called after each call
    that wrote something.
    """

    def __init__(
        self,
        store: EventStore,
        now: Callable[[], datetime],
        metrics: WriteMetrics,
        limits: WriteLimits,
        on_commit: Callable[[], None],
        *,
        noes: Noes,
    ) -> None:
        self._store = store
        self._noes = noes
        self._now = now
        self._metrics = metrics
        self._flights_free = limits.flights_max
        self._turns_free = limits.turns_max
        self._batch_facts_max = limits.batch_facts_max
        self._last_stream = ""
        self._beside_others_until = 0.0
        self._on_commit = on_commit
        self._ready: deque[Writer[Any]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._scheduled = False

    def wake(self, writer: Writer[Any]) -> None:
        """`writer` has commands waiting. One that takes part in a flight is looked at when that is over."""
        if writer.busy:
            return
        writer.busy = True
        if writer.shared.is_contended and self._turns_free:
            self._turns_free -= 1
            self._start(self._take_turn(writer))
        elif writer.stale:
            self._start(self._catch_up(writer))
        else:
            self._ready.append(writer)
            self._schedule()

    async def drain(self) -> None:
        """Until nothing is under way any more. Whoever gives up waiting stops nothing of it."""
        while self._tasks or self._ready:
            await asyncio.wait([*self._tasks, self._loop.create_task(asyncio.sleep(0))])

    # A round starts at the end of the event loop's turn, so that every request read in this turn takes part in it.
    def _schedule(self) -> None:
        if not self._scheduled and self._flights_free:
            self._scheduled = True
            self._loop.call_soon(self._take_off)

    def _take_off(self) -> None:
        self._scheduled = False
        if not self._flights_free:
            return
        aboard, items = self._boarded()
        if items:
            self._flights_free -= 1
            self._start(self._fly(aboard, items))
        if self._ready:
            self._schedule()

    def _boarded(self) -> tuple[list[Writer[Any]], list[Item]]:
        """Who takes part in the next call, and with what."""
        aboard: list[Writer[Any]] = []
        items: list[Item] = []
        room = self._batch_facts_max
        clock = self._loop.time()
        while self._ready and room > 0:
            writer = self._ready.popleft()
            item = self._decided(writer, clock, room, self._share(writer, clock))
            if item is None:
                self._release(writer)
            else:
                aboard.append(writer)
                items.append(item)
                room -= len(item.facts)
        return aboard, items

    def _decided(self, writer: Writer[Any], clock: float, room: int, share: int) -> Item | None:
        """What the writer wants written; None when that is nothing."""
        try:
            item, doubtful = writer.decide(clock, room, share)
        except Exception as error:
            log.exception("%s cannot decide", writer.stream)
            writer.fail_everybody(error)
            return None
        self._look_up(writer, doubtful)
        return item

    def _share(self, writer: Writer[Any], clock: float) -> int:
        """How many facts one stream may have in a flight: beside others half, since all of a batch is decided and
        answered in a turn of the loop, for which everybody else waits, at each step of their own way.
        """
        if writer.stream != self._last_stream:
            if self._last_stream:
                self._beside_others_until = clock + BESIDE_OTHERS_SECONDS
            self._last_stream = writer.stream
        most = self._batch_facts_max
        return (most + 1) // 2 if clock < self._beside_others_until else most

    async def _fly(self, aboard: Sequence[Writer[Any]], items: Sequence[Item]) -> None:
        """One call after the other, until nobody is ready. The next one leaves at once, so that the database is at work
        while those of the last one are answered.
        """
        try:
            while items:
                await self._carried(aboard, items)
                aboard, items = self._boarded()
        finally:
            self._flights_free += 1
            self._schedule()

    async def _carried(self, aboard: Sequence[Writer[Any]], items: Sequence[Item]) -> None:
        try:
            await self._carry(self._store, aboard, items)
        except Exception:
            log.exception("a mistake beside an append")
        finally:
            for writer in aboard:
                self._release(writer)

    async def _take_turn(self, writer: Writer[Any]) -> None:
        """A stream that other processes write too, and much: it is read, decided and written while they wait.

        What each decides then stands. Without turns most of it is decided for nothing, because somebody else was first.
        """
        try:
            async with self._store.turn(writer.stream) as store:
                await self._write_in_turn(store, writer)
        except Exception as error:
            # Whatever was appended has been settled. Not again at once: whoever catches up waits for a log that is
            # out of reach, and a turn that cannot be had for another reason is done without.
            is_a_mistake = not isinstance(error, StoreUnavailable)
            log.warning("a turn at %s failed: %s", writer.stream, error, exc_info=is_a_mistake)
            writer.shared.is_contended = False
            writer.stale = True
        finally:
            self._turns_free += 1
        self._release(writer)

    async def _write_in_turn(self, store: EventStore, writer: Writer[Any]) -> None:
        writer.shared.turn_begins(writer.head.version)
        if not await self._folded(store, writer):
            return
        writer.shared.turn_has_read(writer.head.version)
        most = self._batch_facts_max
        item = self._decided(writer, self._loop.time(), most, most)
        if item is not None:
            await self._carry(store, [writer], [item])

    async def _carry(self, store: EventStore, aboard: Sequence[Writer[Any]], items: Sequence[Item]) -> None:
        began = self._loop.time()
        try:
            outcomes: Sequence[Outcome | None] = await store.append(items, self._now())
        except StoreUnavailable as error:
            log.warning("the log is out of reach: %s", error)
            outcomes = [None] * len(items)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is found out whose it is, and told them
            await self._carry_apart(store, aboard, items, error)
            return
        seconds = self._loop.time() - began
        # Before anybody else is told: whatever goes wrong with them, these have their answers.
        for writer, outcome in zip(aboard, outcomes, strict=True):
            self._look_up(writer, writer.settle(outcome))
        if any(isinstance(outcome, Appended) for outcome in outcomes):
            self._on_commit()
        self._metrics.flown(items, outcomes, seconds)

    async def _carry_apart(
        self, store: EventStore, aboard: Sequence[Writer[Any]], items: Sequence[Item], error: Exception
    ) -> None:
        """The store refused the call as a whole: one item is at fault, and the others must not suffer for it."""
        if len(items) > 1:
            for writer, item in zip(aboard, items, strict=True):
                await self._carry(store, [writer], [item])
            return
        if isinstance(error, AnotherHistory) and not aboard[0].is_from_the_start:
            self._look_up(aboard[0], aboard[0].settle(Conflict(0)))
            return
        log.error("the log refused facts of %s", items[0].stream, exc_info=error)
        aboard[0].fail(error)

    def _release(self, writer: Writer[Any]) -> None:
        if writer.is_unsettled:
            # A mistake has come between, so what became of its facts is asked of the log.
            try:
                writer.settle(None)
            except Exception as error:
                log.exception("%s cannot go back", writer.stream)
                writer.fail_everybody(error)
        writer.busy = False
        if writer.queue:
            self.wake(writer)

    async def _catch_up(self, writer: Writer[Any]) -> None:
        """Read until the stream has no more; while the log is out of reach try again, as long as anybody waits."""
        pause = RETRY_FIRST_SECONDS
        while True:
            clock = self._loop.time()
            try:
                await self._folded(self._store, writer)
            except StoreUnavailable:
                if writer.drop_late(clock):
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, RETRY_MAX_SECONDS)
                    continue
            break
        self._release(writer)

    async def _folded(self, store: EventStore, writer: Writer[Any]) -> bool:
        """Whether the writer now has what the log has. Raises `StoreUnavailable`."""
        try:
            await self._read(store, writer)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("the stream %s cannot be folded", writer.stream)
            writer.give_up(error)
        return not writer.is_broken

    async def _read(self, store: EventStore, writer: Writer[Any]) -> None:
        """All that the log has of the writer's stream and the writer has not."""
        if writer.is_in_doubt:
            # An append whose answer was lost may still be under way. This empty one takes the same lock and so comes
            # after it: what is read next is all there will be.
            with suppress(AnotherHistory):
                # What is read next tells so, too.
                await store.append([Item(writer.stream, writer.head, ())], self._now())
        writer.catching_up()
        while not await self._caught_up(store, writer):
            writer.start_over()
        writer.caught_up()

    async def _caught_up(self, store: EventStore, writer: Writer[Any]) -> bool:
        """Read to the stream's end; False when the log has not the fact at which the writer stands.

        That fact is read too, because its number alone says nothing in a log that was restored to an earlier state.
        """
        head = writer.head
        known = min(head.version, 1)
        async for page in whole_stream(store, writer.stream, head.version - known):
            if known and page[0].hash != head.hash:
                return False
            writer.catch_up(page[known:])
            known = 0
        return not known

    def _look_up(self, writer: Writer[Any], doubtful: list[Decided]) -> None:
        if doubtful:
            self._start(self._replay_or_say(writer, doubtful))

    async def _replay_or_say(self, writer: Writer[Any], doubtful: list[Decided]) -> None:
        """A no, or a duplicate: if its key is known from before, the first answer is the answer."""
        try:
            known = await self._known(doubtful)
        except StoreUnavailable:
            for decided in doubtful:
                decided.pending.fail(OutcomeUnknown())
            return
        except Exception as error:
            log.exception("commands cannot be looked up")
            for decided in doubtful:
                decided.pending.fail(error)
            return
        for decided in doubtful:
            pending = decided.pending
            earlier = known.get(pending.command_id)
            if earlier is not None and earlier.fingerprint != pending.fingerprint:
                pending.fail(KeyReused())
            elif earlier is not None:
                pending.reply(restored(earlier.answer), earlier.position, replayed=True)
            else:
                writer.refuse(decided)

    async def _known(self, doubtful: list[Decided]) -> dict[str, KnownCommand]:
        """Those whose keys were known; the noes among the others are kept under theirs from now on."""
        kept = [(decided, no_to_keep(decided)) for decided in doubtful]
        noes = [no for _, no in kept if no is not None]
        known = await self._noes.keep(noes) if noes else {}
        others = [decided.pending.command_id for decided, no in kept if no is None]
        return {**known, **await self._store.find_commands(others)} if others else known

    def _start(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
