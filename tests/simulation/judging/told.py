"""One stream told again from its beginning: every command decided anew, where the log has it, on what the log had then.

The log is the one order in which everything took effect. So a command's facts must be just what the rules decide on the
facts before them, all of them, together and once; and a no, or an answer that changed nothing, must have been true at
some moment between the asking and the answer. With both the whole history is linearizable.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import orjson

from command_api.aggregates import SHOW
from command_api.policies import when_show_is_cancelled_cancel_bookings as cancelling
from command_api.writing.answer import Answer, Reply
from command_api.writing.batch import TIME_COMMAND_ID
from command_api.writing.failures import PreconditionFailed
from domain.codec import CODEC
from domain.refusal import Refused
from domain.show.commands import CancelBookingsOfShow
from domain.show.state import Show
from eventstore.facts import RecordedFact
from tests.simulation.history import Attempt
from tests.simulation.judging.broken import require
from tests.simulation.orders import no_answer


class CarriedOut(NamedTuple):
    """A command in the log: where its last fact stands, what it was answered with, and whose try it was."""

    position: int
    answer: Answer
    attempt: Attempt


class Told:
    """`doubtful` are the attempts whose answer must have been true at some version; those found so are taken off."""

    def __init__(
        self,
        recorded: Sequence[RecordedFact],
        asked: dict[str, list[Attempt]],
        doubtful: Sequence[Attempt],
    ) -> None:
        self.carried_out: dict[str, CarriedOut] = {}
        self.unproven: dict[int, Attempt] = {attempt.number: attempt for attempt in doubtful}
        self._asked = asked
        self._show = Show()
        self._version = 0
        self._tell(recorded)

    def _tell(self, recorded: Sequence[RecordedFact]) -> None:
        self._prove()
        for command_id, group in groups(recorded):
            facts = [CODEC.decode(fact.name, fact.schema_version, fact.data) for fact in group]
            if command_id == TIME_COMMAND_ID:
                self._require_time(group, facts)
            elif orjson.loads(group[0].metadata)["by"]["role"] == "policy":
                self._require_policy(group, facts)
            else:
                require(
                    command_id not in self.carried_out, "one effect", f"{command_id} a second time: {facts}"
                )
                attempt = self._whose(command_id, group, facts)
                self._fold(facts)
                self.carried_out[command_id] = CarriedOut(
                    group[-1].position, attempt.render(self._show, facts), attempt
                )
                continue
            self._fold(facts)

    def _fold(self, facts: list[Any]) -> None:
        # Fact by fact: what others see of a command, they see after the last one, but time alone may have its own
        # say between two, and a batch is many commands.
        for fact in facts:
            self._show = SHOW.evolve(self._show, fact)
        self._version += len(facts)
        self._prove()

    def _require_time(self, group: list[RecordedFact], facts: list[Any]) -> None:
        lapsed = SHOW.lapse(self._show, facts[0].at)
        require(facts == lapsed, "time's facts", f"{facts} at version {group[0].version}, not {lapsed}")

    def _require_policy(self, group: list[RecordedFact], facts: list[Any]) -> None:
        command = CancelBookingsOfShow(facts[0].show_id, facts[0].at, cancelling.BOOKINGS_MAX)
        require(decided(self._show, command) == facts, "whole commands", f"{facts} of a policy")

    def _whose(self, command_id: str, group: list[RecordedFact], facts: list[Any]) -> Attempt:
        tries = self._asked.get(command_id, [])
        require(bool(tries), "asked for", f"nobody asked for {facts}")
        can = [attempt for attempt in tries if self._decides(attempt, facts)]
        where = f"{facts} at version {group[0].version}"
        require(bool(can), "whole commands", f"{where} is not what {tries[0]} decides")
        # Tries that would have decided the same cannot be told apart, but by what they were told.
        return next((attempt for attempt in can if attempt.kind == "accepted"), can[0])

    def _decides(self, attempt: Attempt, facts: list[Any]) -> bool:
        if SHOW.stream(attempt.command.show_id) != attempt.stream or _precluded(attempt, self._show):
            return False
        return decided(self._show, attempt.command) == facts

    def _prove(self) -> None:
        """Take off whose answer is true here."""
        proven = [
            attempt
            for attempt in self.unproven.values()
            if self._since(attempt) <= self._version <= attempt.version_answered
            and self._is_true_here(attempt)
        ]
        for attempt in proven:
            del self.unproven[attempt.number]

    def _since(self, attempt: Attempt) -> int:
        """Under a key all tries are one question. A no that is kept was true since the first of them."""
        if not is_kept_no(attempt.reply):
            return attempt.version_asked
        return min(each.version_asked for each in self._asked[attempt.command_id])

    def _is_true_here(self, attempt: Attempt) -> bool:
        if is_kept_no(attempt.reply):
            return any(self._is_refused_here(each, attempt) for each in self._asked[attempt.command_id])
        self._show.savepoint()
        try:
            if self._show.version:
                for fact in SHOW.lapse(self._show, attempt.command.now):
                    self._show = SHOW.evolve(self._show, fact)
            # Tries under one key share an answer, and so whatever precondition the one had that was decided.
            tries = self._asked[attempt.command_id]
            no = attempt.error
            if isinstance(no, PreconditionFailed):
                return no.version == self._show.version and any(
                    _precluded(each, self._show) for each in tries
                )
            return not all(_precluded(each, self._show) for each in tries) and self._says_so(attempt)
        finally:
            self._show = self._show.restored()

    def _is_refused_here(self, decided: Attempt, told: Attempt) -> bool:
        """Whether the try `decided` would hear the no here that is kept, and was `told` to another one."""
        assert told.reply is not None
        self._show.savepoint()
        try:
            if self._show.version:
                for fact in SHOW.lapse(self._show, decided.command.now):
                    self._show = SHOW.evolve(self._show, fact)
            if _precluded(decided, self._show):
                return no_answer(PreconditionFailed(self._show.version)) == told.reply.answer
            SHOW.decide(decided.command, self._show)
        except Refused as no:
            return no_answer(no) == told.reply.answer
        finally:
            self._show = self._show.restored()
        return False

    def _says_so(self, attempt: Attempt) -> bool:
        try:
            facts = SHOW.decide(attempt.command, self._show)
        except Refused as no:
            return isinstance(attempt.error, Refused) and attempt.error.reason == no.reason
        if facts or attempt.reply is None:
            return False
        return attempt.render(self._show, []) == attempt.reply.answer


def is_kept_no(reply: Reply | None) -> bool:
    """A no that a retry was told again."""
    return reply is not None and reply.answer.status >= 400


def groups(recorded: Sequence[RecordedFact]) -> Iterator[tuple[str, list[RecordedFact]]]:
    """Facts that stand together by command, time's also by moment."""
    for (command_id, _), group in groupby(recorded, key=_together):
        yield command_id, list(group)


def _together(fact: RecordedFact) -> tuple[str, str]:
    at = orjson.loads(fact.data)["at"] if fact.command_id == TIME_COMMAND_ID else ""
    return fact.command_id, at


def decided(show: Show, command: Any) -> list[Any] | None:
    """What the rules make of it; None for a no."""
    try:
        return SHOW.decide(command, show)
    except Refused:
        return None


def _precluded(attempt: Attempt, show: Show) -> bool:
    return attempt.if_version is not None and attempt.if_version != show.version
