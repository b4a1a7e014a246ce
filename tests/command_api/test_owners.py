"""Organizers and what is theirs: they change it, and nothing of anybody else's."""

from dataclasses import replace
from typing import Any

import pytest

from command_api.roles import OWNERS
from runtime.http.route_table import RouteTable
from runtime.identity import Caller, Role
from tests.command_api.people import ADMIN, ANA, ORGANIZER, OTTO
from tests.command_api.requests import (
    EUR_20,
    book_call,
    booking,
    event,
    event_call,
    offering,
    ticket_type_call,
    venue_call,
)
from tests.command_api.shop import Call, Shop

OLGA = ORGANIZER
CREATING = {"CreateVenue": venue_call, "CreateTicketType": ticket_type_call, "CreateEvent": event_call}


def about_venue(venue_id: str) -> list[Call]:
    path = {"venue_id": venue_id}
    return [
        Call("ReplaceVenue", path, {"name": "Regio", "timezone": "Europe/Paris"}),
        Call("ChangeVenue", path, {"name": "Nuovo"}),
        Call("ChangeVenueSeatingPlan", path, {"capacity": 9}),
        Call("CloseVenue", path),
    ]


def about_ticket_type(type_id: str) -> list[Call]:
    path = {"ticket_type_id": type_id}
    return [
        Call("ChangeTicketType", path, {"name": "Gold", "price": EUR_20}),
        Call("WithdrawTicketType", path),
    ]


def about_event(event_id: str, type_id: str, allotment_id: str) -> list[Call]:
    """In an order in which its owner can do all of it to a draft."""
    path = {"event_id": event_id}
    return [
        Call("ChangeEvent", path, {"name": "Tosca"}),
        Call("ReplaceEvent", path, {"name": "Tosca", "starts_at": "2099-03-15T20:00:00+01:00"}),
        Call("RescheduleEvent", path, {"starts_at": "2099-03-16T20:00:00+01:00"}),
        Call("OfferTicketType", path, {"name": "Late", "price": EUR_20}),
        Call("ChangeOffer", {**path, "ticket_type_id": type_id}, {"name": "General", "price": EUR_20}),
        Call("AllotSeats", path, {"name": "House seats", "seats": ["Stalls/A/9"]}),
        Call("ReleaseAllotment", {**path, "allotment_id": allotment_id}),
        Call("PublishEvent", path),
        Call("CloseSales", path),
        Call("ReopenSales", path),
        Call("WithdrawOffer", {**path, "ticket_type_id": type_id}),
        Call("CancelEvent", path, {"reason": "ill"}),
        Call("DeleteEvent", path),
    ]


async def event_calls(shop: Shop, by: Caller, **changes: Any) -> list[Call]:
    made = await shop.done(event_call(**changes).but(by=by))
    places = {"name": "Friends", "seats": ["Stalls/A/1"]}
    allotment = await shop.done(Call("AllotSeats", {"event_id": made["id"]}, places, by))
    return about_event(made["id"], made["ticket_types"][0]["id"], allotment["id"])


def test_every_command_for_owners_is_tried_here(shop: Shop) -> None:
    tried = {call.operation for call in about_venue("") + about_ticket_type("") + about_event("", "", "")}
    table = RouteTable(shop.served.app.router.routes)
    for_owners = {served.operation_id for _, _, served in table if served.access == OWNERS}
    assert for_owners == tried | CREATING.keys()


async def test_what_an_organizer_makes_they_may_change(shop: Shop) -> None:
    venue = await shop.done(venue_call().but(by=OLGA))
    kind = await shop.done(ticket_type_call().but(by=OLGA))
    calls = about_venue(venue["id"]) + about_ticket_type(kind["id"])
    for call in calls + await event_calls(shop, OLGA, status="draft"):
        await shop.done(call.but(by=OLGA))


@pytest.mark.parametrize("owner", [OTTO, ADMIN], ids=["another organizer's", "the house's"])
async def test_what_everybody_sees_is_forbidden_to_another_organizer(owner: Caller, shop: Shop) -> None:
    venue = await shop.done(venue_call().but(by=owner))
    kind = await shop.done(ticket_type_call().but(by=owner))
    calls = about_venue(venue["id"]) + about_ticket_type(kind["id"]) + await event_calls(shop, owner)
    for call in calls:
        await shop.refused(call.but(by=OLGA), 403, "forbidden")
        await shop.refused(call.but(by=OLGA), 403, "forbidden", if_match='"99"')
        await shop.refused(call.but(by=OLGA), 403, "forbidden", key=f"{call.operation} {venue['id']}")


