"""A crowd for one show: what the connections hear of it, and what is left for the others."""

import asyncio

import pytest

from command_api.aggregates import SHOW
from command_api.writing.appender import BESIDE_OTHERS_SECONDS
from command_api.writing.failures import Overloaded
from command_api.writing.limits import WriteLimits
from command_api.writing.pending import Pending
from command_api.writing.writer import Writer
from domain.show.commands import BookSeats
from tests.command_api.writing.desk import Desk, as_decided
from tests.command_api.writing.unreliable import Unreliable
from tests.command_api.writing.virtual_time import in_virtual_time
from tests.command_api.writing.words import book, schedule


def pending(command: BookSeats) -> Pending:
    """As a route gives it."""
    return Pending(
        command=command,
        command_id=command.booking_id,
        fingerprint=None,
        metadata=b"{}",
        check=None,
        render=as_decided,
        future=asyncio.get_running_loop().create_future(),
        deadline=10.0,
    )


@in_virtual_time
async def test_a_stream_that_is_alone_fills_a_batch_and_beside_others_half_of_one() -> None:
    store = Unreliable()
    desk = Desk(store, batch_facts_max=10)
    await desk.ask(schedule(100, "a"))
    await asyncio.wait([desk.ask(book(show="a")) for _ in range(20)])
    assert store.appends == 1 + 2
    await desk.ask(schedule(100, "b"))
    before = store.appends
    await asyncio.wait([desk.ask(book(show="a")) for _ in range(20)])
    assert store.appends == before + 4
    await asyncio.sleep(BESIDE_OTHERS_SECONDS)
    before = store.appends
    await asyncio.wait([desk.ask(book(show="a")) for _ in range(20)])
    assert store.appends == before + 2


@in_virtual_time
async def test_connections_are_told_of_a_crowd_before_there_is_no_room_for_it_and_when_it_is_gone() -> None:
    told = list[int | None]()
    limits = WriteLimits(queue_max=10, batch_facts_max=4)
    writer = Writer("show-a", SHOW, limits, tell_room=told.append)
    for number in range(10):
        assert told == ([7 - 1] if number >= 4 else [])
        writer.put(pending(book(show="a")), 0.0)
    with pytest.raises(Overloaded):
        writer.put(pending(book(show="a")), 0.0)
    assert told == [6, 0]
    writer.drop_late(100.0)
    writer.decide(100.0, 4, 4)
    assert told == [6, 0, None]
