"""An organiser changes an event: its terms, its plan, its time, its sales, and its end."""

from typing import Any

import pytest

from tests.command_api.changes import euros, of_event, seats_of
from tests.command_api.people import BEN
from tests.command_api.requests import (
    EUR_20,
    PLAN,
    about,
    book_call,
    booking,
    event,
    event_call,
    offering,
    venue_call,
)
from tests.command_api.shop import Call, Shop

HALL = {"seating_plan": None, "capacity": 10}


async def test_a_change_leaves_out_what_is_left_out(shop: Shop) -> None:
    show = await event(shop, max_per_customer=4, refund_policy={"kind": "none"})
    changed = await shop.done(of_event("ChangeEvent", show, {"name": "Tosca"}))
    assert {**changed, "updated_at": show["updated_at"]} == {**show, "name": "Tosca"}


async def test_a_change_to_what_is_already_so_moves_no_version(shop: Shop) -> None:
    made = await shop.send(event_call(max_per_customer=4))
    same = {"name": made.json()["name"], "max_per_customer": 4, "starts_at": "2099-03-14T19:00:00Z"}
    again = await shop.send(of_event("ChangeEvent", made.json(), same))
    first = await shop.send(of_event("ChangeEvent", made.json(), {}))
    assert again.headers["ETag"] == first.headers["ETag"] == made.headers["ETag"]


async def test_null_takes_a_rule_away(shop: Shop) -> None:
    rules = {"max_per_customer": 4, "payment_window_seconds": 600, "hold_seconds_max": 900}
    show = await event(shop, ends_at="2099-03-14T23:00:00+01:00", **rules)
    gone = {**dict.fromkeys(rules), "ends_at": None, "description": None}
    changed = await shop.done(of_event("ChangeEvent", show, gone))
    assert {name: changed[name] for name in gone} == {**gone, "description": ""}


async def test_a_replacement_sets_back_what_is_left_out_but_plan_and_types(shop: Shop) -> None:
    show = await event(shop, max_per_customer=4, no_single_seats=True, payment_window_seconds=600)
    body = {"name": "Tosca", "starts_at": "2099-03-14T20:00:00+01:00"}
    replaced = await shop.done(of_event("ReplaceEvent", show, body))
    assert (replaced["name"], replaced["description"], replaced["category"]) == ("Tosca", "", "")
    assert (replaced["max_per_customer"], replaced["no_single_seats"]) == (None, False)
    assert replaced["payment_window_seconds"] is None
    assert (replaced["capacity"], replaced["ticket_types"]) == (33, show["ticket_types"])


@pytest.mark.parametrize("body", [{"name": "Tosca"}, {"starts_at": "2099-01-01T00:00:00Z"}])
async def test_a_replacement_has_a_name_and_a_start(body: dict[str, Any], shop: Shop) -> None:
    await shop.refused(of_event("ReplaceEvent", await event(shop), body), 422, "validation-failed")


async def test_capacity_grows_and_shrinks_to_what_is_in_use(shop: Shop) -> None:
    show = await event(shop, **HALL)
    grown = await shop.done(of_event("ChangeEvent", show, {"capacity": 12}))
    assert (grown["capacity"], grown["available"]) == (12, 12)
    await booking(shop, show, quantity=7)
    kept = {"name": "House", "areas": [{"area": "General", "quantity": 2}]}
    await shop.done(of_event("AllotSeats", show, kept))
    no = await shop.refused(of_event("ChangeEvent", show, {"capacity": 8}), 409, "places-in-use")
    assert no["areas"] == {"General": 1}
    shrunk = await shop.done(of_event("ChangeEvent", show, {"capacity": 9}))
    assert (shrunk["capacity"], shrunk["available"], shrunk["sold_out"]) == (9, 0, True)
    await shop.refused(book_call(show), 409, "sold-out")


async def test_a_new_plan_keeps_every_seat_that_is_sold(shop: Shop) -> None:
    show = await event(shop)
    made = await booking(shop, show, seats=["Stalls/A/10", "Stalls/B/3A"])
    rows = [{"name": "A", "seats": 10}, {"name": "B", "labels": ["3A"]}, {"name": "C", "seats": 5}]
    plan = {"sections": [{"name": "Stalls", "rows": rows}], "areas": []}
    changed = await shop.done(of_event("ChangeEvent", show, {"seating_plan": plan}))
    assert (changed["capacity"], changed["available"]) == (16, 14)
    await shop.refused(book_call(show, seats=["Stalls/A/10"]), 409, "seats-not-available")
    lacking = {"sections": [{"name": "Stalls", "rows": rows[:1]}]}
    no = await shop.refused(of_event("ChangeEvent", show, {"seating_plan": lacking}), 409, "places-in-use")
    assert no["seats"] == ["Stalls/B/3A"]
    await shop.done(about("DeleteBooking", made))
    await shop.done(of_event("ChangeEvent", show, {"seating_plan": lacking}))


async def test_capacity_alone_is_for_an_event_of_one_area(shop: Shop) -> None:
    await shop.refused(of_event("ChangeEvent", await event(shop), {"capacity": 50}), 422, "bad-offer")
    both = {"capacity": 50, "seating_plan": PLAN}
    await shop.refused(of_event("ChangeEvent", await event(shop), both), 422, "validation-failed")


