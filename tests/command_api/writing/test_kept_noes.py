"""A no under an idempotency key is kept before it is said: it stands, whatever earlier tries are on their way."""

import asyncio
from functools import partial
from typing import Any

import pytest

from command_api.writing.failures import KeyReused, OutcomeUnknown, PreconditionFailed
from command_api.writing.noes import Noes
from domain.refusal import Refused
from eventstore.appending import Duplicate, KnownCommand, NewCommand
from eventstore.memory import MemoryStore
from eventstore.store import StoreUnavailable
from tests.command_api.writing.desk import Desk, no_answer
from tests.command_api.writing.unreliable import Held, Straggler, Unreliable, never_arrives
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import NOON, book, cancel, schedule

SOLD_OUT = b'"SoldOut"'


def ask(desk: Desk, command: Any, **terms: Any) -> "asyncio.Task[Any]":
    """As the routes do for clients."""
    return desk.ask(command, **{"key": "k", "answer_no": no_answer, **terms})


async def _sold_out(store: Unreliable) -> Any:
    desk = Desk(store)
    await desk.ask(schedule(1))
    sold = book()
    await desk.ask(sold)
    return sold


@in_virtual_time
async def test_after_a_refusal_a_retry_gets_it_again_from_any_process_though_it_could_be_done_now() -> None:
    store = Unreliable()
    sold = await _sold_out(store)
    with pytest.raises(Refused):
        await ask(Desk(store), book())
    await Desk(store).ask(cancel(sold))
    for desk in (Desk(store), Desk(store)):
        again = await ask(desk, book())
        assert (again.answer.status, again.answer.body, again.replayed) == (409, SOLD_OUT, True)
        with pytest.raises(KeyReused):
            await ask(desk, book(), body=b"another")
    assert not (await ask(Desk(store), book(), key="another")).replayed
    assert len(store.booked) == 2


@in_virtual_time
async def test_a_first_try_that_lands_after_its_retry_was_refused_is_not_carried_out() -> None:
    """Given back and booked in one append, which is lost from sight; another process knows nothing of it."""
    store, straggler = Unreliable(), Straggler()
    sold = await _sold_out(store)
    ours, theirs = Desk(store), Desk(store)
    store.coming.extend([straggler, *[never_arrives] * 1_000])
    first = [ours.ask(cancel(sold), wait=1.0), ask(ours, book(), wait=1.0)]
    assert await ours.outcomes(*first) == ["OutcomeUnknown"] * 2
    store.coming.clear()
    with pytest.raises(Refused):
        await ask(theirs, book())
    [late] = await straggler.land()
    assert isinstance(late, Duplicate)
    assert store.booked == [sold.booking_id]
    assert (await ask(theirs, book())).answer.body == SOLD_OUT


@in_virtual_time
async def test_a_first_try_that_is_decided_after_its_retry_was_refused_hears_the_same_no() -> None:
    """As of a process that was frozen with the request in its hands, and found a place free when it woke."""
    store, held = Unreliable(), Held()
    sold = await _sold_out(store)
    with pytest.raises(Refused):
        await ask(Desk(store), book())
    await Desk(store).ask(cancel(sold))
    store.coming.append(held)
    first = ask(Desk(store), book())
    await held.reached.wait()
    held.let_go.set()
    assert ((await first).answer.body, store.booked) == (SOLD_OUT, [sold.booking_id])


@in_virtual_time
async def test_a_refusal_that_comes_after_a_yes_elsewhere_is_answered_with_the_yes() -> None:
    store = Unreliable()
    await Desk(store).ask(schedule(1))
    done = await ask(Desk(store), book())
    assert await ask(Desk(store), book()) == done._replace(replayed=True)


@in_virtual_time
async def test_retries_that_wait_for_a_no_get_that_one() -> None:
    store = Unreliable()
    sold = await _sold_out(store)
    desk = Desk(store)
    store.slow_lookups = 1
    first = ask(desk, book())
    await asyncio.sleep(0.5)
    await Desk(store).ask(cancel(sold))
    again = [ask(desk, book()) for _ in range(3)]
    assert await desk.outcomes(first, *again) == ["Refused"] + ["Reply"] * 3
    assert {each.result().answer.body for each in again} == {SOLD_OUT}
    assert len(desk.refusals) == 1, "one refusal, however often it is told"