@pytest.mark.parametrize("owner", [OTTO, ADMIN], ids=["another organizer's", "the house's"])
async def test_somebody_elses_draft_is_not_there(owner: Caller, shop: Shop) -> None:
    nowhere = "01900000-0000-7000-8000-0000000000ff"
    for call in await event_calls(shop, owner, status="draft"):
        theirs = await shop.refused(call.but(by=OLGA), 404, "event-not-found", if_match='"99"')
        nobodys = call.but(by=OLGA, path={**call.path, "event_id": nowhere})
        assert theirs.keys() == (await shop.refused(nobodys, 404, "event-not-found")).keys()


async def test_what_is_not_there_is_not_found_by_organizers_too(shop: Shop) -> None:
    nowhere = "01900000-0000-7000-8000-0000000000ff"
    for call in about_venue(nowhere) + about_ticket_type(nowhere) + about_event(nowhere, nowhere, nowhere):
        assert (await shop.send(call.but(by=OLGA))).status_code == 404


async def test_a_deleted_event_is_nobodys(shop: Shop) -> None:
    made = await shop.done(event_call(status="draft").but(by=OTTO))
    await shop.done(Call("DeleteEvent", {"event_id": made["id"]}, by=OTTO))
    for caller in (OLGA, OTTO):
        await shop.refused(
            Call("ChangeEvent", {"event_id": made["id"]}, {"name": "x"}, caller), 404, "event-not-found"
        )


@pytest.mark.parametrize("creating", CREATING)
async def test_an_administrator_may_make_something_for_an_organizer(creating: str, shop: Shop) -> None:
    call = CREATING[creating]()
    named = call.but(json={**call.json, "organizer_id": OLGA.id.upper()})
    made = await shop.done(named)
    change = {
        "CreateVenue": Call("ChangeVenue", {"venue_id": made["id"]}, {"name": "Nuovo"}),
        "CreateTicketType": Call("WithdrawTicketType", {"ticket_type_id": made["id"]}),
        "CreateEvent": Call("ChangeEvent", {"event_id": made["id"]}, {"name": "Tosca"}),
    }[creating]
    await shop.refused(change.but(by=OTTO), 403, "forbidden")
    await shop.done(change.but(by=OLGA))


@pytest.mark.parametrize("creating", CREATING)
async def test_only_administrators_say_whose_something_is(creating: str, shop: Shop) -> None:
    call = CREATING[creating]()
    for organizer in (OLGA, OTTO):
        named = call.but(json={**call.json, "organizer_id": organizer.id}, by=OLGA)
        await shop.refused(named, 403, "forbidden")
    for nonsense in ("", "olga", f"{{{OLGA.id}}}", OLGA.id.replace("-", ""), 7):
        named = call.but(json={**call.json, "organizer_id": nonsense})
        await shop.refused(named, 422, "validation-failed")


@pytest.mark.parametrize(
    "operation", ["ReplaceVenue", "ChangeVenue", "ChangeEvent", "ReplaceEvent", "ChangeTicketType"]
)
async def test_no_change_gives_it_to_somebody_else(operation: str, shop: Shop) -> None:
    calls = about_venue("v") + about_ticket_type("t") + about_event("e", "t", "a")
    call = next(call for call in calls if call.operation == operation)
    path = dict.fromkeys(call.path, "01900000-0000-7000-8000-0000000000ff")
    named = call.but(path=path, json={**call.json, "organizer_id": OLGA.id})
    await shop.refused(named, 422, "validation-failed")


async def test_an_event_is_in_the_organizers_own_venue_or_in_the_houses(shop: Shop) -> None:
    for owner, forbidden in ((OLGA, False), (ADMIN, False), (OTTO, True)):
        venue = await shop.done(venue_call().but(by=owner))
        elsewhere = {"venue_name": None, "timezone": None, "seating_plan": None}
        call = event_call(**elsewhere, venue_id=venue["id"]).but(by=OLGA)
        if forbidden:
            await shop.refused(call, 403, "forbidden")
            assert (await shop.send(call.but(by=ADMIN))).is_success
        else:
            await shop.done(call)


async def test_an_event_offers_the_organizers_own_ticket_types_and_the_houses(shop: Shop) -> None:
    show = await shop.done(event_call().but(by=OLGA))
    for owner, forbidden in ((OLGA, False), (ADMIN, False), (OTTO, True)):
        kind = await shop.done(ticket_type_call().but(by=owner))
        offer = {"ticket_type_id": kind["id"]}
        path = {"event_id": show["id"]}
        for call in (offering(offer), Call("OfferTicketType", path, offer)):
            if forbidden:
                await shop.refused(call.but(by=OLGA), 403, "forbidden")
            else:
                await shop.done(call.but(by=OLGA))


