"""What comes back for a cancelled ticket: by the event's policy, or by staff's own word with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from runtime.ids import utc_now
from tests.command_api.changes import WINDOW, euros, ids_of, of_event, pay
from tests.command_api.people import ANA, CLERK, ORGANIZER
from tests.command_api.requests import about, booking, event, hold
from tests.command_api.shop import Shop

TIERS = [{"days_before": 30, "percent": 80}, {"days_before": 7, "percent": 33}]


async def paid_booking(shop: Shop, quantity: int = 1, **rules: Any) -> dict[str, Any]:
    show = await event(shop, payment_window_seconds=WINDOW, **rules)
    made = await booking(shop, show, quantity=quantity)
    done: dict[str, Any] = await shop.done(pay(made, amount=20 * quantity))
    return done


def in_days(days: float) -> str:
    return (utc_now() + timedelta(days=days, minutes=5)).isoformat()


@pytest.mark.parametrize(("days", "back"), [(31, 1600), (30, 1600), (29, 660), (7, 660), (6.9, 0), (1, 0)])
async def test_a_tiered_policy_gives_back_by_how_early_it_is(days: float, back: int, shop: Shop) -> None:
    made = await paid_booking(shop, starts_at=in_days(days), refund_policy={"kind": "tiered", "tiers": TIERS})
    cancelled = await shop.done(about("DeleteBooking", made))
    assert cancelled["refund"] == {"amount": back, "currency": "EUR"}
    assert cancelled["tickets"][0]["status"] == ("refunded" if back else "cancelled")


@pytest.mark.parametrize(("kind", "back"), [("full", 20), ("none", 0)])
async def test_a_policy_gives_back_all_or_nothing(kind: str, back: int, shop: Shop) -> None:
    made = await paid_booking(shop, refund_policy={"kind": kind})
    assert (await shop.done(about("DeleteBooking", made)))["refund"] == euros(back)


async def test_a_policy_holds_for_some_tickets_too_and_never_beyond_what_was_paid(shop: Shop) -> None:
    made = await paid_booking(shop, quantity=3)
    partly = made
    for number, ticket in enumerate(ids_of(made), 1):
        partly = await shop.done(about("CancelBooking", made, {"tickets": [ticket]}))
        assert partly["refund"] == euros(20 * number)
    assert partly["status"] == "cancelled"


async def test_what_was_not_paid_gives_nothing_back(shop: Shop) -> None:
    assert (await shop.done(about("DeleteBooking", await hold(shop))))["refund"] == euros(0)


async def test_staff_give_back_what_they_find_right_with_a_reason(shop: Shop) -> None:
    made = await paid_booking(shop, refund_policy={"kind": "none"})
    call = about("CancelBooking", made, {"refund": euros(15), "reason": "fell ill"}).but(by=CLERK)
    assert (await shop.done(call))["refund"] == euros(15)


async def test_staff_need_a_reason_the_right_currency_and_enough_paid(shop: Shop) -> None:
    made = await paid_booking(shop)
    bare = about("CancelBooking", made, {"refund": euros(15)}).but(by=CLERK)
    await shop.refused(bare, 422, "validation-failed")
    for wrong in (euros(21), {"amount": 100, "currency": "CHF"}):
        call = about("CancelBooking", made, {"refund": wrong, "reason": "x"}).but(by=CLERK)
        no = await shop.refused(call, 409, "refund-too-high")
        assert no["maximum"] == euros(20)


async def test_customers_cannot_choose_their_refund(shop: Shop) -> None:
    made = await paid_booking(shop, refund_policy={"kind": "none"})
    for caller in (ANA, ORGANIZER):
        call = about("CancelBooking", made, {"refund": euros(20), "reason": "please"})
        await shop.refused(call.but(by=caller), 403, "forbidden")


async def test_a_changed_policy_counts_from_then_on(shop: Shop) -> None:
    made = await paid_booking(shop, quantity=2)
    first, second = ids_of(made)
    await shop.done(about("CancelBooking", made, {"tickets": [first]}))
    none = {"refund_policy": {"kind": "none"}}
    await shop.done(of_event("ChangeEvent", {"id": made["event_id"]}, none))
    after = await shop.done(about("CancelBooking", made, {"tickets": [second]}))
    assert after["refund"] == euros(20)


@pytest.mark.parametrize(
    "policy", [{"kind": "tiered"}, {"kind": "full", "tiers": TIERS}, {"kind": "none", "tiers": TIERS}]
)
async def test_a_policy_that_contradicts_itself_is_refused(policy: dict[str, Any], shop: Shop) -> None:
    show = await event(shop)
    await shop.refused(of_event("ChangeEvent", show, {"refund_policy": policy}), 422, "bad-offer")
