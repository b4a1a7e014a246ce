"""An idempotency key stands for one command for ever: the first answer again, whatever happened in between."""

import asyncio

import pytest

from command_api.writing.answer import Reply
from command_api.writing.failures import KeyReused, OutcomeUnknown, Overloaded
from domain.refusal import Refused
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import Held, Unreliable, never_arrives
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book, cancel, close_sales, publish, schedule


@in_virtual_time
async def test_the_same_key_and_body_get_the_same_answer() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(10))
    first = await desk.ask(book(), key="k")
    again = await desk.ask(book(), key="k")
    assert again == first._replace(replayed=True)
    assert not first.replayed
    assert len(store.booked) == 1


@in_virtual_time
async def test_another_process_gives_the_same_answer_too() -> None:
    store = Unreliable()
    first = await _booked_once(Desk(store))
    assert await Desk(store).ask(book(), key="k") == first._replace(replayed=True)


@in_virtual_time
async def test_a_key_used_for_another_body_is_refused_on_the_same_stream_and_on_others() -> None:
    store = Unreliable()
    desk = Desk(store)
    await _booked_once(desk)
    await desk.ask(schedule(10, "other"))
    for show in (book(), book(show="other")):
        with pytest.raises(KeyReused):
            await desk.ask(show, key="k", body=b"another")
    assert len(store.booked) == 1


@in_virtual_time
async def test_a_retry_that_comes_while_the_first_try_is_under_way_waits_for_its_answer() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.append(held)
    first = desk.ask(book(), key="k")
    await held.reached.wait()
    again, other = desk.ask(book(), key="k"), desk.ask(book(), key="k", body=b"another")
    assert await desk.outcomes(other) == ["KeyReused"]
    held.let_go.set()
    assert (await again) == (await first)._replace(replayed=True)
    assert len(store.booked) == 1


@in_virtual_time
async def test_retries_of_a_creation_that_was_carried_out_all_get_its_answer() -> None:
    store = Unreliable()
    desk = Desk(store)
    first = await desk.ask(schedule(10, "one"), key="k", creates=True)
    again = [desk.ask(schedule(10, f"another-{number}"), key="k", creates=True) for number in range(5)]
    assert await desk.outcomes(*again) == ["Reply"] * 5
    assert {each.result() for each in again} == {first._replace(replayed=True)}
    assert [fact.stream for fact in store.inner.log] == ["show-one"] * 2


@in_virtual_time
async def test_retries_of_a_creation_are_all_told_when_the_log_is_out_of_reach() -> None:
    store = Unreliable()
    desk = Desk(store)
    store.silent_lookups = 1
    asked = [desk.ask(schedule(10, f"s{number}"), key="k", creates=True) for number in range(3)]
    assert await desk.outcomes(*asked) == ["Overloaded"] * 3
    assert store.inner.log == []


@in_virtual_time
async def test_when_the_first_client_leaves_those_who_attached_to_it_are_told() -> None:
    store = Unreliable()
    desk = Desk(store)
    first = desk.ask(schedule(10), key="k", creates=True)
    await asyncio.sleep(0)
    attached = desk.ask(schedule(10), key="k", creates=True)
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(OutcomeUnknown):
        await attached


@in_virtual_time
async def test_after_a_refusal_a_retry_is_decided_anew() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    taken = book()
    await desk.ask(taken)
    with pytest.raises(Refused):
        await desk.ask(book(), key="k")
    await desk.ask(cancel(taken))
    reply = await desk.ask(book(), key="k")
    assert not reply.replayed


@in_virtual_time
async def test_a_retry_that_waits_for_a_no_which_is_no_longer_true_is_decided_anew() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    sold = book()
    await desk.ask(sold)
    wanted = book()
    store.slow_lookups = 1
    first = desk.ask(wanted, key="k")
    await asyncio.sleep(0.5)
    # Refused, and being looked up whether the key was carried out before.
    await desk.ask(cancel(sold))
    again = [desk.ask(wanted, key="k") for _ in range(3)]
    assert await desk.outcomes(first, *again) == ["Refused"] + ["Reply"] * 3
    assert store.booked == [sold.booking_id, wanted.booking_id]


