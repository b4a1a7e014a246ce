"""One writer per active stream: it owns the folded state, decides in order, and answers after the commit."""

import logging
from collections import deque
from collections.abc import Callable, Container, Sequence
from itertools import groupby
from typing import Any, Generic

from command_api.writing.aggregate import Aggregate, S
from command_api.writing.answer import stored
from command_api.writing.batch import TIME_COMMAND_ID, TIME_METADATA, Batch, Decided
from command_api.writing.failures import OutcomeUnknown, Overloaded, PreconditionFailed
from command_api.writing.found import Found
from command_api.writing.limits import WriteLimits
from command_api.writing.pending import Pending
from command_api.writing.room import Room
from command_api.writing.shared import Shared
from domain.codec import CODEC
from domain.refusal import Refused
from eventstore.appending import Appended, Conflict, Duplicate, Item, NewCommand, Outcome, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY

log = logging.getLogger(__name__)

TellRoom = Callable[[int | None], None]
"""Hears for how many more there is room, once more wait than go into one batch; None when nobody waits any more."""

OnRefusal = Callable[[Pending, Refused | PreconditionFailed, str, int], None]
"""Told of each no that stands, with its stream and the version at which it was decided."""


def nobody_asks(_places: int | None) -> None:
    """For whoever has nobody to turn away."""


def told_to_nobody(_pending: Pending, _no: Refused | PreconditionFailed, _stream: str, _version: int) -> None:
    """For whoever keeps no history of refusals."""


