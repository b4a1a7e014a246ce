"""More tickets, or fewer, in a booking that stands."""

from typing import Any

from tests.command_api.changes import WINDOW, euros, paid, pay, seats_of
from tests.command_api.requests import EUR_20, about, booking, event, offering
from tests.command_api.shop import Shop


async def test_more_of_a_hold_are_paid_with_the_rest(shop: Shop) -> None:
    pending = await booking(shop, await event(shop, payment_window_seconds=WINDOW))
    more = await shop.done(about("ChangeBooking", pending, {"quantity": 3}))
    assert (len(more["tickets"]), more["total"], more["paid"]) == (3, euros(60), euros(0))
    assert more["expires_at"] == pending["expires_at"]
    assert (await shop.done(pay(pending, amount=60)))["paid"] == euros(60)


async def test_more_of_what_is_paid_are_paid_at_once(shop: Shop) -> None:
    pending = await booking(shop, await event(shop, payment_window_seconds=WINDOW))
    await shop.done(pay(pending))
    await shop.refused(about("ChangeBooking", pending, {"quantity": 3}), 409, "payment-required")
    more = await shop.done(about("ChangeBooking", pending, {"quantity": 3, **paid("pi_2", 40)}))
    assert (len(seats_of(more)), more["paid"]) == (3, euros(60))
    gone = await shop.done(about("DeleteBooking", pending))
    assert gone["refund"] == euros(60)


async def test_fewer_leave_from_the_end_with_a_refund(shop: Shop) -> None:
    made = await booking(shop, seats=["Stalls/A/1", "Stalls/A/2", "Stalls/A/3"])
    fewer = await shop.done(about("ChangeBooking", made, {"quantity": 1}))
    assert (seats_of(fewer), fewer["refund"]) == (["Stalls/A/1"], euros(40))


async def test_as_many_as_there_are_changes_nothing(shop: Shop) -> None:
    made = await booking(shop, quantity=2)
    first = await shop.send(about("ChangeBooking", made, {"quantity": 2}))
    again = await shop.send(about("ChangeBooking", made, {"quantity": 2}))
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.json()["tickets"] == made["tickets"]


async def test_of_several_types_it_says_which(shop: Shop) -> None:
    kinds = [{"name": "A", "price": EUR_20}, {"name": "B", "price": EUR_20}]
    show = await shop.done(offering(*kinds))
    first, second = (kind["id"] for kind in show["ticket_types"])
    items = [{"ticket_type_id": first, "quantity": 2}, {"ticket_type_id": second, "quantity": 1}]
    made = await booking(shop, show, items=items)
    changed = await shop.done(about("ChangeBooking", made, {"ticket_type_id": second, "quantity": 2}))
    assert [(item["ticket_type"], item["quantity"]) for item in changed["items"]] == [("A", 2), ("B", 2)]


async def test_either_names_or_a_number_and_the_number_at_least_one(shop: Shop) -> None:
    made = await booking(shop)
    names = [{"id": made["tickets"][0]["id"], "holder": "Zoë"}]
    bodies: list[dict[str, Any]] = [
        {},
        {"quantity": 0},
        {"quantity": 501},
        {"quantity": 2, "tickets": names},
        {"tickets": []},
    ]
    for body in bodies:
        await shop.refused(about("ChangeBooking", made, body), 422, "validation-failed")
