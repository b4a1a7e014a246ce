"""Everything is bounded: the queue, the wait, the writers kept in memory."""

import asyncio
import gc
import weakref

import pytest

from command_api.writing import writers
from command_api.writing.answer import Reply
from command_api.writing.failures import Overloaded
from command_api.writing.writers import LOOK_SECONDS
from domain.show.state import Show
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import Held, LostAfterAWhile, Unreliable, arrives
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import SHOW_ID, book, schedule


def shows_kept() -> int:
    return sum(type(each) is Show for each in gc.get_objects())


@in_virtual_time
async def test_beyond_the_queues_bound_the_answer_is_to_come_back_later() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store, queue_max=5)
    await desk.ask(schedule(100))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    asked = [desk.ask(book()) for _ in range(8)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    held.let_go.set()
    assert await desk.outcomes(first, *asked) == ["Reply"] * 6 + ["Overloaded"] * 3
    assert len(store.booked) == 6


@in_virtual_time
async def test_appends_that_fail_one_after_the_other_do_not_make_the_queue_any_longer() -> None:
    store = Unreliable()
    desk = Desk(store, queue_max=2)
    await desk.ask(schedule(100))
    writer = desk.writers._writers[f"show-{SHOW_ID}"]
    lost = [LostAfterAWhile() for _ in range(6)]
    # Each failure is followed by an empty append, which asks what became of it.
    store.coming.extend(call for each in lost for call in (each, arrives))
    asked = [desk.ask(book()) for _ in range(3)]
    for each in lost:
        await each.reached.wait()
        asked += [desk.ask(book()) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert len(writer.queue) + len(writer._batch.decided) <= 4
        each.let_go.set()
    outcomes = await desk.outcomes(*asked)
    assert outcomes.count("Reply") == 4
    assert len(store.booked) == 4


@in_virtual_time
async def test_a_command_past_its_deadline_is_not_carried_out() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(100))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    late = desk.ask(book(), wait=0.5)
    patient = desk.ask(book(), wait=5)
    await asyncio.sleep(0.7)
    held.let_go.set()
    assert await desk.outcomes(first, late, patient) == ["Reply", "Overloaded", "Reply"]
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_command_whose_client_left_before_the_decision_is_dropped() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(2))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    left, stayed = desk.ask(book()), desk.ask(book())
    await asyncio.sleep(0)
    left.cancel()
    held.let_go.set()
    await asyncio.wait([first, left, stayed])
    assert left.cancelled()
    assert stayed.exception() is None
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_command_whose_client_has_hung_up_is_not_decided() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(2))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    left, stayed = desk.ask(book(), has_left=lambda: True), desk.ask(book())
    held.let_go.set()
    assert await desk.outcomes(first, left, stayed) == ["Reply", "ClientLeft", "Reply"]
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_command_that_a_retry_waits_for_is_carried_out_though_its_first_client_left() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(2))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    wanted = book()
    left = desk.ask(wanted, key="k", has_left=lambda: True)
    await asyncio.sleep(0)
    again = desk.ask(wanted, key="k")
    await asyncio.sleep(0)
    held.let_go.set()
    assert await desk.outcomes(first, left, again) == ["Reply", "Reply", "Reply"]
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_retry_that_comes_just_when_the_first_try_is_dropped_is_carried_out() -> None:
    desk = Desk(Unreliable())
    await desk.ask(schedule(2))
    wanted, again = book(), list[asyncio.Task[Reply]]()

    def has_left() -> bool:
        again.append(desk.ask(wanted, key="k"))
        return True

    left = desk.ask(wanted, key="k", has_left=has_left)
    assert await desk.outcomes(left) == ["ClientLeft"]
    assert await desk.outcomes(*again) == ["Reply"]


@in_virtual_time
async def test_who_would_wait_too_long_is_told_at_once_and_when_it_moves_again_all_are_taken() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store, queue_seconds_max=2.0)
    await desk.ask(schedule(100))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    early = desk.ask(book())
    await asyncio.sleep(2.5)
    late = [desk.ask(book()) for _ in range(3)]
    await asyncio.wait(late)
    assert await desk.outcomes(*late) == ["Overloaded"] * 3
    held.let_go.set()
    assert await desk.outcomes(first, early) == ["Reply", "Reply"]
    assert await desk.outcomes(*(desk.ask(book()) for _ in range(50))) == ["Reply"] * 50


