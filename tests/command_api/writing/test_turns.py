"""A stream on which several processes get into each other's way is written in turns."""

import asyncio

from command_api.writing.shared import LOST_MIN, TURNS_ALONE_MAX
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import Unreliable, answer_is_lost
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import SHOW_ID, book, publish, schedule


async def come_second(here: Desk, there: Desk) -> None:
    """`here` loses a batch of many commands to `there`."""
    await there.ask(book())
    assert set(await here.outcomes(*(here.ask(book()) for _ in range(LOST_MIN)))) == {"Reply"}


async def opened(store: Unreliable, places: int = 1_000) -> tuple[Desk, Desk]:
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(places, on_sale=False))
    await there.ask(publish())
    await here.ask(book())
    return here, there


@in_virtual_time
async def test_after_a_batch_decided_for_nothing_turns_are_taken_and_nothing_more_is() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    assert store.turns == 1
    appends = store.appends
    for _ in range(5):
        asked = [desk.ask(book()) for desk in (here, there) for _ in range(LOST_MIN)]
        assert set(await here.outcomes(*asked)) == {"Reply"}
    # The first time `there` comes second itself; from then on each batch is written at the first try.
    assert store.appends - appends <= 2 * 5 + 1
    assert len(store.booked) == len(set(store.booked))


@in_virtual_time
async def test_a_single_command_that_comes_second_takes_no_turns() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await there.ask(book())
    await here.ask(book())
    await here.ask(book())
    assert store.turns == 0


@in_virtual_time
async def test_once_nobody_else_writes_turns_are_over() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    for _ in range(TURNS_ALONE_MAX + 5):
        await here.ask(book())
    assert store.turns == TURNS_ALONE_MAX + 2


@in_virtual_time
async def test_who_waits_for_a_turn_keeps_no_other_show_waiting() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await here.ask(schedule(10, "another"))
    await come_second(here, there)
    async with store.inner.turn(f"show-{SHOW_ID}"):
        waiting = here.ask(book())
        for _ in range(5):
            assert await here.outcomes(here.ask(book(show="another"))) == ["Reply"]
        assert not waiting.done()
    assert await here.outcomes(waiting) == ["Reply"]


@in_virtual_time
async def test_a_turn_that_cannot_be_had_is_done_without() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    store.silent_turns = 1
    assert await here.outcomes(here.ask(book())) == ["Reply"]
    turns = store.turns
    assert await here.outcomes(here.ask(book())) == ["Reply"]
    assert store.turns == turns


@in_virtual_time
async def test_an_append_within_a_turn_whose_answer_is_lost_is_found_out() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    before = len(store.booked)
    store.coming.append(answer_is_lost)
    asked = [here.ask(book()) for _ in range(3)]
    async with asyncio.timeout(60):
        assert await here.outcomes(*asked) == ["Reply"] * 3
    assert len(store.booked) == before + 3
