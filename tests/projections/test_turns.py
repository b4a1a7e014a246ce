"""Turns at holding a lease are few, go first to the urgent, and are never lost."""

import asyncio
from contextlib import suppress

import pytest

from projections.following import turns
from projections.following.turns import Turns


async def queue_up(line: Turns, *urgent: bool) -> tuple[list[int], list[asyncio.Task[None]]]:
    """So many who wait in this order, and the order in which they get their turn."""
    had: list[int] = []

    async def one(number: int, *, urgent: bool) -> None:
        async with line.turn(urgent=urgent):
            had.append(number)

    tasks = []
    for number, each in enumerate(urgent):
        tasks.append(asyncio.create_task(one(number, urgent=each)))
        await asyncio.sleep(0)
    return had, tasks


async def test_no_more_than_so_many_have_one_at_once() -> None:
    line, now, most = Turns(3), 0, 0

    async def one(number: int) -> None:
        nonlocal now, most
        async with line.turn(urgent=number % 2 == 0):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1

    await asyncio.gather(*(one(number) for number in range(50)))
    assert (now, most) == (0, 3)


async def test_the_urgent_go_first_and_equals_in_the_order_in_which_they_came() -> None:
    line = Turns(1)
    async with line.turn(urgent=False):
        had, tasks = await queue_up(line, False, True, False, True)
    await asyncio.gather(*tasks)
    assert had == [1, 3, 0, 2]


async def test_nobody_is_passed_over_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "HEAD_START_SECONDS", 0.0)
    line = Turns(1)
    async with line.turn(urgent=True):
        had, tasks = await queue_up(line, False, True)
    await asyncio.gather(*tasks)
    assert had == [0, 1]


async def test_who_goes_away_while_waiting_takes_no_turn_along() -> None:
    line = Turns(1)
    async with line.turn(urgent=True):
        had, (first, second) = await queue_up(line, True, True)
        first.cancel()
        await asyncio.wait((first,))
    await second
    assert had == [1]
    async with asyncio.timeout(60), line.turn(urgent=True):
        pass


async def test_who_is_stopped_in_the_moment_of_getting_it_passes_it_on() -> None:
    line = Turns(1)
    async with line.turn(urgent=True):
        had, (first, second) = await queue_up(line, True, True)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    await second
    assert had == [1]
    async with asyncio.timeout(60), line.turn(urgent=True):
        pass


async def test_what_goes_wrong_in_a_turn_ends_it() -> None:
    line = Turns(1)
    with pytest.raises(ValueError, match="no"):
        async with line.turn(urgent=True):
            raise ValueError("no")
    async with asyncio.timeout(60), line.turn(urgent=False):
        pass
