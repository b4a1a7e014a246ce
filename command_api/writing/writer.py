"""One writer per active stream: it owns the folded state, decides in order, and answers after the commit."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Generic

from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import stored
from command_api.writing.batch import TIME_COMMAND_ID, TIME_METADATA, Batch, Decided
from command_api.writing.failures import OutcomeUnknown, Overloaded, PreconditionFailed
from command_api.writing.pending import Pending
from domain.codec import CODEC
from domain.refusal import Refused
from eventstore.appending import Appended, Duplicate, Item, NewCommand, Outcome, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY


class Writer(Generic[S]):
    """The state of one stream at `head`, and the commands waiting for it.

    The appender drives it: `decide` makes a batch, `settle` says what became of it, and while the writer is `stale`
    the facts after `head` are read and given to `catch_up` first; `is_in_doubt` says that an append may still be under
    way whose answer was lost. Nothing here awaits, so nothing here can be
    interrupted halfway. Methods that find a no for a command with an idempotency key return it instead of saying it:
    the key may be known already, and then the first answer counts.
    """

    def __init__(self, stream: str, aggregate: Aggregate[S], queue_max: int, trust_seconds: float) -> None:
        self.stream = stream
        self.head: StreamHead = EMPTY
        self.queue: deque[Pending] = deque()
        self.stale = True
        self.busy = False
        self._aggregate = aggregate
        self._state = aggregate.initial()
        self._savepoint = self._state
        self._batch = Batch()
        self._position = 0
        self._queue_max = queue_max
        self._trust_seconds = trust_seconds
        self._current_at = float("-inf")
        self._in_doubt: dict[str, Pending] = {}
        self.is_broken = False
        self.is_in_doubt = False

    @property
    def is_idle(self) -> bool:
        return not self.busy and not self.queue

    def put(self, pending: Pending) -> None:
        """Queue a command; raises `Overloaded` when too many wait already."""
        if len(self.queue) >= self._queue_max:
            raise Overloaded
        self.queue.append(pending)

    # ------------------------------------------------------------------ deciding

    def decide(self, clock: float, facts_max: int) -> tuple[Item | None, list[Decided]]:
        """Decide what is queued, up to about `facts_max` facts, folding tentatively.

        Gives the item to append, None when there is nothing to write. What rests on nothing uncommitted is answered
        here and now. `clock` is the event loop's, in seconds.
        """
        self._savepoint = self._state.savepoint()
        self._batch = batch = Batch()
        doubtful: list[Decided] = []
        while self.queue and len(batch.facts) < facts_max:
            pending = self.queue.popleft()
            if pending.future.done() or self._is_late(pending, clock):
                continue
            try:
                decided = self._decide_one(pending)
            except Exception as error:  # noqa: BLE001 - told to whoever asked
                # A mistake of ours in one command must not harm those beside it: they are decided once more.
                pending.fail(error)
                self._take_back()
                return self.decide(clock, facts_max)
            if not batch.is_empty:
                batch.decided.append(decided)
            elif self._is_current(clock):
                doubtful += self._say(decided, self._position)
            else:
                self.queue.appendleft(pending)
                self.stale = True
                break
        item = None if batch.is_empty else Item(self.stream, self.head, batch.facts, batch.commands)
        return item, doubtful

    def _decide_one(self, pending: Pending) -> Decided:
        batch, command_id = self._batch, pending.command_id
        try:
            if self.head.version:
                self._fold_new(
                    self._aggregate.lapse(self._state, pending.now), TIME_COMMAND_ID, TIME_METADATA
                )
            if pending.check is not None:
                pending.check(self._state)
            facts = self._aggregate.decide(pending.command, self._state)
        except (Refused, PreconditionFailed) as no:
            return Decided(pending, no, len(batch.facts))
        self._fold_new(facts, command_id, pending.metadata)
        answer = pending.render(self._state, facts)
        if pending.fingerprint is not None:
            batch.commands.append(
                NewCommand(command_id, pending.fingerprint, stored(answer), len(batch.facts))
            )
        return Decided(pending, answer, len(batch.facts))

    def _fold_new(self, facts: Sequence[Any], command_id: str, metadata: bytes) -> None:
        for fact in facts:
            self._state = self._aggregate.evolve(self._state, fact)
        self._batch.record(facts, command_id, metadata)

    def _is_current(self, clock: float) -> bool:
        """Whether the state is new enough to say no from memory: another process may have changed the stream."""
        return clock - self._current_at <= (self._trust_seconds if self.head.version else 0)

    def _is_late(self, pending: Pending, clock: float) -> bool:
        if pending.deadline >= clock:
            return False
        pending.fail(OutcomeUnknown() if pending.command_id in self._in_doubt else Overloaded())
        return True

    # ------------------------------------------------------------------ settling

    def settle(self, outcome: Outcome | None, clock: float) -> list[Decided]:
        """What became of the last item; None when that is unknown."""
        batch, self._batch = self._batch, Batch()
        if isinstance(outcome, Appended):
            self.head = outcome.head
            self._position = outcome.base + len(batch.facts)
            self._current_at = clock
            self._in_doubt.clear()
            said = (self._say(decided, outcome.base + decided.facts_end) for decided in batch.decided)
            return [doubtful for each in said for doubtful in each]
        self._batch = batch
        known = set(outcome.command_ids) if isinstance(outcome, Duplicate) else set()
        duplicates = [decided for decided in batch.decided if decided.pending.command_id in known]
        self._take_back(leave_out=known)
        self.stale = True
        self.is_in_doubt = outcome is None
        return duplicates

    def _take_back(self, leave_out: Iterable[str] = ()) -> None:
        """The state as it was before the batch, and its commands first in the queue again, in their order.

        They are in doubt: an append whose connection was lost may still arrive, and then `catch_up` finds its facts.
        """
        self._state = self._savepoint.restored()
        again = [
            decided.pending for decided in self._batch.decided if decided.pending.command_id not in leave_out
        ]
        self.queue.extendleft(reversed(again))
        self._in_doubt.update((pending.command_id, pending) for pending in again)
        self._batch = Batch()

    def fail(self, error: Exception) -> None:
        """The item cannot be written at all, whenever it is tried: its commands get the error."""
        for decided in self._batch.decided:
            decided.pending.fail(error)
        self._take_back()
        self.stale = True

    def _say(self, decided: Decided, position: int) -> list[Decided]:
        if not isinstance(decided.answer, Exception):
            decided.pending.reply(decided.answer, position)
        elif decided.pending.fingerprint is not None:
            return [decided]
        else:
            decided.pending.fail(decided.answer)
        return []

    # ------------------------------------------------------------------ catching up

    def catch_up(self, facts: Sequence[RecordedFact]) -> None:
        """Fold what the log has after `head`. Commands in doubt whose facts are among them have been carried out."""
        for command_id, group in groupby(facts, key=lambda fact: fact.command_id):
            recorded = list(group)
            decoded = [CODEC.decode(fact.name, fact.schema_version, fact.data) for fact in recorded]
            for fact in decoded:
                self._state = self._aggregate.evolve(self._state, fact)
            last = recorded[-1]
            self.head = StreamHead(last.version, last.hash)
            self._position = last.position
            pending = self._in_doubt.pop(command_id, None)
            if pending is not None:
                pending.reply(pending.render(self._state, decoded), last.position)

    def caught_up(self, clock: float) -> None:
        """The log had no more facts of this stream at `clock`."""
        self.stale = False
        self._current_at = clock
        self.is_in_doubt = False
        self._in_doubt.clear()

    def drop_late(self, clock: float) -> bool:
        """Let nobody wait past their deadline; whether anybody still waits."""
        self.queue = deque(
            pending for pending in self.queue if not (pending.future.done() or self._is_late(pending, clock))
        )
        return bool(self.queue)

    def give_up(self, error: Exception) -> None:
        """The stream cannot be folded: nothing can be decided about it until this code is mended."""
        self.is_broken = True
        while self.queue:
            self.queue.popleft().fail(error)
