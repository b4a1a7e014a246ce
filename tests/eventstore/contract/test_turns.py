"""Turns at writing a stream: one after the other, in order, and no hindrance to anybody else."""

import asyncio

from eventstore.appending import Appended
from eventstore.store import EventStore
from tests.eventstore.words import append_one, item, names

DEADLINE_SECONDS = 60.0


async def test_within_a_turn_one_reads_and_writes(store: EventStore) -> None:
    async with store.turn("show-1") as mine:
        assert isinstance(await append_one(mine, item("show-1", "One")), Appended)
        assert names(await mine.read_stream("show-1")) == ["One"]
    assert names(await store.read_stream("show-1")) == ["One"]


async def test_a_stream_is_one_turns_at_a_time(store: EventStore) -> None:
    running, most = 0, 0

    async def take_turns() -> None:
        nonlocal running, most
        for _ in range(5):
            async with store.turn("show-1") as mine:
                running += 1
                most = max(most, running)
                await mine.last_position()
                running -= 1

    async with asyncio.timeout(DEADLINE_SECONDS):
        await asyncio.gather(*(take_turns() for _ in range(4)))
    assert most == 1


async def test_nobody_waits_for_a_turn_at_another_stream_nor_to_write_without_one(store: EventStore) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS), store.turn("show-1"):
        async with store.turn("show-2") as other:
            await append_one(other, item("show-2", "Other"))
        assert isinstance(await append_one(store, item("show-1", "Without")), Appended)


async def test_a_turn_that_fails_is_over(store: EventStore) -> None:
    try:
        async with store.turn("show-1"):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with asyncio.timeout(DEADLINE_SECONDS), store.turn("show-1") as mine:
        await append_one(mine, item("show-1", "One"))
