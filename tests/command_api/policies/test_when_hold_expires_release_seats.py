"""A hold that has run out is written down soon after, by whichever process looks first."""

import asyncio
from datetime import timedelta

import asyncpg

from domain.tags import booking_tag
from eventstore.appending import Item
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY
from eventstore.postgres.store import PostgresStore
from runtime.ids import utc_now
from tests.command_api.requests import about, booking, event, payment
from tests.command_api.shop import Shop

SECONDS_MAX = 60.0
BROKEN = "00000000-0000-7000-8000-00000000dead"

DUE = "INSERT INTO command_api.open_holds (booking_id, show_id, expires_at) VALUES ($1, $2, $3)"
IS_OPEN = "SELECT EXISTS (SELECT FROM command_api.open_holds WHERE booking_id = $1)"


async def names(log: PostgresStore, booking_id: str) -> list[str]:
    return [fact.name for fact in await log.read_tag(booking_tag(booking_id))]


async def until_expired(log: PostgresStore, booking_id: str) -> list[str]:
    async with asyncio.timeout(SECONDS_MAX):
        while "BookingExpired" not in (found := await names(log, booking_id)):  # noqa: ASYNC110 - the policy does it
            await asyncio.sleep(0.02)
    return found


async def test_a_hold_that_nobody_asks_about_ends_in_the_log_and_once(shop: Shop, log: PostgresStore) -> None:
    show = await event(shop, payment_window_seconds=1)
    pending = await booking(shop, show)
    assert await until_expired(log, pending["id"]) == ["SeatsHeld", "BookingExpired"]
    await booking(shop, show, quantity=33)
    assert (await names(log, pending["id"])).count("BookingExpired") == 1


async def test_a_hold_that_was_paid_does_not_end(shop: Shop, log: PostgresStore) -> None:
    show = await event(shop, payment_window_seconds=1)
    paid, other = await booking(shop, show), await booking(shop, show)
    await shop.done(about("ConfirmBooking", paid, payment(paid)))
    await until_expired(log, other["id"])
    assert await names(log, paid["id"]) == ["SeatsHeld", "BookingConfirmed"]


async def test_a_show_that_cannot_be_decided_about_keeps_no_other_from_it(
    shop: Shop, log: PostgresStore, command_pool: asyncpg.Pool
) -> None:
    unknown = NewFact("NobodyKnowsThis", 1, b"{}", b"{}", (), BROKEN)
    await log.append([Item(f"show-{BROKEN}", EMPTY, [unknown])], utc_now())
    await command_pool.execute(DUE, BROKEN, BROKEN, utc_now() - timedelta(minutes=1))
    pending = await booking(shop, await event(shop, payment_window_seconds=1))
    await until_expired(log, pending["id"])
    assert not await command_pool.fetchval(IS_OPEN, BROKEN)
