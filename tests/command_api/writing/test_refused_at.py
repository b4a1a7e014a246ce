"""A refusal is told with the version it was decided at: on the facts up to that one, the same is refused again."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from command_api.aggregates import SHOW
from command_api.writing.failures import PreconditionFailed
from domain.codec import CODEC
from domain.refusal import Refused
from domain.show.state import Show
from eventstore.store import LogReader
from tests.command_api.writing.desk import Desk, RefusedAt
from tests.command_api.writing.unreliable import AnswerHeld, Held, Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import NOON, book, schedule


async def refused_again(store: LogReader, refused: RefusedAt) -> str:
    """The refusal that the command gets on the facts up to that version."""
    show = Show()
    for fact in await store.read_stream(refused.stream):
        if fact.version <= refused.version:
            SHOW.evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
    with pytest.raises(Refused) as no:
        SHOW.decide(refused.pending.command, show)
    return repr(no.value.reason)


@in_virtual_time
async def test_a_refusal_within_a_batch_names_the_version_it_saw() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(2))
    asked = [desk.ask(book(quantity)) for quantity in (1, 2, 1, 1)]
    assert await desk.outcomes(*asked) == ["Reply", "Refused", "Reply", "Refused"]
    # Two facts scheduled it; a booking is one fact.
    assert [refused.version for refused in desk.refusals] == [3, 4]
    assert desk.commits == 2


@in_virtual_time
async def test_a_refusal_decided_anew_after_a_conflict_is_told_once_at_the_version_that_counts() -> None:
    store, held = Unreliable(), Held()
    here, there = Desk(store), Desk(store)
    await here.ask(schedule(1))
    store.coming.append(held)
    late = here.ask(book())
    await held.reached.wait()
    await there.ask(book())
    held.let_go.set()
    assert await here.outcomes(late) == ["Refused"]
    assert [refused.version for refused in here.refusals] == [3]
    assert there.refusals == []


@in_virtual_time
async def test_what_has_lapsed_by_then_is_counted_in() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1, window=60))
    await desk.ask(book())
    late = NOON + timedelta(hours=1)
    assert await desk.outcomes(desk.ask(book(2, at=late))) == ["Refused"]
    (refused,) = desk.refusals
    assert refused.version == 4
    assert [fact.name for fact in await store.read_stream(refused.stream)][-1] == "BookingExpired"
    assert "available=1" in await refused_again(store, refused)


@in_virtual_time
async def test_with_a_key_a_refusal_is_told_once_the_key_is_known_to_be_new() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))
    sold = book()
    await desk.outcomes(desk.ask(sold, key="one"), desk.ask(book(), key="other"))
    await desk.outcomes(desk.ask(sold, key="one"))
    assert [(refused.version, refused.pending.fingerprint) for refused in desk.refusals] == [(3, b"the same")]


@in_virtual_time
async def test_a_condition_that_fails_is_told_too() -> None:
    store = Unreliable()
    desk = Desk(store)
    await desk.ask(schedule(1))

    def check(_show: Show) -> None:
        raise PreconditionFailed(2)

    assert await desk.outcomes(desk.ask(book(), check=check)) == ["PreconditionFailed"]
    assert [(type(refused.no), refused.version) for refused in desk.refusals] == [(PreconditionFailed, 2)]


@pytest.mark.parametrize("seed", range(6))
@in_virtual_time
async def test_whatever_happens_meanwhile_the_same_is_refused_again_at_that_version(seed: int) -> None:
    """Three processes, appends that are late and answers that are lost."""
    store, chance = Unreliable(), Random(seed)
    desks = [Desk(store), Desk(store), Desk(store)]
    await desks[0].ask(schedule(40))
    late = [Held(), AnswerHeld(), Held()]
    store.coming += late
    asked = []
    for number in range(120):
        asked.append(
            chance.choice(desks).ask(book(chance.randint(1, 3)), key=chance.choice([None, f"k{number}"]))
        )
        if number % 30 == 29:
            await asyncio.sleep(0.01)
            for each in late:
                each.let_go.set()
    await asyncio.wait(asked)
    told = [refused for desk in desks for refused in desk.refusals]
    assert len(told) > 20
    for refused in told:
        assert isinstance(refused.no, Refused)
        assert await refused_again(store, refused) == repr(refused.no.reason)
