"""What a customer's wallet asks for."""

from datetime import timedelta
from typing import Any

from domain.show.facts import ShowCancelled, ShowRescheduled
from resources.booking import BookingWithEvent
from tests.projections.season import booked, held, on_sale, scheduled, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World

DAY = timedelta(days=1)


async def mine(world: World, **query: Any) -> list[str]:
    answer = await world.get("/bookings", "ana", **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return [item["id"] for item in answer.json()["items"]]


async def test_upcoming_are_those_whose_event_is_not_over(world: World) -> None:
    first, second = scheduled("First", starts_at=NOON + DAY), scheduled("Second", starts_at=NOON + 2 * DAY)
    one = booked(first, standing())
    two, three = held(second, standing()), booked(second, standing(), at=NOON + MINUTE)
    await world.happened(f"show-{first.show_id}", *on_sale(first), one)
    await world.happened(f"show-{second.show_id}", *on_sale(second), two, three)
    assert set(await mine(world, upcoming="true")) == {one.booking_id, two.booking_id, three.booking_id}
    assert await mine(world, upcoming="false") == []
    world.now = NOON + DAY
    assert await mine(world, upcoming="false") == [one.booking_id]
    assert await mine(world, upcoming="true") == [three.booking_id, two.booking_id]
    assert await mine(world, upcoming="true", status="confirmed") == [three.booking_id]
    assert await mine(world, event_id=second.show_id) == [three.booking_id, two.booking_id]
    assert await mine(world, event_id=second.show_id, upcoming="false") == []
    later = NOON + 3 * DAY
    await world.happened(
        f"show-{first.show_id}", ShowRescheduled(first.show_id, NOON + DAY, NOON, ends_at=later)
    )
    assert one.booking_id in await mine(world, upcoming="true")
    world.now = later
    assert len(await mine(world, upcoming="false")) == 3


async def test_each_booking_brings_when_and_where_to_be(world: World) -> None:
    show = scheduled(starts_at=NOON + DAY)
    made = booked(show, standing())
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    await world.happened(f"show-{show.show_id}", ShowCancelled(show.show_id, NOON))
    answer = await world.get("/bookings", "ana", expand="event", limit=1)
    (item,) = answer.json()["items"]
    BookingWithEvent.model_validate(item)
    assert (item["event"]["name"], item["event"]["status"]) == ("La Bohème", "cancelled")
    assert (item["event"]["venue_name"], item["event"]["timezone"]) == ("Teatro Regio", "Europe/Rome")
    alone = await world.get(f"/bookings/{made.booking_id}", "ana", expand="event")
    assert alone.json() == item
    plain = await world.get(f"/bookings/{made.booking_id}", "ana")
    assert plain.json() == {name: value for name, value in item.items() if name != "event"}
    hidden = await world.get(f"/bookings/{made.booking_id}", "bob", expand="event")
    assert hidden.json()["code"] == "booking-not-found"


async def test_only_an_event_can_be_expanded(world: World) -> None:
    show = scheduled()
    made = booked(show, standing())
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    for path in ("/bookings", f"/bookings/{made.booking_id}"):
        answer = await world.get(path, "ana", expand="customer")
        assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
        assert answer.json()["errors"][0]["in"] == "query"