async def test_ownership_counts_only_while_somebody_is_an_organizer(shop: Shop) -> None:
    show = await shop.done(event_call().but(by=OLGA))
    change = Call("ChangeEvent", {"event_id": show["id"]}, {"name": "Tosca"})
    for role in (Role.CUSTOMER, Role.BOX_OFFICE, Role.AUDITOR):
        await shop.refused(change.but(by=replace(OLGA, role=role)), 403, "forbidden")
    await shop.done(change.but(by=OLGA))


async def test_an_organizer_books_for_themselves_only_at_their_own_events_too(shop: Shop) -> None:
    show = await shop.done(event_call().but(by=OLGA))
    named = book_call(show, quantity=1, customer={"name": "Ana", "email": "ana@example.org"})
    await shop.refused(named.but(by=OLGA), 403, "forbidden")
    made = await booking(shop, show)
    for operation in ("CancelBooking", "DeleteBooking"):
        await shop.refused(Call(operation, {"booking_id": made["id"]}, by=OLGA), 404, "booking-not-found")


# ---------------------------------------------------------------------- keys for some events


def only_for(caller: Caller, *shows: dict[str, Any]) -> Caller:
    return replace(caller, events=frozenset(show["id"] for show in shows))


@pytest.mark.parametrize("caller", [OLGA, ADMIN], ids=lambda caller: str(caller.role))
async def test_a_key_for_some_events_commands_these_alone(caller: Caller, shop: Shop) -> None:
    inside, outside = [await event_calls(shop, caller, status="draft") for _ in range(2)]
    key = replace(caller, events=frozenset({inside[0].path["event_id"]}))
    for call in outside:
        await shop.refused(call.but(by=key), 403, "forbidden")
    for call in inside:
        await shop.done(call.but(by=key))


async def test_outside_its_events_a_key_learns_nothing_about_ticket_types(shop: Shop) -> None:
    show, nowhere = await event(shop), "01900000-0000-7000-8000-0000000000ff"
    offer = Call("OfferTicketType", {"event_id": show["id"]}, {"ticket_type_id": nowhere})
    await shop.refused(offer.but(by=only_for(ADMIN)), 403, "forbidden")
    await shop.refused(offer.but(by=only_for(ADMIN, show)), 404, "ticket-type-not-found")


@pytest.mark.parametrize("creating", CREATING)
@pytest.mark.parametrize("caller", [OLGA, ADMIN], ids=lambda caller: str(caller.role))
async def test_a_key_for_some_events_makes_nothing_new(caller: Caller, creating: str, shop: Shop) -> None:
    await shop.refused(CREATING[creating]().but(by=only_for(caller)), 403, "forbidden")


async def test_a_key_for_some_events_changes_no_venue_and_no_ticket_type(shop: Shop) -> None:
    venue, kind = await shop.done(venue_call().but(by=OLGA)), await shop.done(ticket_type_call().but(by=OLGA))
    for call in about_venue(venue["id"]) + about_ticket_type(kind["id"]):
        await shop.refused(call.but(by=only_for(OLGA)), 403, "forbidden")


async def test_a_key_for_some_events_books_at_these_alone(shop: Shop) -> None:
    inside, outside = await event(shop), await event(shop)
    key = only_for(ANA, inside)
    made = await shop.done(book_call(inside).but(by=key))
    await shop.refused(book_call(outside).but(by=key), 403, "forbidden")
    elsewhere = await booking(shop, outside)
    await shop.refused(Call("DeleteBooking", {"booking_id": elsewhere["id"]}, by=key), 403, "forbidden")
    await shop.done(Call("DeleteBooking", {"booking_id": made["id"]}, by=key))


async def test_what_is_made_with_a_key_is_its_accounts(shop: Shop) -> None:
    key = replace(OLGA, id="01900000-0000-7000-8000-0000000000d9", acts_for=OLGA.id)
    made = await shop.done(event_call(status="draft").but(by=key))
    change = Call("ChangeEvent", {"event_id": made["id"]}, {"name": "Tosca"})
    for caller in (key, OLGA, ADMIN):
        await shop.done(change.but(by=caller))
    await shop.refused(change.but(by=OTTO), 404, "event-not-found")
    theirs = await shop.done(event_call().but(by=OLGA))
    await shop.done(change.but(by=key, path={"event_id": theirs["id"]}))


async def test_a_key_for_some_events_does_not_make_an_organizer_of_others(shop: Shop) -> None:
    """What a key is for narrows what its owner may, and never widens it."""
    theirs = await event_calls(shop, OTTO)
    key = replace(OLGA, events=frozenset({theirs[0].path["event_id"]}))
    for call in theirs:
        await shop.refused(call.but(by=key), 403, "forbidden")