@in_virtual_time
async def test_a_success_that_would_be_refused_today_is_answered_as_the_success_it_was() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    first = await desk.ask(book(), key="k")
    assert await desk.ask(book(), key="k") == first._replace(replayed=True), "sold out by itself"
    await desk.ask(close_sales())
    assert await desk.ask(book(), key="k") == first._replace(replayed=True), "sales are closed"
    with pytest.raises(KeyReused):
        await desk.ask(book(), key="k", body=b"another")


@in_virtual_time
async def test_a_command_that_changes_nothing_is_remembered_under_its_key() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    first = await desk.ask(publish(), key="k")
    await desk.ask(close_sales())
    assert await desk.ask(publish(), key="k") == first._replace(replayed=True)


@in_virtual_time
async def test_a_duplicate_in_a_batch_sends_the_others_again() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store)
    first = await _booked_once(Desk(store))
    store.coming.append(held)
    before = desk.ask(book())
    await held.reached.wait()
    asked = [desk.ask(book()), desk.ask(book(), key="k"), desk.ask(book()), desk.ask(book(), key="new")]
    held.let_go.set()
    assert await desk.outcomes(before, *asked) == ["Reply"] * 5
    assert asked[1].result() == first._replace(replayed=True)
    assert len(store.booked) == 5


@in_virtual_time
async def test_two_processes_that_get_the_same_key_at_once_carry_it_out_once() -> None:
    """The second one finds facts of its own command in the log that it did not write."""
    store, away, held = Unreliable(), Unreliable(), Held()
    away.inner = store.inner
    here, there = Desk(store), Desk(away)
    await here.ask(schedule(10))
    await there.ask(publish())
    away.coming.append(held)
    away.silent_reads = 3
    second, beside = there.ask(book(), key="k"), there.ask(book())
    await held.reached.wait()
    await here.ask(book())
    held.let_go.set()
    # That was a conflict. Before it is looked into, the other process carries the key out.
    await asyncio.sleep(0.01)
    first = await here.ask(book(), key="k")
    assert (await second).answer == first.answer
    await beside
    assert len(store.booked) == 3


@in_virtual_time
async def test_a_lost_append_whose_key_another_process_carried_out_gets_that_ones_answer() -> None:
    store, away = Unreliable(), Unreliable()
    away.inner = store.inner
    here, there = Desk(store), Desk(away)
    await here.ask(schedule(10))
    await there.ask(publish())
    away.coming.append(never_arrives)
    away.silent_reads = 3
    second = there.ask(book(), key="k")
    beside = there.ask(book())
    first = await here.ask(book(), key="k")
    assert (await second).answer == first.answer
    await beside
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_lookup_that_fails_says_that_nobody_knows() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    first = await desk.ask(book(), key="k")
    store.silent_lookups = 1
    with pytest.raises(OutcomeUnknown):
        await desk.ask(book(), key="k")
    assert await desk.ask(book(), key="k") == first._replace(replayed=True)


@in_virtual_time
async def test_a_full_queue_does_not_use_up_a_key() -> None:
    store, held = Unreliable(), Held()
    desk = Desk(store, queue_max=1)
    await desk.ask(schedule(10))
    store.coming.append(held)
    first = desk.ask(book())
    await held.reached.wait()
    waiting = desk.ask(book())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await desk.ask(book(), key="k")
    held.let_go.set()
    await desk.outcomes(first, waiting)
    assert not (await desk.ask(book(), key="k")).replayed


async def _booked_once(desk: Desk) -> Reply:
    await desk.ask(schedule(10))
    return await desk.ask(book(), key="k")
