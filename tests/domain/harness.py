"""given(facts).when(command).then(facts): what a writer does with one command, said in one line.

A writer folds the history, asks what time alone has made true (`lapse`), folds that, decides, folds the decision. Every
example also checks on the way what must hold for all of them: a decision changes nothing, and whatever was decided can
be stored and read back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import pytest

from domain.codec import CODEC
from domain.refusal import Refusal, Refused

S = TypeVar("S")


def nothing_lapses(_state: Any, _now: datetime) -> Sequence[Any]:
    """For aggregates to which nothing happens by the mere passing of time."""
    return ()


class Decider(Generic[S]):
    """One aggregate's functions. `picture` shows everything in a state, for comparing before and after."""

    def __init__(
        self,
        new: Callable[[], S],
        decide: Callable[[Any, S], Sequence[Any]],
        evolve: Callable[[S, Any], S],
        lapse: Callable[[S, datetime], Sequence[Any]] = nothing_lapses,
        picture: Callable[[S], object] = lambda state: state,
    ) -> None:
        self.new = new
        self.decide = decide
        self.evolve = evolve
        self.lapse = lapse
        self.picture = picture

    def given(self, *history: Any) -> "Given[S]":
        """Facts, or lists of facts, in order."""
        facts = [fact for part in history for fact in (part if isinstance(part, list) else [part])]
        return Given(self, self.fold(self.new(), facts))

    def fold(self, state: S, facts: Sequence[Any]) -> S:
        for fact in facts:
            state = self.evolve(state, fact)
        return state

    def run(self, command: Any, state: S) -> tuple[S, list[Any]]:
        """The state and all the facts after `command`; raises `Refused`, having folded what lapsed."""
        lapsed = self.lapse(state, command.now)
        state = self.fold(state, lapsed)
        before = self.picture(state)
        try:
            decided = self.decide(command, state)
        finally:
            assert self.picture(state) == before, "a decision must not change the state"
        return self.fold(state, decided), [*lapsed, *decided]


class Given(Generic[S]):
    """A history, folded. `state` is there for the questions that are not commands."""

    def __init__(self, decider: Decider[S], state: S) -> None:
        self._decider = decider
        self.state = state

    def when(self, command: Any) -> "When[S]":
        return When(self._decider, self.state, command)


class When(Generic[S]):
    """A command about to be carried out; nothing happens before it is said what is expected."""

    def __init__(self, decider: Decider[S], state: S, command: Any) -> None:
        self._decider = decider
        self._state = state
        self._command = command

    def then(self, *expected: Any) -> Given[S]:
        """Exactly these facts follow, in this order; and from there one can go on."""
        state, facts = self._decider.run(self._command, self._state)
        assert facts == list(expected)
        for fact in facts:
            assert CODEC.decode(*CODEC.encode(fact)) == fact
        return Given(self._decider, state)

    def refuses(self, reason: Refusal) -> Given[S]:
        """The command is refused for this reason."""
        with pytest.raises(Refused) as refused:
            self._decider.run(self._command, self._state)
        assert refused.value.reason == reason
        assert type(refused.value.reason) is type(reason)
        return Given(self._decider, self._state)
