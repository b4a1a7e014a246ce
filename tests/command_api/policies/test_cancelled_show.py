"""A cancelled show: every booking is cancelled and refunded once, whatever happens to the policy on its way."""

import asyncio

import asyncpg
import pytest

from command_api.errand import PolicyCommand
from command_api.policies import when_show_is_cancelled_cancel_bookings as policy
from domain.show.commands import CancelBooking
from tests.command_api.policies.house import PRICE, House

BOOKINGS = 300
BATCH = 20

CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "BOOKINGS_MAX", BATCH)


async def everything_is_paid_back_once(own: House, show: str, bookings: int, refunds: int) -> None:
    cancelled = await own.facts(show, "BookingCancelled")
    assert len(cancelled) == len({fact.booking_id for fact in cancelled}) == bookings
    assert sum(fact.refund.amount for fact in cancelled) == refunds * PRICE.amount
    folded = await own.folded(show)
    assert {booking.status for booking in folded.bookings.values()} == {"cancelled"}
    assert all(booking.refunded == booking.paid for booking in folded.bookings.values())
    assert sum(folded.places.free.values()) == folded.details.plan.capacity
    assert await own.listed() == []


async def test_killed_on_the_way_and_started_again_it_cancels_each_booking_once(own: House) -> None:
    show = await own.show(BOOKINGS)
    await own.book(show, BOOKINGS)
    await own.cancel(show)
    kills = 0
    for limit in range(BATCH, BOOKINGS, 3 * BATCH):

        async def some_done(limit: int = limit) -> bool:
            return await own.count(show, "BookingCancelled") >= limit

        own.desk.start_policies()
        await own.until(some_done)
        kills += await own.count(show, "BookingCancelled") < BOOKINGS
        await own.desk.stop_policies()
    assert kills, "it was never on its way"
    own.desk.start_policies()

    async def finished() -> bool:
        return not await own.listed() and await own.count(show, "BookingCancelled") == BOOKINGS

    await own.until(finished)
    await everything_is_paid_back_once(own, show, BOOKINGS, BOOKINGS)


async def test_its_connections_are_cut_and_it_goes_on(own: House, database: str) -> None:
    show = await own.show(BOOKINGS)
    await own.book(show, BOOKINGS)
    await own.cancel(show)
    own.desk.start_policies()

    async def on_its_way() -> bool:
        return await own.count(show, "BookingCancelled") >= BATCH

    await own.until(on_its_way)
    administrator = await asyncpg.connect(database)
    await administrator.execute(CUT)
    await administrator.close()

    async def finished() -> bool:
        return not await own.listed() and await own.count(show, "BookingCancelled") == BOOKINGS

    await own.until(finished)
    await everything_is_paid_back_once(own, show, BOOKINGS, BOOKINGS)


async def test_two_processes_do_it_together_and_customers_cancel_meanwhile(own: House) -> None:
    show = await own.show(BOOKINGS)
    bookings = await own.book(show, BOOKINGS - 50) + (held := await own.book(show, 50, paid=False))
    other = own.process()
    await own.cancel(show)
    for process in (own.desk, other):
        process.start_policies()
    mine = [CancelBooking(show, each, own.clock()) for each in bookings[:5]]
    await asyncio.gather(*(own.give(show, each) for each in mine), return_exceptions=True)

    async def finished() -> bool:
        return not await own.listed() and await own.count(show, "BookingCancelled") == BOOKINGS

    await own.until(finished)
    assert held
    await everything_is_paid_back_once(own, show, BOOKINGS, BOOKINGS - 50)


async def test_a_show_that_cannot_be_decided_about_keeps_no_other_waiting(
    own: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = await own.show(5), await own.show(5)
    for show in (broken, well):
        await own.book(show, 5)
        await own.cancel(show)
    send = own.desk.sending.send

    async def failing(name: str, show_id: str, command: PolicyCommand) -> int:
        if show_id == broken:
            raise LookupError("the log names a seat that its plan does not have")
        return await send(name, show_id, command)

    monkeypatch.setattr(own.desk.policies._sending, "send", failing)
    own.desk.start_policies()

    async def finished() -> bool:
        return await own.count(well, "BookingCancelled") == 5 and await own.listed() == [broken]

    await own.until(finished)
