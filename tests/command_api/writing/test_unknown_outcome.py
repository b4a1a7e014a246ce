"""An append whose answer was lost: the log is asked what became of it, and the answer is what its facts say."""

import asyncio

import pytest

from command_api.writing.failures import OutcomeUnknown, Overloaded
from tests.command_api.writing.desk import Desk, told
from tests.command_api.writing.unreliable import (
    Call,
    Held,
    Straggler,
    Unreliable,
    answer_is_lost,
    arrives,
    never_arrives,
)
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book, cancel, schedule


@pytest.mark.parametrize("fault", [never_arrives, answer_is_lost])
@pytest.mark.parametrize("keyed", [True, False], ids=["with keys", "without keys"])
@in_virtual_time
async def test_whether_it_got_there_or_not_every_command_is_carried_out_once(
    fault: Call, keyed: bool
) -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(100))
    store.coming.extend([fault, fault])
    bookings = [book() for _ in range(20)]
    asked = [desk.ask(booking, key=booking.booking_id if keyed else None) for booking in bookings]
    assert await desk.outcomes(*asked) == ["Reply"] * 20
    assert sorted(store.booked) == sorted(booking.booking_id for booking in bookings)
    for booking, each in zip(bookings, asked, strict=True):
        assert told(each.result()) == [("SeatsBooked", booking.booking_id)]
        assert store.inner.log[each.result().position - 1].command_id == each.get_name()


@in_virtual_time
async def test_it_may_be_lost_many_times_in_a_row_in_every_way() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(100))
    store.coming.extend([never_arrives, answer_is_lost] * 5)
    store.silent_reads = 4
    asked = [desk.ask(book()) for _ in range(10)]
    assert await desk.outcomes(*asked) == ["Reply"] * 10
    assert len(store.booked) == len(set(store.booked)) == 10


@in_virtual_time
async def test_refusals_beside_a_lost_append_are_decided_anew() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    store.coming.append(answer_is_lost)
    winner, loser = desk.ask(book()), desk.ask(book())
    assert await desk.outcomes(winner, loser) == ["Reply", "Refused"]
    assert len(store.booked) == 1


@in_virtual_time
async def test_an_append_that_lands_while_the_log_is_asked_about_it_is_seen() -> None:
    """The look is preceded by an empty append, which waits for the lock that the straggler holds."""
    store, straggler = Unreliable(), Straggler()
    desk = Desk(store)
    await desk.ask(schedule(1))
    store.coming.extend([straggler, straggler.lands_before])
    booking = book()
    reply = await desk.ask(booking)
    assert told(reply) == [("SeatsBooked", booking.booking_id)]
    assert store.booked == [booking.booking_id]


@in_virtual_time
async def test_an_append_that_lands_after_its_command_was_sent_again_changes_nothing() -> None:
    store, straggler = Unreliable(), Straggler()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.append(straggler)
    booking = book()
    await desk.ask(booking)
    [landed] = await straggler.land()
    assert type(landed).__name__ == "Conflict"
    assert store.booked == [booking.booking_id]
    await desk.ask(book())


@in_virtual_time
async def test_an_append_that_lands_between_the_look_and_the_second_try_is_found_at_the_conflict() -> None:
    store, straggler, second_try = Unreliable(), Straggler(), Held()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.extend([straggler, arrives, second_try])
    booking = book()
    asked = desk.ask(booking)
    await second_try.reached.wait()
    await straggler.land()
    second_try.let_go.set()
    assert told(await asked) == [("SeatsBooked", booking.booking_id)]
    assert store.booked == [booking.booking_id]


@in_virtual_time
async def test_an_answer_found_in_the_log_tells_the_state_right_after_it_and_not_what_came_later() -> None:
    """Also when its facts stand on two pages of what is read."""
    store, held = Unreliable(), Held()
    store.page_max = 1
    desk, elsewhere = Desk(store), Desk(store)
    store.coming.extend([answer_is_lost, held])
    asked = desk.ask(schedule(10))
    await held.reached.wait()
    first = book()
    await elsewhere.ask(first)
    held.let_go.set()
    reply = await asked
    assert [name for name, _ in told(reply)] == ["ShowScheduled", "ShowPublished"]
    assert reply.position == 2


