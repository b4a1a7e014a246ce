"""Two processes serve the same show: routing is for speed, never for correctness."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from command_api.writing.failures import PreconditionFailed
from domain.show.state import Show
from eventstore.appending import Item, Outcome
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable
from tests.command_api.writing.desk import Desk
from tests.command_api.writing.unreliable import AnswerHeld, Held, Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import SHOW_ID, book, cancel, close_sales, publish, schedule


@in_virtual_time
async def test_they_never_sell_more_than_there_is() -> None:
    store = Unreliable()
    desks = [Desk(store), Desk(store), Desk(store)]
    await desks[0].ask(schedule(100))
    asked = [desks[number % 3].ask(book()) for number in range(300)]
    outcomes = await desks[0].outcomes(*asked)
    assert outcomes.count("Reply") == 100
    assert outcomes.count("Refused") == 200
    assert len(store.booked) == len(set(store.booked)) == 100


@in_virtual_time
async def test_a_conflict_is_decided_anew_on_what_the_other_wrote() -> None:
    store, held = Unreliable(), Held()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(1))
    await there.ask(publish())
    store.coming.append(held)
    late = here.ask(book())
    await held.reached.wait()
    await there.ask(book())
    held.let_go.set()
    assert await here.outcomes(late) == ["Refused"]
    assert len(store.booked) == 1


@in_virtual_time
async def test_what_one_has_acknowledged_the_other_knows_at_once() -> None:
    """A client's next request may reach another process: no answer may rest on what was true before the first."""
    store = Unreliable()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(1, on_sale=False))
    for _ in range(3):
        assert await there.outcomes(there.ask(book())) == ["Refused"], "still a draft"
    await here.ask(publish())
    booking = book()
    await there.ask(booking)
    assert await here.outcomes(here.ask(book())) == ["Refused"], "sold out"
    await here.ask(cancel(booking))
    await there.ask(again := book())
    await here.ask(cancel(again))
    await there.ask(close_sales())
    assert await here.outcomes(here.ask(book())) == ["Refused"]


@in_virtual_time
async def test_a_precondition_is_checked_against_what_both_have_written() -> None:
    store = Unreliable()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(10))
    await there.ask(publish())
    versions: list[int] = []

    def at_version(expected: int) -> Callable[[Show], None]:
        def check(show: Show) -> None:
            versions.append(show.version)
            if show.version != expected:
                raise PreconditionFailed(show.version)

        return check

    await here.ask(book())
    assert await there.outcomes(there.ask(book(), check=at_version(2))) == ["PreconditionFailed"]
    assert await there.outcomes(there.ask(book(), check=at_version(3))) == ["Reply"]
    assert await here.outcomes(here.ask(book(), check=at_version(4))) == ["Reply"]
    assert versions[-1] == 4


@pytest.mark.parametrize("bookings_since", [1, 2, 3])
@in_virtual_time
async def test_a_log_that_went_back_and_has_grown_again_is_read_from_its_start(bookings_since: int) -> None:
    """Another process has written meanwhile: the stream is as long as it was, or longer, and says something else."""
    store = Unreliable()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(4))
    lost = [book(), book()]
    for each in lost:
        await here.ask(each)
    del store.inner.log[2:]
    del store.inner._streams[f"show-{SHOW_ID}"][2:]
    for _ in range(bookings_since):
        await there.ask(book())
    outcomes = [(await here.outcomes(here.ask(book())))[0] for _ in range(4)]
    assert outcomes == ["Reply"] * (4 - bookings_since) + ["Refused"] * bookings_since
    assert len(store.booked) == len(set(store.booked)) == 4
    assert not {each.booking_id for each in lost} & set(store.booked)


@in_virtual_time
async def test_an_append_in_doubt_over_a_log_that_went_back_and_has_grown_again_is_decided_anew() -> None:
    store = Unreliable()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(4))
    await here.ask(book())

    async def lost_with_the_log(_store: MemoryStore, _items: Sequence[Item], _at: datetime) -> list[Outcome]:
        del store.inner.log[2:], store.inner._streams[f"show-{SHOW_ID}"][2:]
        await there.ask(book())
        raise StoreUnavailable("restored meanwhile")

    store.coming.append(lost_with_the_log)
    assert await here.outcomes(here.ask(book())) == ["Reply"]
    assert len(store.booked) == len(set(store.booked)) == 2


@in_virtual_time
async def test_when_the_log_has_lost_facts_the_next_decision_is_about_what_it_has() -> None:
    """A backup was restored, or a stand-by that was behind took over, under a running process."""
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(3))
    lost = [book(), book()]
    await desk.ask(lost[0])
    await desk.ask(lost[1])
    del store.inner.log[3:]
    del store.inner._streams[f"show-{SHOW_ID}"][3:]
    assert await desk.outcomes(*(desk.ask(book()) for _ in range(3))) == ["Reply", "Reply", "Refused"]
    assert len(store.booked) == 3
    assert store.booked[0] == lost[0].booking_id


@in_virtual_time
async def test_a_commit_says_nothing_to_those_who_came_after_it() -> None:
    """Its answer may be slow: what another process has written in the meantime counts for who comes in the meantime."""
    store, slow = Unreliable(), AnswerHeld()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(1))
    await there.ask(publish())
    store.coming.append(slow)
    taken = book()
    first = here.ask(taken)
    await slow.reached.wait()
    await there.ask(cancel(taken))
    second = here.ask(book())
    await asyncio.sleep(1)
    slow.let_go.set()
    assert await here.outcomes(first, second) == ["Reply", "Reply"]
