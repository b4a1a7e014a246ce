"""Memory is given back at a quiet moment, or at last at any, and never so often that anybody notices."""

import asyncio

from runtime.giving_back import (
    LATE_SECONDS,
    LOOK_SECONDS,
    LOOKS_MAX,
    QUIET_LOOKS,
    GivingBack,
    collect_and_trim,
)
from tests.command_api.writing.virtual_time import in_virtual_time


class Pauses:
    """When memory was given back, by the loop's clock."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.at: list[float] = []
        self.giving_back = GivingBack(self.loop, lambda: self.at.append(self.loop.time()))


@in_virtual_time
async def test_on_a_quiet_loop_it_is_given_back_at_once_and_once() -> None:
    pauses = Pauses()
    for _ in range(3):
        pauses.giving_back.soon()
    await asyncio.sleep(LOOK_SECONDS * (QUIET_LOOKS + 1))
    assert len(pauses.at) == 1
    await asyncio.sleep(60)
    assert len(pauses.at) == 1
    pauses.giving_back.soon()
    await asyncio.sleep(60)
    assert len(pauses.at) == 2


@in_virtual_time
async def test_a_busy_loop_is_waited_for_and_interrupted_at_last() -> None:
    pauses, loop = Pauses(), asyncio.get_running_loop()
    giving_back, looks = pauses.giving_back, 0

    # Work that holds up each look: what a look sees is only that it comes late.
    def late(due: float) -> None:
        nonlocal looks
        looks += 1
        loop.call_at(due + 2 * LATE_SECONDS, giving_back._look, due)

    giving_back._look_at = late  # type: ignore[method-assign]
    giving_back.soon()
    await asyncio.sleep(LOOK_SECONDS * LOOKS_MAX / 2)
    assert pauses.at == []
    await asyncio.sleep(LOOK_SECONDS * LOOKS_MAX)
    assert len(pauses.at) == 1
    assert looks == LOOKS_MAX


@in_virtual_time
async def test_a_long_pause_is_followed_by_a_long_time_without_one() -> None:
    pauses = Pauses()
    pauses.giving_back._not_before = asyncio.get_running_loop().time() + 90.0
    pauses.giving_back.soon()
    await asyncio.sleep(89)
    assert pauses.at == []
    await asyncio.sleep(2)
    assert len(pauses.at) == 1


def test_collecting_and_trimming_works_here() -> None:
    collect_and_trim()
