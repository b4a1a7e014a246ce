"""A hold that has run out: free at once for everybody who asks, written down once however many policies run."""

import asyncio
from datetime import timedelta

import pytest

from command_api.policies.run import Policies
from domain.refusal import Refused
from domain.show.refusals import SoldOut
from tests.command_api.policies.house import House

AFTER_THE_HOLD = timedelta(seconds=600, milliseconds=1)


async def test_a_millisecond_past_its_end_the_places_are_free_with_no_policy_running(own: House) -> None:
    show = await own.show(capacity=5)
    await own.book(show, 5, paid=False)
    own.clock.ahead = timedelta(seconds=590)
    with pytest.raises(Refused) as no:
        await own.book(show, 1)
    assert isinstance(no.value.reason, SoldOut)
    own.clock.ahead = AFTER_THE_HOLD + timedelta(seconds=1)
    await own.book(show, 5)
    assert await own.count(show, "BookingExpired") == 5


async def test_two_processes_policies_write_each_expiry_once(own: House) -> None:
    shows = [await own.show(capacity=40) for _ in range(3)]
    held = [await own.book(show, 30, paid=False) for show in shows]
    other, third = own.process(), own.process()
    for process in (own.desk, other, third):
        process.start_policies()
    await own.pay(shows[0], held[0][0])
    own.clock.ahead = AFTER_THE_HOLD + timedelta(seconds=1)

    async def all_written() -> bool:
        return [await own.count(show, "BookingExpired") for show in shows] == [29, 30, 30]

    await own.until(all_written)
    for process in (own.desk, other, third):
        await process.stop_policies()
    for show, bookings in zip(shows, held, strict=True):
        expired = [fact.booking_id for fact in await own.facts(show, "BookingExpired")]
        assert len(expired) == len(set(expired))
        assert set(expired) == set(bookings) - ({held[0][0]} if show == shows[0] else set())
        folded = await own.folded(show)
        assert sum(folded.places.free.values()) == (39 if show == shows[0] else 40)


async def test_nobody_asks_and_the_log_says_it_all_the_same(own: House) -> None:
    show = await own.show(capacity=5)
    await own.book(show, 5, paid=False)
    own.clock.ahead = AFTER_THE_HOLD + timedelta(seconds=1)
    own.desk.start_policies()

    async def written() -> bool:
        return await own.count(show, "BookingExpired") == 5

    await own.until(written)


async def test_a_process_that_does_not_listen_looks_by_itself(own: House) -> None:
    """Beside it another one listens; should that one die, seats come free a moment later."""
    show = await own.show(capacity=5)
    policies = asyncio.create_task(Policies(own.pool, own.desk.writers, None, own.clock).run())
    await own.book(show, 5, paid=False)
    own.clock.ahead = AFTER_THE_HOLD + timedelta(seconds=1)

    async def written() -> bool:
        return await own.count(show, "BookingExpired") == 5

    try:
        await own.until(written)
    finally:
        policies.cancel()
