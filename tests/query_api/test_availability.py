"""What is left: exact in time, explained, and for many events at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import (
    BookingExpired,
    HoldExtended,
    SeatsAllotted,
    ShowDeleted,
    ShowDetailsChanged,
    ShowFact,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.rules import Rules, SharedQuota
from query_api.availability.availabilities import IDS_MAX, Availabilities
from resources.event import Availability, Event
from runtime.ids import new_id
from tests.projections.projecting import working
from tests.projections.season import booked, eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World, bearer

INSTANT = timedelta(microseconds=1)


async def left(world: World, show_id: str, who: str | None = None) -> dict[str, Any]:
    answer = await world.get(f"/events/{show_id}/availability", who)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    Availability.model_validate(body)
    assert body["held"] + body["sold"] + body["blocked"] + body["available"] == body["capacity"]
    return body


def by_type(body: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in ("name", *names)) for each in body["by_ticket_type"]]


async def test_a_hold_is_free_once_it_has_run_out_although_no_fact_says_so(world: World) -> None:
    show = scheduled()
    hold = held(show, seat("A/1"), standing(), standing())
    await world.happened(
        f"show-{show.show_id}", *on_sale(show), hold, held(show, standing(), until=NOON + MINUTE)
    )
    world.now = hold.expires_at
    body = await left(world, show.show_id)
    assert (body["held"], body["available"]) == (3, 14)
    assert by_type(body, "held", "available") == [("Stalls", 1, 6), ("Anywhere", 2, 4)]
    world.now += INSTANT
    body = await left(world, show.show_id)
    assert (body["held"], body["available"], body["sold_out"]) == (0, 17, False)
    assert by_type(body, "held", "available") == [("Stalls", 0, 7), ("Anywhere", 0, 6)]
    # The same in the event itself and in lists, and nothing changes when the fact comes.
    event = (await world.get(f"/events/{show.show_id}")).json()
    Event.model_validate(event)
    assert (event["available"], [each["available"] for each in event["ticket_types"]]) == (17, [7, 6])
    assert (await world.get("/events")).json()["items"] == [event]
    await world.happened(
        f"show-{show.show_id}", BookingExpired(show.show_id, hold.booking_id, hold.expires_at, world.now)
    )
    after = await left(world, show.show_id)
    assert {**after, "as_of_position": 0} == {**body, "as_of_position": 0}


async def test_an_extended_hold_counts_for_as_long_as_it_is_extended(world: World) -> None:
    show = scheduled()
    hold = held(show, standing())
    later = hold.expires_at + 5 * MINUTE
    extended = HoldExtended(show.show_id, hold.booking_id, later, NOON)
    await world.happened(f"show-{show.show_id}", *on_sale(show), hold, extended)
    for world.now, count in ((hold.expires_at + INSTANT, 1), (later, 1), (later + INSTANT, 0)):
        assert (await left(world, show.show_id))["held"] == count


async def test_a_sold_out_event_has_places_again_when_a_hold_runs_out(world: World) -> None:
    only = Offer(new_id(), "Only", eur(100), quota=2)
    show = scheduled(offers=(only,))
    hold = held(show, standing(only))
    await world.happened(f"show-{show.show_id}", *on_sale(show), hold, booked(show, standing(only)))
    assert (await left(world, show.show_id))["sold_out"]
    world.now = hold.expires_at + INSTANT
    assert not (await left(world, show.show_id))["sold_out"]
    assert not (await world.get(f"/events/{show.show_id}")).json()["sold_out"]


async def test_an_allotment_is_on_general_sale_from_its_date_on(world: World) -> None:
    show = scheduled()
    kept = Allotment(new_id(), "House", ("Stalls/A/1",), (AreaShare("Gallery", 2),), release_at=NOON + MINUTE)
    await world.happened(f"show-{show.show_id}", *on_sale(show), SeatsAllotted(show.show_id, kept, NOON))
    body = await left(world, show.show_id)
    assert (body["blocked"], body["available"]) == (3, 14)
    assert by_type(body, "blocked", "available") == [("Stalls", 1, 6), ("Anywhere", 3, 6)]
    world.now = NOON + MINUTE
    body = await left(world, show.show_id)
    assert (body["blocked"], body["available"]) == (0, 17)


async def test_a_hold_from_an_allotment_goes_back_to_it(world: World) -> None:
    show = scheduled()
    kept = Allotment(new_id(), "House", ("Stalls/A/1", "Stalls/A/2"))
    hold = held(show, replace(seat("A/1"), allotment_id=kept.id))
    await world.happened(
        f"show-{show.show_id}", *on_sale(show), SeatsAllotted(show.show_id, kept, NOON), hold
    )
    assert (await left(world, show.show_id))["blocked"] == 1
    world.now = hold.expires_at + INSTANT
    body = await left(world, show.show_id)
    assert (body["held"], body["blocked"], body["available"]) == (0, 2, 15)


async def test_it_says_what_sets_the_limit_of_each_type(world: World) -> None:
    show = scheduled()
    more = Offer(new_id(), "More", eur(100))
    both = Rules(shared_quotas=(SharedQuota("both", (more.id, new_id()), 3),))
    await world.happened(
        f"show-{show.show_id}",
        *on_sale(show),
        TicketTypeOffered(show.show_id, more, NOON),
        ShowDetailsChanged(show.show_id, show.name, NOON, rules=both),
    )
    limits = by_type(await left(world, show.show_id), "available", "limited_by")
    assert limits == [("Stalls", 7, "places"), ("Anywhere", 6, "quota"), ("More", 3, "shared_quota")]


async def many(world: World, ids: list[str], who: str | None = None) -> dict[str, Any]:
    answer = await world.get("/events/availability", who, ids=",".join(ids))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    Availabilities.model_validate(body)
    assert int(answer.headers["Seatledger-Position"]) == body["as_of_position"]
    assert {each["as_of_position"] for each in body["items"]} <= {body["as_of_position"]}
    return body


async def test_many_events_are_answered_at_one_position_in_the_order_asked(world: World) -> None:
    shows = [scheduled(f"Show {number}") for number in range(5)]
    for show in shows:
        await world.log.append(f"show-{show.show_id}", *on_sale(show), booked(show, seat("A/1")))
    hold = held(shows[3], standing())
    position = await world.happened(f"show-{shows[3].show_id}", hold)
    world.now = hold.expires_at + INSTANT
    ids = [shows[number].show_id for number in (3, 0, 4, 1)]
    unknown = new_id()
    body = await many(world, [*ids[:2], unknown, *ids[2:], ids[0].upper()])
    assert [each["event_id"] for each in body["items"]] == ids
    assert (body["missing"], body["as_of_position"]) == ([unknown], position)
    for item in body["items"]:
        assert item == await left(world, item["event_id"])
    assert body["items"][0]["held"] == 0


async def test_ids_may_also_be_given_one_by_one(world: World) -> None:
    show, other = scheduled(), scheduled()
    for each in (show, other):
        await world.happened(f"show-{each.show_id}", *on_sale(each))
    answer = await world.get("/events/availability", ids=[other.show_id, show.show_id])
    assert [each["event_id"] for each in answer.json()["items"]] == [other.show_id, show.show_id]


async def test_drafts_and_deleted_events_are_missing_but_staff_sees_drafts(world: World) -> None:
    draft, gone = scheduled("Draft"), scheduled("Gone")
    facts: list[ShowFact] = [*on_sale(gone), ShowDeleted(gone.show_id, NOON)]
    await world.log.append(f"show-{draft.show_id}", draft)
    await world.happened(f"show-{gone.show_id}", *facts)
    ids = [draft.show_id, gone.show_id]
    assert (await many(world, ids))["missing"] == ids
    assert (await many(world, ids, "clerk"))["missing"] == [gone.show_id]


async def test_what_was_just_made_is_not_missing(world: World) -> None:
    async with working(world.pool):
        show = scheduled()
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
        assert (await many(world, [show.show_id]))["missing"] == []


async def test_a_thousand_are_answered_and_no_more(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    unknown = [new_id() for _ in range(IDS_MAX - 1)]
    body = await many(world, [*unknown, show.show_id])
    assert (len(body["items"]), body["missing"]) == (1, unknown)
    answer = await world.get("/events/availability", ids=",".join([*unknown, *unknown[:2]]))
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (422, "too_long")


@pytest.mark.parametrize("query", [{}, {"ids": ""}, {"ids": "soon"}, {"ids": f"{new_id()},"}])
async def test_what_is_no_list_of_ids_is_refused(world: World, query: dict[str, str]) -> None:
    answer = await world.get("/events/availability", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    assert answer.json()["errors"][0]["path"] == "/ids"


async def test_many_readers_at_once_get_each_their_own(world: World) -> None:

    shows = [scheduled(f"Show {number}") for number in range(20)]
    for number, show in enumerate(shows):
        await world.log.append(
            f"show-{show.show_id}", *on_sale(show), *(booked(show, standing()) for _ in range(number % 5))
        )
    await world.project()
    wanted = [shows[number % 20].show_id for number in range(100)] + [new_id()]
    answers = await asyncio.gather(
        *(
            world.client.get(f"/api/v1/events/{show_id}/availability", headers=bearer("ana"))
            for show_id in wanted
        )
    )
    assert [answer.json().get("event_id") for answer in answers] == [*wanted[:100], None]
    assert [answer.json()["sold"] for answer in answers[:100]] == [number % 20 % 5 for number in range(100)]
    assert answers[100].json()["code"] == "event-not-found"