@in_virtual_time
async def test_a_client_that_leaves_after_the_decision_does_not_stop_it() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(2))
    store.coming.append(held)
    left = desk.ask(book())
    await held.reached.wait()
    left.cancel()
    held.let_go.set()
    await desk.ask(book())
    assert len(store.booked) == 2


@in_virtual_time
async def test_only_idle_writers_are_forgotten_and_what_they_knew_is_read_again() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store, writers_max=2)
    for show in ("a", "b", "c"):
        await desk.ask(schedule(1, show))
    assert list(desk.writers._writers) == ["show-b", "show-c"]
    await desk.ask(book(show="a"))
    assert await desk.outcomes(desk.ask(book(show="a"))) == ["Refused"]
    store.coming.append(held)
    busy = desk.ask(book(show="c"))
    await held.reached.wait()
    await desk.outcomes(*(desk.ask(book(show=show)) for show in ("x", "y", "z")))
    assert "show-c" in desk.writers._writers
    held.let_go.set()
    await busy


@in_virtual_time
async def test_a_show_that_nobody_asks_for_any_more_is_forgotten_with_its_state_and_read_again_when_needed() -> (
    None
):
    desk = Desk(Unreliable(), cold_seconds=900.0)
    await desk.ask(schedule(10, "warm"))
    await desk.ask(schedule(10, "cold"))
    await desk.ask(book(show="cold"))
    state = weakref.ref(desk.writers._writers["show-cold"])
    for _ in range(10):
        await asyncio.sleep(100)
        await desk.ask(book(show="warm"))
    assert state() is None
    assert list(desk.writers._writers) == ["show-warm"]
    assert await desk.outcomes(desk.ask(book(9, "cold")), desk.ask(book(1, "cold"))) == ["Reply", "Refused"]


@in_virtual_time
async def test_what_is_forgotten_is_freed_at_once_and_leaves_nothing_to_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        desk = Desk(Unreliable(), writers_max=1)
        await desk.ask(schedule(10, "first"))
        await desk.ask(book(show="first"))
        kept = shows_kept()
        await desk.ask(schedule(10, "second"))
        assert shows_kept() == kept
    finally:
        gc.enable()


@in_virtual_time
async def test_when_many_facts_are_kept_the_shows_that_are_used_least_are_forgotten() -> None:
    desk = Desk(Unreliable(), facts_kept_max=25)
    for show in ("a", "b", "c"):
        await desk.ask(schedule(100, show))
        for _ in range(8):
            await desk.ask(book(show=show))
    await desk.ask(book(show="a"))
    await asyncio.sleep(LOOK_SECONDS)
    assert list(desk.writers._writers) == ["show-c", "show-a"]


@in_virtual_time
async def test_what_was_forgotten_is_told_once_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "LARGE_FACTS", 10)
    desk = Desk(Unreliable(), writers_max=1)
    for number, show in enumerate(("a", "b", "c", "d")):
        await desk.ask(schedule(100, show))
        for _ in range(4):
            await desk.ask(book(show=show))
        assert desk.much_forgotten == (1 if number > 1 else 0)


@in_virtual_time
async def test_when_every_writer_is_at_work_there_is_still_room_for_one_more() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store, writers_max=1)
    for show in ("a", "b"):
        await desk.ask(schedule(1, show))
    store.coming.append(held)
    busy = desk.ask(book(show="a"))
    await held.reached.wait()
    await desk.ask(book(show="b"))
    held.let_go.set()
    await busy


@in_virtual_time
async def test_closing_finishes_what_waits_and_takes_nothing_more() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(100))
    asked = [desk.ask(book()) for _ in range(10)]
    await asyncio.sleep(0)
    await desk.writers.close()
    assert await desk.outcomes(*asked) == ["Reply"] * 10
    with pytest.raises(Overloaded):
        await desk.ask(book())
    with pytest.raises(Overloaded):
        await desk.ask(book(), key="k")
    assert len(store.booked) == 10


@in_virtual_time
async def test_closing_may_be_given_up_and_what_is_under_way_goes_on() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(100))
    store.coming.append(held)
    asked = desk.ask(book())
    await held.reached.wait()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await desk.writers.close()
    held.let_go.set()
    await asked
    await desk.writers.close()


@in_virtual_time
async def test_a_batch_holds_no_more_facts_than_it_may() -> None:
    store = Unreliable()
    desk = Desk(store, batch_facts_max=10)
    await desk.ask(schedule(100))
    assert await desk.outcomes(*(desk.ask(book()) for _ in range(95))) == ["Reply"] * 95
    assert store.appends == 1 + 10
