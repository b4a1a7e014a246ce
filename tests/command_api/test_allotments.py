"""Places off general sale: house seats, a reseller's share, blocked seats; and how they come back."""

from datetime import timedelta
from typing import Any

from runtime.ids import utc_now
from tests.command_api.changes import from_allotment, of_event, seats_of
from tests.command_api.people import ANA, BEN, CLERK, ORGANIZER
from tests.command_api.requests import about, book_call, booking, event
from tests.command_api.shop import Call, Shop

HOUSE = {"name": "House seats", "seats": ["Stalls/A/1", "Stalls/A/2"]}


async def allotted(shop: Shop, show: dict[str, Any], **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = await shop.done(of_event("AllotSeats", show, {**HOUSE, **body}))
    return made


async def available(shop: Shop, show: dict[str, Any]) -> int:
    """By a change that changes nothing."""
    left: int = (await shop.done(of_event("ChangeEvent", show, {"name": show["name"]})))["available"]
    return left


def release(made: dict[str, Any]) -> Call:
    return Call("ReleaseAllotment", {"event_id": made["event_id"], "allotment_id": made["id"]})


async def test_what_is_kept_back_is_off_general_sale_and_staff_book_from_it(shop: Shop) -> None:
    show = await event(shop)
    made = await allotted(shop, show, areas=[{"area": "Gallery", "quantity": 18}])
    assert await available(shop, show) == 33 - 20
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    await shop.refused(book_call(show, quantity=14), 409, "sold-out")
    sold = await shop.done(from_allotment(show, made, seats=["Stalls/A/2"]))
    assert seats_of(sold) == ["Stalls/A/2"]
    await shop.refused(from_allotment(show, made, seats=["Stalls/A/2"]), 409, "seats-not-available")
    await shop.refused(from_allotment(show, made, seats=["Stalls/A/3"]), 409, "seats-not-available")
    rest = await shop.done(from_allotment(show, made, quantity=19))
    assert len(rest["tickets"]) == 19
    await shop.refused(from_allotment(show, made, quantity=1), 409, "sold-out")


async def test_only_staff_book_from_an_allotment(shop: Shop) -> None:
    show = await event(shop)
    made = await allotted(shop, show)
    for caller in (ANA, BEN, ORGANIZER):
        await shop.refused(from_allotment(show, made, quantity=1).but(by=caller), 403, "forbidden")


async def test_what_is_given_back_goes_back_to_its_allotment(shop: Shop) -> None:
    show = await event(shop)
    made = await allotted(shop, show)
    sold = await shop.done(from_allotment(show, made, quantity=1))
    await shop.done(about("DeleteBooking", sold).but(by=CLERK))
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    await shop.done(from_allotment(show, made, seats=["Stalls/A/1"]))


async def test_released_it_is_on_general_sale_but_for_what_was_sold(shop: Shop) -> None:
    show = await event(shop)
    made = await allotted(shop, show)
    await shop.done(from_allotment(show, made, seats=["Stalls/A/1"]))
    await shop.done(release(made))
    await shop.refused(release(made), 404, "allotment-not-found")
    await shop.refused(from_allotment(show, made, quantity=1), 404, "allotment-not-found")
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    await booking(shop, show, seats=["Stalls/A/2"])


async def test_at_its_release_date_it_is_on_general_sale_by_itself(shop: Shop) -> None:
    show = await event(shop)
    until = (utc_now() + timedelta(hours=1)).isoformat()
    made = await allotted(shop, show, release_at=until)
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    with shop.later(timedelta(hours=1, seconds=1)):
        await booking(shop, show, seats=["Stalls/A/1"])
        await shop.refused(from_allotment(show, made, quantity=1), 404, "allotment-not-found")


async def test_blocked_seats_are_sold_to_nobody(shop: Shop) -> None:
    show = await event(shop)
    made = await allotted(shop, show, name="Camera", sellable=False)
    assert made["sellable"] is False
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    await shop.refused(from_allotment(show, made, quantity=1), 404, "allotment-not-found")


async def test_an_allotment_is_in_the_future(shop: Shop) -> None:
    call = of_event("AllotSeats", await event(shop), {**HOUSE, "release_at": "2020-01-01T00:00:00Z"})
    await shop.refused(call, 422, "bad-offer")


async def test_many_seats_named_twice_are_refused_at_once(shop: Shop) -> None:
    """Quadratic work here would hold up everybody."""
    rows = [{"name": str(row), "seats": 1_000} for row in range(10)]
    show = await event(shop, seating_plan={"sections": [{"name": "Stalls", "rows": rows}]})
    seats = [f"Stalls/{row}/{seat}" for row in range(10) for seat in range(1, 1_001)]
    before = shop.served.services.loop.time()
    call = of_event("AllotSeats", show, {"name": "All", "seats": seats + seats})
    await shop.refused(call, 422, "seats-named-twice")
    assert shop.served.services.loop.time() - before < 2
