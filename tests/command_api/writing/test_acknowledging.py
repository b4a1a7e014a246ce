"""An answer stands: it is given after the commit, in order, and what it says is in the log once."""

import asyncio
from datetime import timedelta
from functools import partial

import orjson
import pytest

from command_api.writing.failures import PreconditionFailed
from domain.refusal import Refused
from domain.show.refusals import ShowNotFound, SoldOut
from tests.command_api.writing.desk import Desk, told
from tests.command_api.writing.unreliable import Held, Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import NOON, SHOW_ID, book, cancel, publish, schedule


@in_virtual_time
async def test_an_acknowledged_command_has_its_facts_in_the_log_once_at_the_position_it_names() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(100))
    bookings = [book() for _ in range(50)]
    asked = [desk.ask(booking) for booking in bookings]
    assert await desk.outcomes(*asked) == ["Reply"] * 50
    for booking, each in zip(bookings, asked, strict=True):
        reply = each.result()
        assert told(reply) == [("SeatsBooked", booking.booking_id)]
        assert store.inner.log[reply.position - 1].command_id == each.get_name()
        assert store.booked.count(booking.booking_id) == 1


@in_virtual_time
async def test_commands_that_wait_together_are_committed_together() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(100))
    first, held = desk.ask(book()), Held()
    store.coming.append(held)
    await held.reached.wait()
    others = [desk.ask(book()) for _ in range(40)]
    held.let_go.set()
    await desk.outcomes(first, *others)
    assert store.appends == 3  # the show, the first booking, all the others
    assert desk.commits == 3


@in_virtual_time
async def test_nobody_is_answered_before_the_commit_and_then_in_the_order_of_asking() -> None:
    store, order = Unreliable(), list[int]()
    desk = Desk(store)

    def note(number: int, _asked: object) -> None:
        order.append(number)

    await desk.ask(schedule(3))
    held = Held()
    store.coming.append(held)
    asked = [desk.ask(book()) for _ in range(5)]
    for number, each in enumerate(asked):
        each.add_done_callback(partial(note, number))
    await held.reached.wait()
    await asyncio.sleep(5)
    assert order == []
    held.let_go.set()
    assert await desk.outcomes(*asked) == ["Reply"] * 3 + ["Refused"] * 2
    assert order == [0, 1, 2, 3, 4]


@in_virtual_time
async def test_a_refusal_that_rests_on_facts_not_yet_committed_falls_with_them() -> None:
    store = Unreliable()
    desk, elsewhere = Desk(store), Desk(store)
    await desk.ask(schedule(1))
    first_buyer, refused = book(), book()
    held = Held()
    store.coming.append(held)
    first, second = desk.ask(first_buyer), desk.ask(refused)
    await held.reached.wait()
    # Meanwhile somebody else takes the place and gives it back, so the commit will fail.
    taken = book()
    await elsewhere.ask(taken)
    await elsewhere.ask(cancel(taken))
    assert not second.done()
    held.let_go.set()
    assert await desk.outcomes(first, second) == ["Reply", "Refused"]
    assert store.booked == [taken.booking_id, first_buyer.booking_id]


@in_virtual_time
async def test_a_refused_command_leaves_nothing() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(2))
    before = list(store.inner.log)
    with pytest.raises(Refused) as refused:
        await desk.ask(book(3))
    assert isinstance(refused.value.reason, SoldOut)

    def stale(_show: object) -> None:
        raise PreconditionFailed(7)

    with pytest.raises(PreconditionFailed):
        await desk.ask(book(), check=stale)
    assert store.inner.log == before


@in_virtual_time
async def test_what_does_not_exist_is_refused_after_one_look_at_the_log() -> None:
    store = Unreliable()
    desk = Desk(store)
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            await desk.ask(book())
        assert refused.value.reason == ShowNotFound(SHOW_ID)
    assert store.reads == 3


@in_virtual_time
async def test_a_command_that_changes_nothing_is_answered_with_the_position_of_what_it_found() -> None:
    store = Unreliable()
    desk = Desk(store)
    made = await desk.ask(schedule(2))
    again = await desk.ask(publish())
    assert told(again) == []
    assert again.position == made.position == 2


@in_virtual_time
async def test_many_refused_at_once_cost_the_log_one_look() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    await desk.ask(book())
    reads = store.reads
    assert await desk.outcomes(*(desk.ask(book()) for _ in range(200))) == ["Refused"] * 200
    assert store.reads - reads <= 2


@in_virtual_time
async def test_what_time_has_made_true_is_written_once_also_when_whoever_asked_is_refused() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(2, window=60))
    held = book(2)
    await desk.ask(held)
    later = NOON + timedelta(seconds=61)
    assert await desk.outcomes(*(desk.ask(book(3, at=later)) for _ in range(3))) == ["Refused"] * 3
    expired = store.inner.log[-1]
    assert [fact.name for fact in store.inner.log[2:]] == ["SeatsHeld", "BookingExpired"]
    assert expired.tags == (f"booking:{held.booking_id}",)
    assert orjson.loads(expired.metadata)["by"] == {"id": "time", "role": "system"}
