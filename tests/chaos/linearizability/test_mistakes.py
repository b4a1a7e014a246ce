"""The write path's own histories are linearizable; with one care of it taken away they are not, and that is found."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from command_api.aggregates import SHOW
from domain.show.choosing import Pick
from eventstore.appending import Item, Outcome, StreamHead
from eventstore.memory import MemoryStore
from tests.chaos.linearizability.search import Finding, linearizable
from tests.chaos.linearizability.seat import SeatModel
from tests.chaos.linearizability.small_hall import Histories, SmallHall
from tests.chaos.mistakes import MISTAKES
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.weather import Database

SEEDS = range(30)


class Unchecked(MemoryStore):
    """Facts are written wherever the stream stands by now, and not where it stood when they were decided."""

    def _append_one(self, item: Item, recorded_at: datetime) -> Outcome:
        stream = self._streams.get(item.stream, [])
        after = StreamHead(stream[-1].version, stream[-1].hash) if stream else item.after
        return super()._append_one(item._replace(after=after), recorded_at)


def found(histories: Histories) -> set[Finding]:
    return {linearizable(history, SeatModel()).finding for history in histories.values()}


def in_any_day(day: Callable[[int], Coroutine[Any, Any, Histories]]) -> set[Finding]:
    seen: set[Finding] = set()

    @in_virtual_time
    async def one(seed: int) -> None:
        seen.update(found(await day(seed)))

    for seed in SEEDS:
        if Finding.VIOLATED not in seen:
            one(seed)
    return seen


def test_what_clients_are_told_of_a_seat_is_linearizable_whatever_the_weather() -> None:
    assert in_any_day(lambda seed: SmallHall(seed, Database()).day()) == {Finding.LINEARIZABLE}


def test_a_store_that_does_not_check_versions_is_found() -> None:
    async def day(seed: int) -> Histories:
        database = Database()
        database.store = Unchecked()
        hall = SmallHall(seed, database)
        # It does not get far: facts come up that fit no state.
        with suppress(KeyError, AttributeError, ValueError):
            await hall.day()
        return hall.histories

    assert Finding.VIOLATED in in_any_day(day)


def test_a_decision_that_does_not_look_whether_a_seat_is_free_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pick, "take_seat", lambda _pick, _seat: True)
    assert Finding.VIOLATED in in_any_day(lambda seed: SmallHall(seed, Database()).day())


@pytest.mark.parametrize("seconds", [-1, 1])
def test_holds_that_end_a_second_early_or_late_are_found(seconds: int) -> None:
    wrong = replace(SHOW, lapse=lambda show, now: SHOW.lapse(show, now - timedelta(seconds=seconds)))
    assert Finding.VIOLATED in in_any_day(lambda seed: SmallHall(seed, Database(), wrong).day())


@pytest.mark.parametrize("name", ["old-no", "answer-before-commit"])
def test_mistakes_of_the_write_path_are_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MISTAKES[name].make(monkeypatch.setattr)
    assert Finding.VIOLATED in in_any_day(lambda seed: SmallHall(seed, Database()).day())
