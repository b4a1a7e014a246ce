"""Nobody waits longer than they want to, not even for what does not let itself be stopped."""

import asyncio

import pytest

from runtime.patience import within


async def test_what_is_done_in_time_is_returned_or_raised() -> None:
    async def seven() -> int:
        return 7

    async def fails() -> int:
        raise LookupError

    assert await within(10, seven()) == 7
    with pytest.raises(LookupError):
        await within(10, fails())


async def test_what_refuses_to_stop_is_not_waited_for() -> None:
    told, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.set()
            await may_end.wait()
            ended.set()

    with pytest.raises(TimeoutError):
        await within(0.001, stubborn())
    await told.wait()
    assert not ended.is_set()
    may_end.set()
    await ended.wait()


async def test_whoever_goes_away_stops_the_work() -> None:
    began, told = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.set()

    waiting = asyncio.create_task(within(10, work()))
    await began.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await told.wait()