async def test_a_venues_new_plan_touches_no_event_that_is_on_sale(shop: Shop) -> None:
    venue = await shop.done(venue_call())
    where = {"venue_id": venue["id"], "venue_name": None, "timezone": None, "seating_plan": None}
    show = await shop.done(event_call(**where))
    small = {"sections": [], "areas": [{"name": "Floor", "capacity": 1}]}
    await shop.done(Call("ChangeVenueSeatingPlan", {"venue_id": venue["id"]}, small))
    made = await booking(shop, show, seats=["Stalls/A/1"])
    assert seats_of(made) == ["Stalls/A/1"]
    changed = await shop.done(of_event("ChangeEvent", show, {"name": "Tosca"}))
    assert (changed["capacity"], changed["available"]) == (33, 32)


async def test_the_same_instant_in_another_zone_changes_nothing(shop: Shop) -> None:
    made = await shop.send(event_call(ends_at="2099-03-14T23:00:00+01:00"))
    times = {"starts_at": "2099-03-14T14:00:00-05:00", "ends_at": "2099-03-14T22:00:00Z"}
    for _ in range(3):
        saved = await shop.send(of_event("RescheduleEvent", made.json(), times))
        assert saved.headers["ETag"] == made.headers["ETag"]
        assert saved.json() == made.json()


async def test_holders_keep_their_seats_when_an_event_moves(shop: Shop) -> None:
    show = await event(shop)
    made = await booking(shop, show, seats=["Stalls/A/1"])
    moved = await shop.done(of_event("RescheduleEvent", show, {"starts_at": "2099-04-01T20:00:00+02:00"}))
    assert (moved["starts_at"], moved["ends_at"]) == ("2099-04-01T18:00:00Z", None)
    await shop.refused(book_call(show, seats=["Stalls/A/1"]).but(by=BEN), 409, "seats-not-available")
    assert (await shop.done(about("DeleteBooking", made)))["status"] == "cancelled"


async def test_sales_close_and_open_again(shop: Shop) -> None:
    show = await event(shop)
    for _ in range(2):
        assert (await shop.done(of_event("CloseSales", show)))["status"] == "closed"
    await shop.refused(book_call(show), 409, "sales-closed")
    for _ in range(2):
        assert (await shop.done(of_event("ReopenSales", show)))["status"] == "on_sale"
    await booking(shop, show)


async def test_what_was_never_booked_is_deleted_and_gone(shop: Shop) -> None:
    show = await event(shop)
    await shop.done(of_event("DeleteEvent", show))
    for operation in ("DeleteEvent", "PublishEvent", "CancelEvent"):
        await shop.refused(of_event(operation, show), 404, "event-not-found")
    await shop.refused(book_call(show), 404, "event-not-found")
    await shop.refused(of_event("ChangeEvent", show, {"name": "Tosca"}), 404, "event-not-found")


async def test_what_was_booked_once_is_not_deleted_even_when_nobody_is_left(shop: Shop) -> None:
    show = await event(shop)
    await shop.done(about("DeleteBooking", await booking(shop, show)))
    await shop.refused(of_event("DeleteEvent", show), 409, "event-has-bookings")


async def test_a_cancelled_event_sells_nothing_and_stays_so(shop: Shop) -> None:
    show = await event(shop)
    for _ in range(2):
        assert (await shop.done(of_event("CancelEvent", show, {"reason": "fire"})))["status"] == "cancelled"
    await shop.refused(book_call(show), 409, "event-cancelled")
    for operation in ("ReopenSales", "PublishEvent", "CloseSales"):
        await shop.refused(of_event(operation, show), 409, "event-cancelled")


async def test_new_terms_of_a_type_count_for_what_is_sold_from_now_on(shop: Shop) -> None:
    show = await event(shop)
    [kind] = show["ticket_types"]
    made = await booking(shop, show)
    path = {"event_id": show["id"], "ticket_type_id": kind["id"]}
    terms = {"name": "General", "price": euros(30), "quota": 3, "max_per_booking": 2}
    changed = await shop.done(Call("ChangeOffer", path, terms))
    assert changed["ticket_types"][0]["available"] == 2
    later = await booking(shop, show)
    assert (made["total"], later["total"]) == (EUR_20, euros(30))
    gone = await shop.done(about("DeleteBooking", made))
    assert gone["refund"] == EUR_20
    await shop.refused(Call("ChangeOffer", path, {**terms, "quota": 0}), 422, "validation-failed")
    await booking(shop, show, quantity=2)
    await shop.refused(Call("ChangeOffer", path, {**terms, "quota": 2}), 422, "bad-offer")


async def test_the_currency_of_what_was_sold_stays(shop: Shop) -> None:
    """Sums of a booking cannot mix two: an exchange or a further ticket would have no price."""
    show = await event(shop)
    [kind] = show["ticket_types"]
    made = await booking(shop, show)
    francs = {"name": "General", "price": {"amount": 2000, "currency": "CHF"}}
    path = {"event_id": show["id"], "ticket_type_id": kind["id"]}
    await shop.refused(Call("ChangeOffer", path, francs), 422, "bad-offer")
    await shop.done(about("ChangeBooking", made, {"quantity": 2}))


async def test_a_type_that_opens_after_one_withdrawn_is_refused(shop: Shop) -> None:
    show = await shop.done(
        offering({"name": "A", "price": EUR_20}, {"name": "B", "price": EUR_20, "opens_when_sold_out": "A"})
    )
    path = {"event_id": show["id"], "ticket_type_id": show["ticket_types"][0]["id"]}
    await shop.refused(Call("WithdrawOffer", path), 422, "bad-offer")


async def test_a_draft_that_is_changed_stays_a_draft(shop: Shop) -> None:
    draft = await event(shop, status="draft")
    assert (await shop.done(of_event("ChangeEvent", draft, {"name": "Tosca"})))["status"] == "draft"
    await shop.refused(book_call(draft), 409, "not-on-sale")