class Writer(Generic[S]):
    """The state of one stream at `head`, and the commands waiting for it.

    The appender drives it: `decide` makes a batch, `settle` says what became of it, and while the writer is `stale`
    the facts after `head` are read and given to `catch_up` first, between `catching_up` and `caught_up`; `is_in_doubt`
    says that an append may still be under way whose answer was lost. Nothing here awaits, so nothing here can be
    interrupted halfway. Methods that find a no for a command with an idempotency key return it instead of saying it:
    the key may be known already, and then the first answer counts.

    Other processes may write the stream, so an answer that writes nothing is said only from a state that the log was
    seen to have after the command came: at the commit of the commands beside it, or at a reading.
    """

    def __init__(
        self,
        stream: str,
        aggregate: Aggregate[S],
        limits: WriteLimits,
        *,
        on_refusal: OnRefusal = told_to_nobody,
        tell_room: TellRoom = nobody_asks,
    ) -> None:
        self.stream = stream
        self.head: StreamHead = EMPTY
        self.queue: deque[Pending] = deque()
        self.stale = True
        self.busy = False
        self.used_at = 0.0
        self._aggregate = aggregate
        self._state = aggregate.initial()
        self._savepoint = self._state
        self._batch = Batch()
        self._position = 0
        self._on_refusal = on_refusal
        self._room = Room(limits)
        self._tell_room = tell_room
        self._crowd_min = limits.batch_facts_max
        self._is_crowded = False
        # Commands are counted as they come; the state is known to be the log's as of the coming of number `_seen`.
        self._came = 0
        self._looking = 0
        self._seen = 0
        self._is_torn = False
        self._in_doubt: dict[str, Pending] = {}
        self._found: Found | None = None
        self.is_broken = False
        self.is_in_doubt = False
        # Read anew since the log was found to be another one, and not yet borne out by an append.
        self.is_from_the_start = False
        self.shared = Shared()

    @property
    def is_idle(self) -> bool:
        return not self.busy and not self.queue

    @property
    def is_unsettled(self) -> bool:
        """Something was decided of which nobody has told what became of it."""
        return bool(self._batch.facts or self._batch.decided)

    def put(self, pending: Pending, clock: float) -> None:
        """Queue a command; raises `Overloaded` when too many wait already, or it would wait too long."""
        if self.is_idle:
            self._room.rests()
        if self._room_left(clock) <= 0 and not self._has_room_after_all(clock):
            self._is_crowded = True
            self._tell_room(0)
            raise Overloaded
        self._came += 1
        pending.number = self._came
        self.queue.append(pending)
        if not self._is_crowded and len(self.queue) >= self._crowd_min:
            self._is_crowded = True
            self._tell_room(self._room_left(clock))

    def _has_room_after_all(self, clock: float) -> bool:
        """Once those who do not wait any more are out of the way."""
        before = len(self.queue)
        while self.queue and (self.queue[0].future.done() or self.queue[0].is_forsaken()):
            self.queue.popleft()
        return len(self.queue) < before and self._room_left(clock) > 0

    def _room_left(self, clock: float) -> int:
        return self._room.left(len(self.queue), len(self._batch.decided), clock)

    # ------------------------------------------------------------------ deciding

    def decide(self, clock: float, room: int, share: int) -> tuple[Item | None, list[Decided]]:
        """Decide what is queued, up to about `share` facts and no more than there is `room` for, folding tentatively.

        Gives the item to append, None when there is nothing to write. What the log is known to bear out is answered
        here and now. `clock` is the event loop's, in seconds.
        """
        doubtful: list[Decided] = []
        self._room.batch_begins(clock, share)
        while not self._decide_queue(clock, min(room, share), doubtful):
            self._take_back()
        if self._is_crowded:
            self._is_crowded = bool(self.queue)
            self._tell_room(self._room_left(clock) if self._is_crowded else None)
        batch = self._batch
        if not batch.is_empty:
            return Item(self.stream, self.head, batch.facts, batch.commands), doubtful
        # No commit will show that the state is the log's, so that is looked at first; and before the next commands too,
        # which are likely to hear the same no: they need not be decided twice.
        self._take_back()
        self.stale = True
        return None, doubtful

    def _decide_queue(self, clock: float, facts_max: int, doubtful: list[Decided]) -> bool:
        """False when a mistake of ours has left the state half changed: then all but that command go once more."""
        self._savepoint = self._state.savepoint()
        self._batch = batch = Batch()
        self._looking = self._came
        while self.queue and len(batch.facts) < facts_max:
            pending = self.queue.popleft()
            if pending.future.done() or pending.is_forsaken() or self._is_late(pending, clock):
                continue
            try:
                decided = self._decide_one(pending)
            except Exception as error:  # noqa: BLE001 - told to whoever asked; those beside it must not suffer
                pending.fail(error)
                if self._is_torn:
                    return False
                continue
            if batch.is_empty and pending.number <= self._seen:
                doubtful += self._say(decided, self._position)
            else:
                batch.decided.append(decided)
        return True

    def _decide_one(self, pending: Pending) -> Decided:
        batch, command_id = self._batch, pending.command_id
        try:
            if self.head.version:
                lapsed = self._aggregate.lapse(self._state, pending.now)
                if lapsed:
                    self._fold_new(lapsed, TIME_COMMAND_ID, TIME_METADATA)
            if pending.check is not None:
                pending.check(self._state)
            facts = self._aggregate.decide(pending.command, self._state)
        except (Refused, PreconditionFailed) as no:
            # A trace knows this frame, which knows whoever is told: a circle at each no, for the garbage collector.
            no.__traceback__ = None
            return Decided(pending, no, len(batch.facts), self.head.version + len(batch.facts))
        version = self.head.version + len(batch.facts)
        self._fold_new(facts, command_id, pending.metadata)
        self._is_torn = True
        answer = pending.render(self._state, facts)
        if pending.fingerprint is not None:
            batch.commands.append(
                NewCommand(command_id, pending.fingerprint, stored(answer), len(batch.facts))
            )
        self._is_torn = False
        return Decided(pending, answer, len(batch.facts), version)

    def _fold_new(self, facts: Sequence[Any], command_id: str, metadata: bytes) -> None:
        self._is_torn = True
        for fact in facts:
            self._state = self._aggregate.evolve(self._state, fact)
        self._batch.record(facts, command_id, metadata)
        self._is_torn = False

    def _is_late(self, pending: Pending, clock: float) -> bool:
        if pending.deadline >= clock:
            return False
        pending.fail(Overloaded() if pending.lost_after is None else OutcomeUnknown())
        return True

    # ------------------------------------------------------------------ settling

    def settle(self, outcome: Outcome | None) -> list[Decided]:
        """What became of the last item; None when that is unknown."""
        batch, self._batch = self._batch, Batch()
        if isinstance(outcome, Appended):
            self.head = outcome.head
            # What stands for good needs no way back, which knows the state, which knows its journal: a circle, in which
            # a state that is forgotten would wait for the garbage collector.
            self._savepoint = self._state.savepoint()
            self._position = outcome.base + len(batch.facts)
            self._seen = self._looking
            self.is_from_the_start = False
            self._in_doubt.clear()
            said = (self._say(decided, outcome.base + decided.facts_end) for decided in batch.decided)
            return [doubtful for each in said for doubtful in each]
        self._batch = batch
        known = set(outcome.command_ids) if isinstance(outcome, Duplicate) else set()
        duplicates = [decided for decided in batch.decided if decided.pending.command_id in known]
        again = self._take_back(leave_out=known)
        if isinstance(outcome, Conflict):
            self._came_second(outcome, len(again))
        self._in_doubt.update((pending.command_id, pending) for pending in again)
        self.stale = True
        self.is_in_doubt = outcome is None
        if self.is_in_doubt:
            self._note_loss(batch)
        return duplicates

    def _came_second(self, conflict: Conflict, commands: int) -> None:
        if conflict.version < self.head.version:
            # Nobody was first: the log went back.
            self.start_over()
        else:
            self.shared.lost(commands)

    def _note_loss(self, batch: Batch) -> None:
        facts_end = 0
        for pending, answer, end, _ in batch.decided:
            if not isinstance(answer, Exception) and (end > facts_end or pending.fingerprint is not None):
                pending.lost_after = self.head.version
            facts_end = end

    def _take_back(self, leave_out: Container[str] = ()) -> list[Pending]:
        """The state as it was before the batch, and its commands first in the queue again, in their order."""
        self._state = self._savepoint.restored()
        again = [
            decided.pending for decided in self._batch.decided if decided.pending.command_id not in leave_out
        ]
        self.queue.extendleft(reversed(again))
        self._batch = Batch()
        self._is_torn = False
        return again

    def fail(self, error: Exception) -> None:
        """The item cannot be written at all, whenever it is tried: its commands get the error."""
        for decided in self._batch.decided:
            decided.pending.fail(error)
        self._take_back()
        self._forget()
        self.stale = True

    def fail_everybody(self, error: Exception) -> None:
        """Deciding itself has failed, and would again: those who wait get the error, and all is read anew."""
        waiting = [*(decided.pending for decided in self._batch.decided), *self.queue]
        self._batch = Batch()
        self._is_torn = False
        self.queue.clear()
        self._in_doubt.clear()
        self._forget()
        self.stale = True
        for pending in waiting:
            pending.fail(error)

    def start_over(self) -> None:
        """The log is not the one that was folded (a backup, a stand-by that was behind): it is read from its start."""
        log.critical(
            "%s was at version %d and the log says otherwise: facts are lost", self.stream, self.head.version
        )
        self.is_from_the_start = True
        self._forget()

    def _forget(self) -> None:
        self.head = EMPTY
        self._state = self._aggregate.initial()
        self._position = 0
        self._found = None

    def _say(self, decided: Decided, position: int) -> list[Decided]:
        if decided.pending.lost_after is not None and self._may_still_land(decided):
            decided.pending.fail(OutcomeUnknown())
        elif not isinstance(decided.answer, Exception):
            decided.pending.reply(decided.answer, position)
        elif decided.pending.fingerprint is not None:
            return [decided]
        else:
            self.refuse(decided)
        return []

    def refuse(self, decided: Decided) -> None:
        """Say a no that stands. Of what was not refused nobody can tell here what became of it."""
        pending, no, _, version = decided
        if isinstance(no, Refused | PreconditionFailed):
            try:
                self._on_refusal(pending, no, self.stream, version)
            except Exception:
                # Whoever keeps it is nobody's reason to wait, neither of this one nor of those beside it.
                log.exception("a refusal at %s was not kept", self.stream)
        pending.fail(no if isinstance(no, Exception) else OutcomeUnknown())

    def _may_still_land(self, decided: Decided) -> bool:
        """Whether an append that was given up for lost could still carry out what is about to be answered otherwise.

        The look at the log waits for the locks of whatever the database is at work on, and not for what has yet to
        reach it: a backend that is frozen, or a network, may hold an append back and let it go much later. It then
        counts if the stream still stands where it was sent after, and if none of its keys is known.
        """
        pending = decided.pending
        if pending.lost_after != self.head.version:
            return False
        if pending.fingerprint is None:
            return True
        # A no that is kept under the key makes it known.
        return isinstance(decided.answer, Exception) and pending.answer_no is None

    # ------------------------------------------------------------------ catching up

    def catching_up(self) -> None:
        """The log is about to be read: what it says counts for every command that has come until now."""
        if not self.shared.is_contended:
            # Where turns are taken, waiting for one and reading belong to each batch, and to what newcomers will wait.
            self._room.rests()
        self._looking = self._came

    def catch_up(self, facts: Sequence[RecordedFact]) -> None:
        """Fold what the log has after `head`. Commands in doubt whose facts are among them have been carried out."""
        if not facts:
            return
        if self._in_doubt or self._found is not None:
            self._fold_looking_for_doubtful(facts)
        else:
            # One after the other, and not all decoded first: that would be a fifth slower.
            decode, evolve, state = CODEC.decode, self._aggregate.evolve, self._state
            for fact in facts:
                state = evolve(state, decode(fact.name, fact.schema_version, fact.data))
            self._state = state
        last = facts[-1]
        self.head = StreamHead(last.version, last.hash)
        self._position = last.position

    def _fold_looking_for_doubtful(self, facts: Sequence[RecordedFact]) -> None:
        for command_id, group in groupby(facts, key=lambda fact: fact.command_id):
            if self._found is not None and self._found.command_id != command_id:
                self._answer_found()
            recorded = list(group)
            decoded = [CODEC.decode(fact.name, fact.schema_version, fact.data) for fact in recorded]
            for fact in decoded:
                self._state = self._aggregate.evolve(self._state, fact)
            self._position = recorded[-1].position
            if command_id in self._in_doubt:
                self._find(self._in_doubt[command_id], decoded)

    def _find(self, pending: Pending, facts: list[Any]) -> None:
        # With an idempotency key it may be another process that carried it out, for another try of the same client,
        # and then our answer would be about things that never came to be. It is left in the queue: the store will
        # find its key known and give the answer that was kept.
        if pending.fingerprint is None:
            self._found = self._found or Found(pending)
            self._found.facts += facts

    def _answer_found(self) -> None:
        """All facts of a command in doubt have been folded, and none after them."""
        if self._found is not None:
            self._found.answer(self._state, self._position)
            self._found = None

    def caught_up(self) -> None:
        """The log has no more facts of this stream."""
        self._answer_found()
        self.stale = False
        self._seen = self._looking
        self.is_in_doubt = False
        self._in_doubt.clear()

    def drop_late(self, clock: float) -> bool:
        """Let nobody wait past their deadline; whether anybody still waits."""
        self.queue = deque(
            pending for pending in self.queue if not (pending.future.done() or self._is_late(pending, clock))
        )
        if not self.queue:
            # Whatever is in doubt was in the queue too, so nobody is left whom what is found would be told.
            self._in_doubt.clear()
        return bool(self.queue)

    def give_up(self, error: Exception) -> None:
        """The stream cannot be folded: nothing can be decided about it until this code is mended."""
        self.is_broken = True
        while self.queue:
            self.queue.popleft().fail(error)