@in_virtual_time
async def test_when_the_log_stays_silent_the_answer_is_that_nobody_knows() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.append(answer_is_lost)
    store.silent_reads = 1_000
    asked = desk.ask(book(), wait=3)
    with pytest.raises(OutcomeUnknown):
        await asked
    store.silent_reads = 0
    assert (await desk.ask(book())).position == 4, (
        "the lost one was carried out, and is found before the next"
    )


@in_virtual_time
async def test_a_log_that_says_nothing_at_all_keeps_nobody_past_the_deadline() -> None:
    store, silence = Unreliable(), Held()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.append(silence)
    began = asyncio.get_running_loop().time()
    in_flight = desk.ask(book(), wait=2)
    await silence.reached.wait()
    in_queue = desk.ask(book(), wait=2)
    assert await desk.outcomes(in_flight, in_queue) == ["OutcomeUnknown", "OutcomeUnknown"]
    assert asyncio.get_running_loop().time() - began <= 4
    silence.let_go.set()
    await desk.ask(book())
    assert len(store.booked) == 2, "the one in flight and the last: the one in the queue was given up"


@in_virtual_time
async def test_while_nothing_was_sent_the_answer_is_that_nothing_was_done() -> None:
    store = Unreliable()
    desk = Desk(store)
    store.silent_reads = 1_000
    with pytest.raises(Overloaded):
        await desk.ask(book(), wait=0.5)


@in_virtual_time
async def test_a_cancellation_lost_and_found_is_answered_once_and_refused_the_second_time() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    booking = book()
    await desk.ask(booking)
    store.coming.append(answer_is_lost)
    first, second = desk.ask(cancel(booking)), desk.ask(cancel(booking))
    assert await desk.outcomes(first, second) == ["Reply", "Refused"]


@in_virtual_time
async def test_nobody_is_refused_while_an_append_that_would_prove_it_wrong_is_still_under_way() -> None:
    """A place was given back and taken in one append; it is lost, and whoever gave the place back has left."""
    store, straggler = Unreliable(), Straggler()
    desk = Desk(store)
    await desk.ask(schedule(1))
    taken, wanted = book(), book()
    await desk.ask(taken)
    store.coming.extend([straggler, never_arrives, straggler.lands_before])
    leaving, staying = desk.ask(cancel(taken)), desk.ask(wanted)
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert told(await staying) == [("SeatsBooked", wanted.booking_id)]
    assert store.booked == [taken.booking_id, wanted.booking_id]


@in_virtual_time
async def test_nobody_is_refused_who_may_yet_be_served_by_an_append_that_has_not_even_arrived() -> None:
    """A frozen backend, or a network, holds it back: the look at the log finds no lock to wait for."""
    store, straggler = Unreliable(), Straggler()
    desk = Desk(store)
    await desk.ask(schedule(1))
    taken, wanted = book(), book()
    await desk.ask(taken)
    store.coming.extend([straggler, never_arrives, arrives])
    leaving, staying = desk.ask(cancel(taken)), desk.ask(wanted)
    never_sent = desk.ask(book())
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert await desk.outcomes(staying, never_sent) == ["OutcomeUnknown", "Refused"]
    [landed] = await straggler.land()
    assert type(landed).__name__ == "Appended"
    assert store.booked == [taken.booking_id, wanted.booking_id]


@in_virtual_time
async def test_once_the_stream_has_moved_on_a_lost_append_is_nothing_and_the_no_is_said() -> None:
    store, straggler = Unreliable(), Straggler()
    desk, elsewhere = Desk(store), Desk(store)
    await desk.ask(schedule(1))
    store.coming.extend([straggler, never_arrives])
    wanted, first = book(), book()
    staying = desk.ask(wanted)
    await asyncio.sleep(0.01)
    await elsewhere.ask(first)
    assert await desk.outcomes(staying) == ["Refused"]
    [landed] = await straggler.land()
    assert type(landed).__name__ == "Conflict"
    assert store.booked == [first.booking_id]


@in_virtual_time
async def test_when_everybody_has_given_up_nothing_is_kept_of_what_they_asked() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(10))
    store.coming.append(never_arrives)
    store.silent_reads = 1_000
    with pytest.raises(OutcomeUnknown):
        await desk.ask(book(), wait=3)
    await asyncio.sleep(5)
    [writer] = desk.writers._writers.values()
    assert writer.is_idle
    assert not writer._in_doubt
