"""Organizers see their own drafts and nobody else's; keys for some events see these alone."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from cli.openapi import all_sides
from domain.show.facts import ShowCancelled, ShowDeleted, ShowPublished, ShowScheduled
from domain.ticket_type.facts import TicketTypeAdded
from domain.venue.facts import VenueOpened
from projections.read_models import PROJECTORS
from runtime.http.access import OPTIONAL
from runtime.identity import Caller, Role
from tests.projections.projecting import project
from tests.projections.season import (
    STALLS,
    booked,
    on_sale,
    scheduled,
    seat,
    standing,
    ticket_type,
    venue,
)
from tests.projections.writing import NOON
from tests.query_api.conftest import CALLERS, World, bearer

OWNERS: dict[str, str | None] = {"olga": CALLERS["olga"].id, "otto": CALLERS["otto"].id, "house": None}
LISTS = ("/events", "/events/search", "/events/available")
STREAM = "/api/v1/events/{event_id}/stream"
"""Its answer has no end; what may be seen of it is looked at before it begins."""

OF_ONE_EVENT = sorted(
    path.removeprefix("/api/v1")
    for method, path, served in all_sides().table
    if method == "GET" and "{event_id}" in path and served.access == OPTIONAL and path != STREAM
)


@dataclass
class Season:
    """Of each owner a draft, and an event on sale."""

    drafts: dict[str, ShowScheduled]
    public: dict[str, ShowScheduled]
    venue: VenueOpened


def owned(name: str, owner: str, **more: Any) -> ShowScheduled:
    return changed(scheduled(name, **more), owner_id=OWNERS[owner])


async def season(world: World) -> Season:
    house = venue()
    made = Season({}, {}, house)
    await world.log.append(f"venue-{house.venue_id}", house)
    for owner in OWNERS:
        draft, public = (
            owned(f"{kind} of {owner}", owner, venue_id=house.venue_id) for kind in ("Draft", "Show")
        )
        made.drafts[owner], made.public[owner] = draft, public
        await world.log.append(f"show-{draft.show_id}", draft)
        await world.log.append(f"show-{public.show_id}", *on_sale(public))
    await world.project()
    return made


def key_for(who: str, *shows: ShowScheduled) -> Caller:
    return replace(CALLERS[who], events=frozenset(show.show_id for show in shows))


def test_there_are_reads_of_one_event() -> None:
    assert {"/events/{event_id}", "/events/{event_id}/seat-map", "/events/{event_id}/availability"} <= set(
        OF_ONE_EVENT
    )


@pytest.mark.parametrize("path", OF_ONE_EVENT)
async def test_a_draft_is_there_for_its_organizer_and_for_staff(path: str, world: World) -> None:
    drafts = (await season(world)).drafts
    for owner, draft in drafts.items():
        there = {owner, "clerk", "auditor", "admin"} - {"house"}
        for who in (None, "ana", "olga", "otto", "clerk", "auditor", "admin"):
            answer = await world.get(path.format(event_id=draft.show_id), who)
            assert answer.status_code == (200 if who in there else 404), (owner, who)


@pytest.mark.parametrize("path", OF_ONE_EVENT)
async def test_a_key_sees_the_drafts_it_is_for(path: str, world: World) -> None:
    drafts = (await season(world)).drafts
    for draft in drafts.values():
        url = path.format(event_id=draft.show_id)
        others = [each for each in drafts.values() if each is not draft]
        assert (await world.get(url, key_for("clerk", draft))).status_code == 200
        assert (await world.get(url, key_for("clerk", *others))).status_code == 404
        assert (await world.get(url, key_for("ana", draft))).status_code == 404
        olgas = draft is drafts["olga"]
        assert (await world.get(url, key_for("olga", *drafts.values()))).status_code == (
            200 if olgas else 404
        )
        assert (await world.get(url, key_for("olga", *others))).status_code == 404


async def test_the_live_map_of_somebody_elses_draft_is_not_there(world: World) -> None:
    made = await season(world)
    for who, draft in (("olga", "otto"), ("otto", "olga"), ("olga", "house"), ("ana", "olga")):
        path = f"/events/{made.drafts[draft].show_id}/stream"
        assert (await world.get(path, who)).status_code == 404


async def test_an_own_draft_is_there_as_of_any_moment_and_once_it_is_deleted(world: World) -> None:
    draft = owned("Draft", "olga")
    first = await world.happened(f"show-{draft.show_id}", draft)
    last = await world.happened(f"show-{draft.show_id}", ShowDeleted(draft.show_id, NOON))
    for path in (f"/events/{draft.show_id}", f"/events/{draft.show_id}/availability"):
        for who, status in (("olga", 200), ("clerk", 200), ("otto", 404), ("ana", 404), (None, 404)):
            assert (await world.get(path, who, as_of=first)).status_code == status
            assert (await world.get(path, who, as_of=last)).status_code == 404
            assert (await world.get(path, who)).status_code == 404


async def test_lists_show_an_organizer_what_is_public_and_their_own_drafts(world: World) -> None:
    made = await season(world)
    public = {show.name for show in made.public.values()}
    for path in ("/events", "/events/search", f"/venues/{made.venue.venue_id}/events"):
        assert set(await world.names(path)) == public
        for who in ("olga", "otto"):
            assert set(await world.names(path, who)) == public | {f"Draft of {who}"}
            assert await world.names(path, who, status="draft") == [f"Draft of {who}"]
            assert await world.names(path, who, q="draft") == [f"Draft of {who}"]
        assert set(await world.names(path, key_for("clerk", made.drafts["otto"]))) == public | {
            "Draft of otto"
        }
        assert set(await world.names(path, replace(CALLERS["olga"], role=Role.CUSTOMER))) == public
    month = {"month": f"{scheduled().starts_at:%Y-%m}"}
    counted = [
        sum(day["events"] for day in (await world.get("/events/calendar", who, **month)).json()["days"])
        for who in (None, "ana", "olga", "otto", "clerk")
    ]
    assert counted == [3, 3, 4, 4, 6]


async def test_a_key_sees_what_its_account_does(world: World) -> None:
    made = await season(world)
    key = replace(CALLERS["olga"], id=made.venue.venue_id, acts_for=CALLERS["olga"].id)
    assert set(await world.names("/events", key, mine="true")) == {"Draft of olga", "Show of olga"}
    assert (await world.get(f"/events/{made.drafts['olga'].show_id}", key)).status_code == 200
    assert (await world.get(f"/events/{made.drafts['otto'].show_id}", key)).status_code == 404
    assert (await world.get(f"/events/{made.public['olga'].show_id}/revenue", key)).status_code == 200


async def test_what_is_remembered_for_one_is_told_to_no_other(world: World) -> None:
    made = await season(world)
    callers: tuple[str | Caller | None, ...] = (
        None, "olga", "otto", "clerk", key_for("clerk", made.drafts["olga"]), key_for("olga", made.drafts["olga"]),
    )  # fmt: skip
    first = [await world.get("/events", who) for who in callers]
    again = [await world.get("/events", who) for who in callers]
    assert [each.content for each in first] == [each.content for each in again]
    tags = [each.headers["ETag"] for each in first]
    assert len(set(tags)) == len(tags)
    for who in callers:
        for tag in tags:
            headers = {"If-None-Match": tag, **({} if who is None else bearer(who))}
            answer = await world.client.get("/api/v1/events", headers=headers)
            assert (answer.status_code == 304) == (tag == tags[callers.index(who)])


@pytest.mark.parametrize("sort", ["starts_at", "-name", "price", "popularity"])
async def test_mine_are_an_organizers_own_events_drafts_among_them(sort: str, world: World) -> None:
    made = await season(world)
    old = owned("Long ago", "olga", starts_at=NOON.replace(year=2020))
    await world.happened(f"show-{old.show_id}", *on_sale(old))
    for who in ("olga", "otto"):
        assert set(await world.names("/events", who, mine="true", sort=sort)) == {
            f"Draft of {who}",
            f"Show of {who}",
        }
    assert await world.names("/events", "olga", mine="true", upcoming="false", q="long", sort=sort) == [
        "Long ago"
    ]
    for nobody in (None, "ana", "clerk", "admin", replace(CALLERS["olga"], role=Role.CUSTOMER)):
        assert await world.names("/events", nobody, mine="true", sort=sort) == []
    assert await world.names("/events", key_for("olga", made.public["olga"]), mine="true", sort=sort) == [
        "Show of olga"
    ]


async def test_mine_are_an_organizers_own_venues_and_ticket_types(world: World) -> None:
    for owner, owner_id in OWNERS.items():
        place: VenueOpened = changed(venue(f"Hall of {owner}"), owner_id=owner_id)
        kind: TicketTypeAdded = changed(ticket_type(f"Type of {owner}"), owner_id=owner_id)
        await world.log.append(f"venue-{place.venue_id}", place)
        await world.log.append(f"ticket-type-{kind.ticket_type_id}", kind)
    await world.project()
    for path, word in (("/venues", "Hall"), ("/ticket-types", "Type")):
        assert await world.names(path, "olga") == [
            f"{word} of {owner}" for owner in ("house", "olga", "otto")
        ]
        for who in ("olga", "otto"):
            assert await world.names(path, who, mine="true") == [f"{word} of {who}"]
        for nobody in (None, "ana", "clerk", "admin"):
            assert await world.names(path, nobody, mine="true") == []


async def test_many_at_once_leave_out_other_peoples_drafts(world: World) -> None:
    made = await season(world)
    ids = [show.show_id for show in (*made.drafts.values(), *made.public.values())]
    hidden = {
        None: {"olga", "otto", "house"}, "ana": {"olga", "otto", "house"}, "olga": {"otto", "house"}, "clerk": set(),
    }  # fmt: skip
    for who, owners in hidden.items():
        body = (await world.get("/events/availability", who, ids=",".join(ids))).json()
        assert set(body["missing"]) == {made.drafts[owner].show_id for owner in owners}
        assert len(body["items"]) == len(ids) - len(owners)


async def test_a_draft_made_a_moment_ago_is_its_organizers_already(world: World) -> None:
    """Where the stock of it is there, and what says whose it is has yet to come."""
    draft = owned("Draft", "olga")
    await world.log.append(f"show-{draft.show_id}", draft)
    await project(world.pool, [PROJECTORS["availability"]])
    asked = asyncio.create_task(world.get(f"/events/{draft.show_id}/availability", "olga"))
    await asyncio.sleep(0)
    await world.project()
    assert (await asked).status_code == 200


async def test_a_draft_that_is_published_or_called_off_is_everybodys(world: World) -> None:
    draft = owned("Draft", "olga")
    await world.happened(f"show-{draft.show_id}", draft, ShowPublished(draft.show_id, NOON))
    await world.happened(f"show-{draft.show_id}", ShowCancelled(draft.show_id, NOON))
    for who in (None, "otto"):
        assert (await world.get(f"/events/{draft.show_id}", who)).status_code == 200


# ---------------------------------------------------------------------- bookings, with a key for some events


async def test_a_booking_of_another_event_is_not_found_with_a_key_for_some(world: World) -> None:
    made = await season(world)
    inside, outside = made.public["olga"], made.public["otto"]
    key = key_for("clerk", inside)
    for show in (inside, outside):
        one = booked(show, seat("A/1"), standing())
        position = await world.happened(f"show-{show.show_id}", one)
        path, ticket = f"/bookings/{one.booking_id}", f"tickets/{one.tickets[0].id}"
        answers = [
            await world.get(path, key),
            await world.get(path, key, expand="event"),
            await world.get(path, key, as_of=position),
            *[
                await world.get(f"{path}/{part}", key)
                for part in ("tickets", ticket, f"{ticket}/qr.svg", "calendar.ics")
            ],
        ]
        assert {each.status_code for each in answers} == {200 if show is inside else 404}
        own = [(await world.get(path, key_for("ana", each))).status_code for each in (inside, outside)]
        assert own == ([200, 404] if show is inside else [404, 200])


async def test_lists_of_bookings_are_of_the_events_a_key_is_for(world: World) -> None:
    made = await season(world)
    inside, outside = made.public["olga"], made.public["otto"]
    for show, label in ((inside, "A/1"), (outside, "A/2"), (outside, "A/3")):
        await world.happened(f"show-{show.show_id}", booked(show, seat(label)))
    key = key_for("clerk", inside, made.drafts["olga"])

    async def events(path: str, who: str | Caller, **query: str) -> list[str]:
        answer = await world.get(path, who, **query)
        assert answer.status_code == 200, answer.text
        return [item["event_id"] for item in answer.json()["items"]]

    for query in ({}, {"q": "ana"}, {"name": "ana"}, {"email": "ana@example.org"}, {"event": "show"}, {"q": "anna"},
                  {"ticket_type": STALLS.id}, {"venue_id": made.venue.venue_id}, {"status": "confirmed"}):  # fmt: skip
        for path in ("/bookings/all", "/bookings/search", f"/ticket-types/{STALLS.id}/bookings"):
            assert await events(path, key, **query) == [inside.show_id], (path, query)
            assert len(await events(path, "clerk", **query)) == 3
    assert await events("/bookings/all", key, event_id=outside.show_id) == []
    assert await events("/bookings/all", key_for("clerk")) == []
    assert await events("/bookings", key_for("ana", inside)) == [inside.show_id]
    assert len(await events("/bookings", "ana")) == 3
    for path in ("/events/{}/bookings", "/bookings/event/{}"):
        assert await events(path.format(inside.show_id), key) == [inside.show_id]
        refused = [
            (await world.get(path.format(show.show_id), key)).status_code
            for show in (outside, made.drafts["otto"])
        ]
        assert refused == [403, 404]


async def test_what_is_elsewhere_does_not_show_in_how_a_search_was_answered(world: World) -> None:
    made = await season(world)
    inside, outside = made.public["olga"], made.public["otto"]
    await world.happened(f"show-{outside.show_id}", booked(outside, seat("A/2")))
    answer = await world.get("/bookings/search", key_for("clerk", inside), q="ana")
    nobody = await world.get("/bookings/search", key_for("clerk", inside), q="xavier")
    assert answer.json() == nobody.json() == {"items": [], "next": None}
    assert answer.headers["Seatledger-Match"] == nobody.headers["Seatledger-Match"]