@in_virtual_time
async def test_a_failed_precondition_is_kept_like_any_no() -> None:
    store = Unreliable()
    await _sold_out(store)

    def fails(_show: Any) -> None:
        raise PreconditionFailed(7)

    with pytest.raises(PreconditionFailed):
        await ask(Desk(store), book(), check=fails)
    assert (await ask(Desk(store), book())).answer.body == b'"PreconditionFailed"'


@in_virtual_time
async def test_a_no_that_may_not_be_kept_is_not_said() -> None:
    store = Unreliable()
    await _sold_out(store)
    store.silent_lookups = 1
    with pytest.raises(OutcomeUnknown):
        await ask(Desk(store), book())


@in_virtual_time
async def test_a_no_is_kept_beside_a_lost_append_of_its_own_process_which_is_dead_then() -> None:
    """Without a key it would have to be told that the outcome is unknown."""
    store, straggler = Unreliable(), Straggler()
    sold = await _sold_out(store)
    desk = Desk(store)
    store.coming.extend([straggler, never_arrives])
    gives_back, takes = desk.ask(cancel(sold)), ask(desk, book())
    await asyncio.sleep(0.01)
    gives_back.cancel()
    assert await desk.outcomes(takes) == ["Refused"]
    assert isinstance((await straggler.land())[0], Duplicate)
    assert store.booked == [sold.booking_id]


class Slow(MemoryStore):
    """Counts the calls, each of which takes a second; chokes on one answer."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    async def remember(self, answered: Any, recorded_at: Any) -> dict[str, KnownCommand]:
        self.calls.append(len(answered))
        await asyncio.sleep(1.0)
        if any(each.answer == b"away" for each in answered):
            raise StoreUnavailable("away")
        if any(each.answer == b"bad" for each in answered):
            raise ValueError("not to be written")
        return await super().remember(answered, recorded_at)


def no(id: str, answer: bytes = b"0") -> NewCommand:
    return NewCommand(id, b"", answer, 0)


@in_virtual_time
async def test_noes_that_come_while_others_are_being_kept_go_together() -> None:
    store = Slow()
    noes = Noes(store, lambda: NOON)
    asked = [asyncio.create_task(noes.keep([no(f"{number}")])) for number in range(50)]
    assert await asyncio.gather(*asked) == [{}] * 50
    assert store.calls == [50]
    # While a call is on its way, whoever comes waits for the next.
    first = asyncio.create_task(noes.keep([no("first")]))
    await asyncio.sleep(0.5)
    others = [asyncio.create_task(noes.keep([no(f"other {number}")])) for number in range(30)]
    await asyncio.gather(first, *others)
    assert store.calls == [50, 1, 30]


@in_virtual_time
async def test_one_key_twice_is_kept_once_and_whoever_came_second_gets_the_first() -> None:
    noes = Noes(Slow(), lambda: NOON)
    keep = partial(asyncio.create_task)
    first, second = keep(noes.keep([no("k", b"1")])), keep(noes.keep([no("k", b"2")]))
    assert (await first, (await second)["k"].answer) == ({}, "1")


@in_virtual_time
async def test_one_no_that_cannot_be_written_does_not_hold_up_those_beside_it() -> None:
    noes = Noes(Slow(), lambda: NOON)
    asked = [
        asyncio.create_task(noes.keep([no(str(number), answer)]))
        for number, answer in enumerate((b"0", b"bad", b"2"))
    ]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each).__name__ for each in done] == ["dict", "ValueError", "dict"]


@in_virtual_time
async def test_when_the_log_is_away_everybody_is_told_and_the_next_are_kept() -> None:
    noes = Noes(Slow(), lambda: NOON)
    asked = [asyncio.create_task(noes.keep([no("a", b"away")])), asyncio.create_task(noes.keep([no("b")]))]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in done] == [StoreUnavailable] * 2
    assert await noes.keep([no("b")]) == {}
