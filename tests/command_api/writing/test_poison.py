"""A command that trips over a mistake of ours gets an error, and nobody beside it notices."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from command_api.aggregates import SHOW
from command_api.writing.answer import Answer
from domain.show.commands import BookSeats
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import Held, Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book, cancel, schedule

POISON = 13
"""As many tickets as no decision survives."""


def decide(command: Any, show: Any) -> list[Any]:
    if isinstance(command, BookSeats) and len(command.new_tickets) == POISON:
        raise ZeroDivisionError
    return SHOW.decide(command, show)


FRAGILE = replace(SHOW, decide=decide)


def cannot_be_told(_state: Any, _facts: list[Any]) -> Answer:
    raise ZeroDivisionError


@in_virtual_time
async def test_a_poison_command_harms_nobody_beside_it() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(50), aggregate=FRAGILE)
    store.coming.append(held)
    first = desk.ask(book(), aggregate=FRAGILE)
    await held.reached.wait()
    good = [book() for _ in range(9)]
    asked = [
        desk.ask(command, aggregate=FRAGILE)
        for command in (good[0], book(POISON), *good[1:5], book(POISON), book(POISON), *good[5:])
    ]
    held.let_go.set()
    expected = ["Reply", "ZeroDivisionError", *["Reply"] * 4, *["ZeroDivisionError"] * 2, *["Reply"] * 4]
    assert await desk.outcomes(first, *asked) == ["Reply", *expected]
    assert store.booked[1:] == [command.booking_id for command in good]


@in_virtual_time
async def test_when_the_answer_cannot_be_made_nothing_of_the_command_is_written() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(3))
    first, broken, last = book(2), book(1), book(1)
    asked = [desk.ask(first), desk.ask(broken, render=cannot_be_told), desk.ask(last), desk.ask(book())]
    assert await desk.outcomes(*asked) == ["Reply", "ZeroDivisionError", "Reply", "Refused"]
    assert store.booked == [first.booking_id, last.booking_id]


@in_virtual_time
async def test_a_refusal_with_a_key_just_before_a_poison_command_is_still_said() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    await desk.ask(book())
    # All three in one round: the refusal is ready to be said when the poison comes.
    refused, poison, last = (
        desk.ask(book(), key="k"),
        desk.ask(book(), render=cannot_be_told, check=_boom),
        desk.ask(book()),
    )
    assert await desk.outcomes(refused, poison, last) == ["Refused", "ZeroDivisionError", "Refused"]


def _boom(_state: Any) -> None:
    raise ZeroDivisionError


@in_virtual_time
async def test_thousands_of_poison_commands_at_once_are_each_told() -> None:
    desk = Desk(Unreliable(), queue_max=5_000)
    await desk.ask(schedule(50))
    poison = [desk.ask(book(), render=cannot_be_told) for _ in range(2_500)]
    good = desk.ask(book())
    assert set(await desk.outcomes(*poison)) == {"ZeroDivisionError"}
    await good


@in_virtual_time
async def test_facts_that_the_store_chokes_on_harm_no_other_stream() -> None:
    store = Unreliable()
    desk = Desk(store, flights_max=1)
    shows = [f"s{number}" for number in range(5)]
    await asyncio.gather(*(desk.ask(schedule(5, show)) for show in shows))
    store.refuses = {"show-s2"}
    asked = [desk.ask(book(show=show)) for show in shows]
    assert await desk.outcomes(*asked) == ["Reply", "Reply", "ValueError", "Reply", "Reply"]
    store.refuses = set()
    await desk.ask(book(show="s2"))
    assert len(store.booked) == 5


@in_virtual_time
async def test_a_stream_that_cannot_be_folded_is_broken_alone_and_heals_with_the_code() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(5))
    await desk.ask(schedule(5, "other"))
    whole = store.inner.log[0]
    store.inner._streams["show-broken"] = [whole._replace(stream="show-broken", name="NobodyKnowsThis")]
    broken = [desk.ask(book(show="broken")) for _ in range(3)]
    fine = desk.ask(book(show="other"))
    assert await desk.outcomes(*broken, fine) == ["UnknownFact"] * 3 + ["Reply"]
    store.inner._streams["show-broken"] = []
    assert await desk.outcomes(desk.ask(book(show="broken"))) == ["Refused"]


@in_virtual_time
async def test_a_lookup_that_trips_leaves_nobody_waiting() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    booking = book()
    await desk.ask(booking)
    store.lookup_error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await desk.ask(book(), key="k")
    store.lookup_error = None
    await desk.ask(cancel(booking))
