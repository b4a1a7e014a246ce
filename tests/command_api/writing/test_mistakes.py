"""A mistake of ours anywhere between a decision and its answer keeps no writer busy and nobody waiting."""

from collections.abc import Callable
from typing import Any

import pytest

from command_api.writing import appender
from command_api.writing.observed import WriteMetrics
from command_api.writing.writer import Writer
from eventstore.appending import Outcome
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book, schedule

OTHER = "00000000-0000-7000-8000-00000000000b"


def boom(*_: Any) -> Any:
    raise ZeroDivisionError


@in_virtual_time
async def test_who_hears_of_commits_may_fail_and_everybody_is_answered() -> None:
    store = Unreliable()
    desk = Desk(store)
    desk.writers._appender._on_commit = boom
    await desk.ask(schedule(5))
    assert await desk.outcomes(desk.ask(book()), desk.ask(book(), key="k")) == ["Reply", "Reply"]
    assert await desk.outcomes(desk.ask(book())) == ["Reply"]
    assert len(store.booked) == 3


@in_virtual_time
async def test_metrics_may_fail_and_everybody_is_answered() -> None:
    store = Unreliable()
    desk = Desk(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WriteMetrics, "flown", boom)
        await desk.ask(schedule(5))
        assert await desk.outcomes(desk.ask(book()), desk.ask(book(), key="k")) == ["Reply", "Reply"]
    assert await desk.outcomes(desk.ask(book())) == ["Reply"]
    assert len(store.booked) == 3


def failing_at(*numbers: int) -> Callable[..., Any]:
    """`Writer.settle` that trips at these calls."""
    settle, calls = Writer.settle, iter(range(1_000))

    def tripping(writer: Writer[Any], outcome: Outcome | None) -> Any:
        if next(calls) in numbers:
            raise ZeroDivisionError
        return settle(writer, outcome)

    return tripping


@in_virtual_time
async def test_who_was_not_told_what_became_of_it_asks_the_log() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(5))
    await desk.ask(schedule(5, OTHER))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "settle", failing_at(0))
        asked = [desk.ask(book()), desk.ask(book(), key="k"), desk.ask(book(show=OTHER))]
        assert await desk.outcomes(*asked) == ["Reply"] * 3
    assert await desk.outcomes(desk.ask(book()), desk.ask(book(show=OTHER))) == ["Reply"] * 2
    assert len(store.booked) == len(set(store.booked)) == 5


@in_virtual_time
async def test_in_a_turn_of_its_own_it_asks_the_log_as_well() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(5))
    (writer,) = desk.writers._writers.values()
    writer.shared.is_contended = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "settle", failing_at(0))
        assert await desk.outcomes(desk.ask(book()), desk.ask(book())) == ["Reply"] * 2
    assert store.turns == 1
    assert len(store.booked) == 2


@in_virtual_time
async def test_who_cannot_even_go_back_fails_and_keeps_nobody_waiting() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(5))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "settle", boom)
        asked = [desk.ask(book()), desk.ask(book(), key="k")]
        assert await desk.outcomes(*asked) == ["ZeroDivisionError"] * 2
    # What was sent has arrived all the same, and the key tells.
    retry = desk.ask(book(), key="k")
    assert await desk.outcomes(retry, desk.ask(book())) == ["Reply"] * 2
    assert retry.result().replayed
    assert len(store.booked) == 3


@in_virtual_time
async def test_when_deciding_itself_fails_those_who_wait_hear_it_and_the_next_are_served() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(5))
    await desk.ask(schedule(5, OTHER))
    (writer, _) = desk.writers._writers.values()
    writer._is_crowded, writer._tell_room = True, boom
    asked = [desk.ask(book()), desk.ask(book()), desk.ask(book(show=OTHER))]
    assert await desk.outcomes(*asked) == ["ZeroDivisionError", "ZeroDivisionError", "Reply"]
    writer._tell_room = lambda _: None
    assert await desk.outcomes(desk.ask(book())) == ["Reply"]
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_refusal_that_cannot_be_kept_is_said() -> None:
    desk = Desk(Unreliable())
    await desk.ask(schedule(1))
    (writer,) = desk.writers._writers.values()
    writer._on_refusal = boom
    asked = [desk.ask(book()), desk.ask(book()), desk.ask(book(), key="k"), desk.ask(book(), key="l")]
    assert await desk.outcomes(*asked) == ["Reply", "Refused", "Refused", "Refused"]


@in_virtual_time
async def test_a_mistake_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(Unreliable())
    desk.writers._appender._on_commit = boom
    await desk.ask(schedule(1))
    await desk.writers._appender.drain()
    assert [(record.name, record.exc_info is not None) for record in caplog.records] == [
        (appender.__name__, True)
    ]
