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
async def test_a_turn_that_is_refused_is_done_without_and_breaks_nothing() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    writer = here.writers._writers[f"show-{SHOW_ID}"]
    store.turn_error = PermissionError("no locks for you")
    assert await here.outcomes(*(here.ask(book()) for _ in range(3))) == ["Reply"] * 3
    assert here.writers._writers[f"show-{SHOW_ID}"] is writer


@in_virtual_time
async def test_what_was_appended_in_a_turn_stands_though_the_turn_cannot_be_left() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    store.silent_leavings = 1
    before = len(store.booked)
    assert await here.outcomes(*(here.ask(book()) for _ in range(3))) == ["Reply"] * 3
    assert await here.outcomes(here.ask(book())) == ["Reply"]
    assert len(store.booked) == before + 4


@in_virtual_time
async def test_a_stream_that_cannot_be_folded_in_a_turn_is_told_and_read_anew_by_the_next() -> None:
    store = Unreliable()
    here, there = await opened(store)
    await come_second(here, there)
    stream = store.inner._streams[f"show-{SHOW_ID}"]
    good = stream[-1]
    await there.ask(book())
    stream[-1] = stream[-1]._replace(data="{}")
    assert await here.outcomes(*(here.ask(book()) for _ in range(2))) == ["ValidationError"] * 2
    stream[-1] = good
    del stream[-1], store.inner.log[-1]
    assert await here.outcomes(here.ask(book())) == ["Reply"]


@in_virtual_time
async def test_a_log_that_went_back_while_turns_are_taken_is_read_from_its_start() -> None:
    store = Unreliable()
    here, there = await opened(store, places=8)
    await come_second(here, there)
    del store.inner.log[3:], store.inner._streams[f"show-{SHOW_ID}"][3:]
    outcomes = await here.outcomes(*(here.ask(book()) for _ in range(9)))
    assert outcomes == ["Reply"] * 7 + ["Refused"] * 2
    assert len(store.booked) == len(set(store.booked)) == 8


@in_virtual_time
async def test_a_log_that_went_back_is_nobody_who_was_first() -> None:
    store = Unreliable()
    here, _ = await opened(store)
    for _ in range(LOST_MIN):
        await here.ask(book())
    del store.inner.log[3:], store.inner._streams[f"show-{SHOW_ID}"][3:]
    assert set(await here.outcomes(*(here.ask(book()) for _ in range(LOST_MIN)))) == {"Reply"}
    assert store.turns == 0


@in_virtual_time
async def test_a_queue_whose_turns_come_slowly_takes_no_more_than_it_can_decide_in_time() -> None:
    store = Unreliable()
    here = Desk(store, batch_facts_max=LOST_MIN, queue_seconds_max=2.0)
    there = Desk(store)
    await here.ask(schedule(1_000, on_sale=False))
    await there.ask(publish())
    await here.ask(book())
    await come_second(here, there)
    asked = [here.ask(book()) for _ in range(4 * LOST_MIN)]
    for _ in range(3):
        async with store.inner.turn(f"show-{SHOW_ID}"):
            await asyncio.sleep(1.0)
    # A batch a second, and two seconds to wait at most: one batch.
    more = [here.ask(book()) for _ in range(3 * LOST_MIN)]
    outcomes = await here.outcomes(*more)
    assert outcomes.count("Overloaded") == 3 * LOST_MIN
    assert set(await here.outcomes(*asked)) == {"Reply"}


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
