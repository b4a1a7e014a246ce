"""Holds: until when they last, how they are extended, and that time alone ends them."""

from datetime import timedelta

from tests.command_api.changes import AFTER_THE_HOLD, ONE_MS, WINDOW, pay
from tests.command_api.people import BEN
from tests.command_api.requests import about, book_call, booking, event, hold
from tests.command_api.shop import Shop

MINUTE = timedelta(seconds=60)


async def test_a_hold_is_extended_from_when_it_would_have_run_out(shop: Shop) -> None:
    pending = await hold(shop)
    longer = await shop.done(about("ExtendHold", pending, {"seconds": 300}))
    assert longer["expires_at"] > pending["expires_at"]
    assert WINDOW + 290 <= longer["expires_in"] <= WINDOW + 300
    with shop.later(AFTER_THE_HOLD + MINUTE):
        assert (await shop.done(pay(pending)))["status"] == "confirmed"


async def test_a_hold_lasts_three_windows_at_most_where_the_event_says_nothing(shop: Shop) -> None:
    pending = await hold(shop)
    await shop.done(about("ExtendHold", pending, {"seconds": 2 * WINDOW}))
    no = await shop.refused(about("ExtendHold", pending, {"seconds": 1}), 409, "hold-too-long")
    assert no["latest"] > pending["expires_at"]


async def test_a_hold_lasts_as_long_as_the_event_allows(shop: Shop) -> None:
    show = await event(shop, payment_window_seconds=WINDOW, hold_seconds_max=WINDOW + 60)
    pending = await booking(shop, show)
    await shop.refused(about("ExtendHold", pending, {"seconds": 61}), 409, "hold-too-long")
    for _ in range(2):
        await shop.done(about("ExtendHold", pending, {"seconds": 30}))
    await shop.refused(about("ExtendHold", pending, {"seconds": 1}), 409, "hold-too-long")


async def test_a_millisecond_after_its_end_somebody_else_gets_the_seat(shop: Shop) -> None:
    """Nothing has to run for that: policies are held off."""
    show = await event(shop, payment_window_seconds=WINDOW)
    async with shop.without_policies():
        await booking(shop, show, seats=["Stalls/A/1"])
        taken = book_call(show, seats=["Stalls/A/1"]).but(by=BEN)
        with shop.later(timedelta(seconds=WINDOW - 5)):
            await shop.refused(taken, 409, "seats-not-available")
        with shop.later(AFTER_THE_HOLD):
            assert (await shop.done(taken))["status"] == "pending"


async def test_an_extended_hold_keeps_its_seat_past_the_first_end_and_not_past_the_second(shop: Shop) -> None:
    show = await event(shop, payment_window_seconds=WINDOW)
    pending = await booking(shop, show, seats=["Stalls/A/1"])
    await shop.done(about("ExtendHold", pending, {"seconds": 60}))
    taken = book_call(show, seats=["Stalls/A/1"]).but(by=BEN)
    with shop.later(AFTER_THE_HOLD):
        await shop.refused(taken, 409, "seats-not-available")
    with shop.later(AFTER_THE_HOLD + MINUTE + ONE_MS):
        await shop.done(taken)


async def test_a_released_hold_is_free_at_once_and_cannot_be_extended(shop: Shop) -> None:
    pending = await hold(shop, seats=["Stalls/A/1"])
    released = await shop.done(about("DeleteBooking", pending))
    assert (released["status"], released["refund"]["amount"]) == ("cancelled", 0)
    await shop.refused(about("ExtendHold", pending, {"seconds": 1}), 409, "booking-not-pending")
    await shop.done(book_call({"id": pending["event_id"]}, seats=["Stalls/A/1"]).but(by=BEN))


async def test_what_is_free_of_charge_is_confirmed_at_once(shop: Shop) -> None:
    free = {"amount": 0, "currency": "EUR"}
    show = await event(shop, payment_window_seconds=WINDOW, price=free)
    made = await booking(shop, show)
    assert (made["status"], made["expires_at"]) == ("confirmed", None)
