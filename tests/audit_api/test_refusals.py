"""What was refused is kept, and can be asked why."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.audit_api.conftest import CALLERS, NOWHERE, World

ANA = CALLERS["ana"].id


def body_of(event_id: str, quantity: int = 2) -> dict[str, Any]:
    return {"event_id": event_id, "quantity": quantity}


def pays(booking: Any, reference: str = "pi_9") -> dict[str, Any]:
    amount = booking["total"]["amount"]
    return {"payment": {"reference": reference, "amount": amount, "currency": "EUR"}}


async def test_sold_out_is_explained_by_who_has_the_places(world: World) -> None:
    event = await world.event(capacity=6)
    held = await world.book(event, 2)
    sold = await world.book(event, 3)
    await world.pay(sold)
    kept = {"name": "House", "areas": [{"area": "General", "quantity": 1}]}
    allotment = await world.command("admin", "POST", f"/events/{event}/allotments", kept)
    refusal = await world.refuse(
        "ana", "POST", "/bookings", body_of(event), **{"Idempotency-Key": "twice", "X-Request-Id": "asked"}
    )
    assert (refusal["code"], refusal["status"], refusal["refusal"]) == ("sold-out", 409, "SoldOut")
    assert (refusal["event_id"], refusal["customer_id"]) == (event, ANA)
    assert (refusal["by"], refusal["data"]["available"]) == ({"id": ANA, "role": "customer"}, 0)
    assert refusal["why"] == {
        "command": "BookSeats", "idempotency_key": "twice", "request_id": "asked",
    }  # fmt: skip
    cause = refusal["cause"]
    assert (cause["reproduced"], cause["explanation"]) == (True, "2 were asked for and 0 could be had.")
    (bound,) = cause["bounds"]
    assert {name: bound[name] for name in ("kind", "limit", "sold", "held", "kept_back", "left")} == {
        "kind": "places", "limit": 6, "sold": 3, "held": 2, "kept_back": 1, "left": 0,
    }  # fmt: skip
    assert [each["fact"]["fact"] for each in bound["set_by"]] == ["ShowScheduled"]
    standing = cause["standing"]["items"]
    assert [(each["kind"], each["places"], each["booking_id"], each["allotment_id"]) for each in standing] == [
        ("held", 2, held["id"], None), ("sold", 3, sold["id"], None), ("kept-back", 1, None, allotment["id"]),
    ]  # fmt: skip
    assert [each["since"]["fact"] for each in standing] == ["SeatsHeld", "SeatsHeld", "SeatsAllotted"]
    assert (await world.read(f"/facts?after={standing[0]['since']['position'] - 1}&limit=1"))["items"][0][
        "hash"
    ] == standing[0]["since"]["hash"]


async def test_what_came_later_is_no_part_of_the_cause(world: World) -> None:
    event = await world.event(capacity=2)
    booked = await world.book(event, 2)
    refusal = await world.refuse("ana", "POST", "/bookings", body_of(event, 1))
    await world.command("ana", "DELETE", f"/bookings/{booked['id']}")
    await world.book(event, 1)
    again = await world.read(f"/refusals/{refusal['id']}")
    assert again == refusal
    assert again["version"] == 3


async def test_what_uses_it_up_comes_in_pages(world: World) -> None:
    event = await world.event(capacity=5)
    bookings = [(await world.book(event, 1))["id"] for _ in range(5)]
    refusal = await world.refuse("ana", "POST", "/bookings", body_of(event, 1))
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = (await world.read(f"/refusals/{refusal['id']}", limit=2, after=after))["cause"]["standing"]
        seen += [each["booking_id"] for each in page["items"]]
        after = page["next"]
    assert seen == bookings


async def test_a_bookings_state_is_explained_by_the_fact_that_put_it_there(world: World) -> None:
    event = await world.event()
    booked = await world.book(event)
    await world.command("ana", "DELETE", f"/bookings/{booked['id']}")
    refusal = await world.refuse("ana", "DELETE", f"/bookings/{booked['id']}")
    because = {each["field"]: each for each in refusal["cause"]["because"]}
    assert (refusal["code"], refusal["booking_id"]) == ("booking-already-cancelled", booked["id"])
    assert refusal["cause"]["reproduced"] is True
    assert (because["status"]["value"], because["status"]["fact"]["fact"]) == (
        "cancelled",
        "BookingCancelled",
    )
    assert because["status"]["fact"]["by"] == {"id": ANA, "role": "customer"}


async def test_a_hold_that_ran_out_names_the_fact_that_set_its_end(world: World) -> None:
    event = await world.event(60)
    booked = await world.book(event)
    world.shift = timedelta(minutes=2)
    refusal = await world.refuse("ana", "POST", f"/bookings/{booked['id']}/extend", {"seconds": 60})
    because = {each["field"]: each for each in refusal["cause"]["because"]}
    assert (refusal["code"], refusal["cause"]["reproduced"]) == ("booking-expired", True)
    assert (because["status"]["fact"]["fact"], because["status"]["fact"]["by"]["id"]) == (
        "BookingExpired",
        "time",
    )


async def test_another_version_than_expected_is_a_refusal_too(world: World) -> None:
    event = await world.event()
    booked = await world.book(event)
    refusal = await world.refuse("ana", "DELETE", f"/bookings/{booked['id']}", **{"If-Match": '"2"'})
    assert (refusal["code"], refusal["if_match"], refusal["data"]) == (
        "version-mismatch",
        [2],
        {"version": 3},
    )
    assert refusal["cause"]["reproduced"] is True
    (because,) = refusal["cause"]["because"]
    assert (because["value"], because["fact"]["fact"]) == (3, "SeatsHeld")


async def test_what_somebody_may_not_touch_is_explained_by_whose_it_is(world: World) -> None:
    event = await world.event()
    desk = {"customer": {"name": "Ben Bruno", "email": "ben@example.org"}, **body_of(event)}
    booked = await world.command("clerk", "POST", "/bookings", desk)
    refusal = await world.refuse("ana", "DELETE", f"/bookings/{booked['id']}")
    assert (refusal["code"], refusal["cause"]["reproduced"]) == ("booking-not-found", True)
    because = {each["field"]: each for each in refusal["cause"]["because"]}
    assert because["customer.name"]["value"] == "Ben Bruno"


async def test_a_venue_explains_its_refusals_too(world: World) -> None:
    plan = {"areas": [{"name": "Floor", "capacity": 10}]}
    venue = {"name": "Hall", "address": "Via 1, Roma", "timezone": "Europe/Rome", "seating_plan": plan}
    made = await world.command("admin", "POST", "/venues", venue)
    await world.ask("admin", "DELETE", f"/venues/{made['id']}")
    refusal = await world.refuse("admin", "PATCH", f"/venues/{made['id']}", {"name": "Other"})
    assert (refusal["code"], refusal["event_id"], refusal["cause"]["reproduced"]) == (
        "venue-closed",
        None,
        True,
    )
    assert [each["fact"]["fact"] for each in refusal["cause"]["because"]] == ["VenueClosed"]


async def test_of_an_account_it_is_told_that_it_was_refused_and_not_what(world: World) -> None:
    refusal = await world.refuse("admin", "PATCH", f"/users/{NOWHERE}", {"role": "auditor"})
    assert (refusal["code"], refusal["stream"], refusal["asked"]) == ("user-not-found", None, None)
    assert (refusal["cause"]["reproduced"], refusal["by"]["role"]) == (None, "admin")
    assert refusal["why"]["command"] == "ChangeUserRole"


async def test_names_are_kept_encrypted_and_gone_with_their_person(world: World) -> None:
    event = await world.event(capacity=1)
    desk = {"customer": {"name": "Zoe Zanetti", "email": "zoe@example.org"}, **body_of(event)}
    refusal = await world.refuse("clerk", "POST", "/bookings", desk)
    assert refusal["asked"]["customer"]["name"] == "Zoe Zanetti"
    kept = await world.superuser.fetchval("SELECT string_agg(r::text, '') FROM command_api.refusals AS r")
    assert "anetti" not in kept
    assert "zoe@" not in kept
    hashed = await world.read(f"/refusals/{refusal['id']}", as_hashed=True)
    assert hashed["asked"]["customer"]["name"].startswith("pd1.")
    person = refusal["asked"]["customer"]["person_id"]
    await world.ask("admin", "POST", f"/customers/{person}/erase")
    again = await world.read(f"/refusals/{refusal['id']}")
    assert again["asked"]["customer"]["name"] == "[erased]"


async def test_what_was_altered_does_not_come_out_the_same(world: World) -> None:
    event = await world.event(capacity=3)
    await world.book(event, 2)
    refusal = await world.refuse("ana", "POST", "/bookings", body_of(event))
    said = '{"ticket_type_id": "x", "requested": 2, "available": 0}'
    await world.superuser.execute("UPDATE command_api.refusals SET reason = $1::text::json", said)
    assert (await world.read(f"/refusals/{refusal['id']}"))["cause"]["reproduced"] is False
    await world.superuser.execute("UPDATE command_api.refusals SET asked = '{}'")
    assert (await world.read(f"/refusals/{refusal['id']}"))["cause"]["reproduced"] is None


async def test_a_refusal_is_told_also_where_its_facts_cannot_be_read(world: World) -> None:
    event = await world.event(capacity=1)
    refusal = await world.refuse("ana", "POST", "/bookings", body_of(event))
    await world.superuser.execute(
        "UPDATE eventstore.events SET name = 'Nothing' WHERE name = 'ShowPublished'"
    )
    told = await world.read(f"/refusals/{refusal['id']}")
    assert (told["code"], told["cause"]["reproduced"]) == ("sold-out", None)
    assert "verify" in told["cause"]["explanation"]


async def test_what_a_customer_was_refused_is_in_their_file_and_what_they_asked_for_others_is_not(
    world: World,
) -> None:
    event = await world.event(capacity=2)
    booked = await world.book(event)
    await world.refuse("ana", "POST", "/bookings", body_of(event))
    other = {"to": {"name": "Zoe Zanetti", "email": "zoe@example.org"}}
    await world.refuse("ana", "POST", f"/bookings/{booked['id']}/transfer", other)
    answer = await world.ask("ana", "GET", f"/customers/{ANA}/data")
    sold_out, transfer = answer.json()["refusals"]
    assert (sold_out["code"], sold_out["asked"]["customer"]["name"]) == ("sold-out", "Ana")
    assert (transfer["code"], transfer["asked"]) == ("booking-not-confirmed", None)
    assert "Zanetti" not in answer.text


async def test_refusals_are_found_by_what_is_known_of_them(world: World) -> None:
    first, second = await world.event(capacity=1), await world.event(capacity=1)
    booked = await world.book(first, 1)
    sold_out = await world.refuse("ana", "POST", "/bookings", body_of(first))
    other = await world.refuse("clerk", "POST", "/bookings", body_of(second, 2))
    late = await world.refuse("ana", "POST", f"/bookings/{booked['id']}/extend", {"seconds": 86_000})

    async def found(**query: object) -> list[str]:
        return [each["id"] for each in (await world.read("/refusals", **query))["items"]]

    every = [sold_out["id"], other["id"], late["id"]]
    assert await found() == every
    assert await found(order="desc") == every[::-1]
    assert await found(event_id=first) == [sold_out["id"], late["id"]]
    assert await found(booking_id=booked["id"]) == [late["id"]]
    assert await found(by=CALLERS["clerk"].id) == [other["id"]]
    assert await found(customer=ANA) == [sold_out["id"], late["id"]]
    assert await found(code="sold-out") == [sold_out["id"], other["id"]]
    assert await found(command="ExtendHold") == [late["id"]]
    assert await found(from_=other["asked_at"]) == every[1:]
    assert await found(to=other["asked_at"]) == every[:1]
    assert await found(code="no-such-code") == []


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_the_list_comes_in_pages(world: World, order: str) -> None:
    event = await world.event(capacity=1)
    every = [(await world.refuse("ana", "POST", "/bookings", body_of(event)))["id"] for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await world.read("/refusals", order=order, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == (every if order == "asc" else every[::-1])


async def test_what_was_never_kept_is_not_found(world: World) -> None:
    for refusal_id in (str(uuid4()), "nobody"):
        answer = await world.audit(f"/refusals/{refusal_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "refusal-not-found")


async def test_a_refused_retry_of_what_was_carried_out_is_no_refusal(world: World) -> None:
    event = await world.event(capacity=2)
    await world.book(event, 2, "the-key")
    await world.book(event, 2, "the-key")
    await world.kept.flush()
    assert (await world.read("/refusals"))["items"] == []
