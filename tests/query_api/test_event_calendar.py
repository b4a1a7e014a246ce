"""A month of events, day by day."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from domain.show.facts import ShowCancelled
from domain.show.offer import Offer
from resources.calendar import CalendarMonth
from runtime.ids import new_id
from tests.projections.season import eur, on_sale, scheduled
from tests.query_api.conftest import World


async def on(world: World, starts_at: str, zone: str = "Europe/Rome", amount: int = 4_000) -> str:
    offers = (Offer(new_id(), "Any", eur(amount)),)
    show = replace(
        scheduled(starts_at=datetime.fromisoformat(starts_at).astimezone(UTC), offers=offers), timezone=zone
    )
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    return show.show_id


async def month(world: World, **query: Any) -> dict[str, Any]:
    answer = await world.get("/events/calendar", **query)
    assert answer.status_code == 200, answer.text
    CalendarMonth.model_validate_json(answer.content)
    body: dict[str, Any] = answer.json()
    return body


async def days(world: World, **query: Any) -> dict[str, int]:
    body = await month(world, **query)
    return {day["date"]: day["events"] for day in body["days"] if day["events"]}


async def test_an_event_is_on_the_day_it_is_at_its_venue(world: World) -> None:
    await on(world, "2027-03-14T00:30:00+01:00")
    await on(world, "2027-03-14T20:00:00+09:00", "Asia/Tokyo")
    await on(world, "2027-03-31T21:00:00-07:00", "America/Phoenix")
    assert await days(world, month="2027-03") == {"2027-03-14": 2, "2027-03-31": 1}
    assert await days(world, month="2027-04") == {}
    assert await days(world, month="2027-03", timezone="UTC") == {"2027-03-13": 1, "2027-03-14": 1}
    assert await days(world, month="2027-04", timezone="Europe/Rome") == {"2027-04-01": 1}


async def test_the_days_on_which_clocks_change_are_whole(world: World) -> None:
    """In Rome the 28th of March 2027 has 23 hours, the 31st of October 25."""
    for moment in ("2027-03-28T00:00:00+01:00", "2027-03-28T23:59:59+02:00", "2027-03-29T00:00:00+02:00"):
        await on(world, moment)
    for moment in ("2027-10-31T00:00:00+02:00", "2027-10-31T23:59:59+01:00", "2027-11-01T00:00:00+01:00"):
        await on(world, moment)
    for zone in ({}, {"timezone": "Europe/Rome"}):
        assert await days(world, month="2027-03", **zone) == {"2027-03-28": 2, "2027-03-29": 1}
        assert await days(world, month="2027-10", **zone) == {"2027-10-31": 2}
        assert await days(world, month="2027-11", **zone) == {"2027-11-01": 1}


async def test_a_day_says_what_is_left_and_from_what_price(world: World) -> None:
    cancelled = await on(world, "2027-03-14T20:00:00+01:00", amount=3_000)
    await on(world, "2027-03-14T21:00:00+01:00", amount=2_500)
    await world.happened(
        f"show-{cancelled}", ShowCancelled(cancelled, datetime(2027, 3, 1, tzinfo=UTC), "ill")
    )
    body = await month(world, month="2027-03")
    assert len(body["days"]) == 31
    assert body["days"][13] == {
        "date": "2027-03-14",
        "events": 2,
        "available": 1,
        "price_from": [{"amount": 2_500, "currency": "EUR"}],
    }
    assert body["days"][0] == {"date": "2027-03-01", "events": 0, "available": 0, "price_from": []}


async def test_a_month_takes_the_filters_of_the_list(world: World) -> None:
    """What is over counts too: who asks for a month has said which time is meant."""
    await on(world, "2027-03-01T10:00:00+01:00")
    await on(world, "2027-03-20T10:00:00+01:00", amount=9_000)
    assert await days(world, month="2027-03") == {"2027-03-01": 1, "2027-03-20": 1}
    assert await days(world, month="2027-03", upcoming="true") == {"2027-03-20": 1}
    assert await days(world, month="2027-03", price_max=5_000) == {"2027-03-01": 1}
    assert await days(world, month="2027-03", q="boh", city="nowhere") == {}


async def test_what_is_no_month_or_no_zone_is_refused(world: World) -> None:
    for query in (
        {}, {"month": "2027-13"}, {"month": "0000-01"}, {"month": "march"}, {"month": "2027-3"},
        {"month": "2027-03", "timezone": "Mars"}, {"month": "2027-03", "timezone": "../etc/passwd"},
        {"month": "2027-03\n"},
    ):  # fmt: skip
        assert (await world.get("/events/calendar", **query)).status_code == 422, query
    assert (await world.get("/events/calendar", month="1900-01")).status_code == 200
    assert (
        await world.get("/events/calendar", month="2999-12", timezone="Pacific/Kiritimati")
    ).status_code == 200
