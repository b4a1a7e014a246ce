"""Bookings as their owners and staff read them."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from domain.personal import Person
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    HoldExtended,
    Payment,
    TicketHolderNamed,
    TicketsExchanged,
)
from domain.show.ticket import NewTicket
from resources.booking import Booking
from runtime.ids import new_id
from tests.projections.season import ANA, booked, eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import CALLERS, World

BOB = Person("Bob", "bob@example.org", CALLERS["bob"].id)


async def one(world: World, booking_id: str, who: str = "ana") -> dict[str, Any]:
    answer = await world.get(f"/bookings/{booking_id}", who)
    assert answer.status_code == 200, answer.text
    Booking.model_validate(answer.json())
    body: dict[str, Any] = answer.json()
    return body


async def test_a_booking_reads_as_documented_through_its_life(world: World) -> None:
    show = scheduled()
    stream = f"show-{show.show_id}"
    hold = held(show, seat("A/1"), seat("A/2"), standing())
    await world.happened(stream, *on_sale(show), hold)
    body = await one(world, hold.booking_id)
    assert (body["status"], body["expires_at"], body["expires_in"]) == (
        "pending",
        "2027-03-01T12:10:00Z",
        600,
    )
    assert body["customer"] == {
        "id": ANA.id,
        "person_id": None,
        "name": "Ana Ruiz",
        "email": "ana@example.org",
    }
    assert [(item["ticket_type"], item["quantity"], item["price"]["amount"]) for item in body["items"]] == [
        ("Stalls", 2, 9000),
        ("Anywhere", 1, 4000),
    ]
    assert [(each["seat"], each["area"], each["status"]) for each in body["tickets"]] == [
        ("Stalls/A/1", None, "held"),
        ("Stalls/A/2", None, "held"),
        (None, "Gallery", "held"),
    ]
    paid = BookingConfirmed(show.show_id, hold.booking_id, NOON, Payment("pi", eur(22_000)))
    await world.happened(stream, paid)
    body = await one(world, hold.booking_id)
    assert (body["status"], body["expires_at"], body["expires_in"]) == ("confirmed", None, None)
    assert (body["paid"]["amount"], body["refund"]["amount"]) == (22_000, 0)
    gone = hold.tickets[0].id
    await world.happened(stream, BookingCancelled(show.show_id, hold.booking_id, (gone,), eur(9_000), NOON))
    body = await one(world, hold.booking_id)
    assert (body["status"], body["refund"]["amount"], body["total"]["amount"]) == ("confirmed", 9_000, 22_000)
    assert [each["status"] for each in body["tickets"]] == ["refunded", "valid", "valid"]
    assert [(item["ticket_type"], item["quantity"]) for item in body["items"]] == [
        ("Stalls", 1),
        ("Anywhere", 1),
    ]
    await world.happened(
        stream, BookingCancelled(show.show_id, hold.booking_id, (hold.tickets[1].id,), eur(0), NOON)
    )
    body = await one(world, hold.booking_id)
    assert [each["status"] for each in body["tickets"]] == ["refunded", "cancelled", "valid"]


async def test_a_hold_that_ran_out_reads_as_expired_before_anything_says_so(world: World) -> None:
    show = scheduled()
    hold = held(show, standing(), until=NOON + 10 * MINUTE)
    await world.happened(f"show-{show.show_id}", *on_sale(show), hold)
    world.now = NOON + 10 * MINUTE
    assert (await one(world, hold.booking_id))["status"] == "pending"
    world.now += timedelta(microseconds=1)
    body = await one(world, hold.booking_id)
    assert (body["status"], body["expires_at"], body["tickets"][0]["status"]) == ("expired", None, "expired")
    assert await codes(world, status="expired") == [hold.booking_id]
    assert await codes(world, status="pending") == []
    await world.happened(
        f"show-{show.show_id}", BookingExpired(show.show_id, hold.booking_id, hold.expires_at, world.now)
    )
    assert await one(world, hold.booking_id) == body


async def test_a_hold_that_was_extended_has_longer(world: World) -> None:
    show = scheduled()
    hold = held(show, standing(), until=NOON + 10 * MINUTE)
    later = HoldExtended(show.show_id, hold.booking_id, NOON + 15 * MINUTE, NOON)
    await world.happened(f"show-{show.show_id}", *on_sale(show), hold, later)
    world.now = NOON + 11 * MINUTE
    body = await one(world, hold.booking_id)
    assert (body["status"], body["expires_in"]) == ("pending", 240)


async def test_a_booking_given_away_is_the_new_owners_and_not_the_old_ones(world: World) -> None:
    show = scheduled()
    given, kept = booked(show, standing(), standing()), booked(show, standing(), at=NOON + MINUTE)
    first, second = given.tickets
    fresh = (NewTicket(first.id, "WXYZ-2345"), NewTicket(second.id, "WXYZ-6789"))
    named = TicketHolderNamed(show.show_id, given.booking_id, first.id, "Carla", NOON)
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show), given, kept, named)
    assert [each["holder"] for each in (await one(world, given.booking_id))["tickets"]] == ["Carla", None]
    await world.happened(stream, BookingTransferred(show.show_id, given.booking_id, BOB, fresh, NOON))
    assert await codes(world) == [kept.booking_id]
    assert (await world.get(f"/bookings/{given.booking_id}", "ana")).status_code == 404
    assert await codes(world, who="bob") == [given.booking_id]
    body = await one(world, given.booking_id, "bob")
    assert body["customer"] == {"id": BOB.id, "person_id": None, "name": "Bob", "email": "bob@example.org"}
    assert [(each["code"], each["holder"]) for each in body["tickets"]] == [
        ("WXYZ-2345", None),
        ("WXYZ-6789", None),
    ]


async def test_an_exchange_shows_what_went_and_what_came(world: World) -> None:
    show = scheduled()
    before, after = booked(show, standing(), standing()), seat("A/1")
    leaving = (before.tickets[0].id,)
    swap = TicketsExchanged(show.show_id, before.booking_id, leaving, (after,), eur(5_000), eur(0), NOON)
    await world.happened(f"show-{show.show_id}", *on_sale(show), before, swap)
    body = await one(world, before.booking_id)
    assert [(each["seat"], each["status"]) for each in body["tickets"]] == [
        (None, "cancelled"),
        (None, "valid"),
        ("Stalls/A/1", "valid"),
    ]
    assert (body["total"]["amount"], body["paid"]["amount"], body["refund"]["amount"]) == (13_000, 13_000, 0)
    assert [(item["ticket_type"], item["quantity"]) for item in body["items"]] == [
        ("Anywhere", 1),
        ("Stalls", 1),
    ]


async def codes(world: World, path: str = "/bookings", who: str = "ana", **query: Any) -> list[str]:
    answer = await world.get(path, who, **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_everybody_sees_their_own_and_staff_sees_all(world: World) -> None:
    show, other = scheduled(), scheduled("Tosca")
    mine = [booked(show, standing(), at=NOON + number * MINUTE) for number in range(3)]
    bobs = booked(other, standing(), customer=BOB, at=NOON + 9 * MINUTE)
    nobodys = booked(other, standing(), customer=replace(BOB, id=None), at=NOON + 8 * MINUTE)
    await world.log.append(f"show-{show.show_id}", *on_sale(show), *mine)
    await world.happened(f"show-{other.show_id}", *on_sale(other), bobs, nobodys)
    newest_first = [each.booking_id for each in reversed(mine)]
    assert await codes(world) == newest_first
    assert await codes(world, who="bob") == [bobs.booking_id]
    assert await codes(world, who="clerk") == []
    everything = [bobs.booking_id, nobodys.booking_id, *newest_first]
    for who in ("clerk", "auditor", "admin"):
        assert await codes(world, "/bookings/all", who) == everything
        assert await codes(world, f"/bookings/event/{show.show_id}", who) == newest_first
        assert await codes(world, f"/events/{show.show_id}/bookings", who) == newest_first
    assert await codes(world, "/bookings/all", "clerk", status="cancelled") == []
    first = (await world.get("/bookings/all", "clerk", limit=2)).json()
    assert await codes(world, "/bookings/all", "clerk", cursor=first["next"]) == everything[2:]
    assert await codes(world, "/bookings/all", "clerk", skip=1, limit=2) == everything[1:3]
    assert (await one(world, bobs.booking_id, "clerk"))["id"] == bobs.booking_id
    refused = await world.get(f"/bookings/{bobs.booking_id}", "ana")
    assert (refused.status_code, refused.json()["code"]) == (404, "booking-not-found")


async def test_lists_for_staff_are_for_staff(world: World) -> None:
    for path in ("/bookings/all", f"/bookings/event/{new_id()}", f"/events/{new_id()}/bookings"):
        assert (await world.get(path)).json()["code"] == "not-authenticated"
        assert (await world.get(path, "ana")).json()["code"] == "forbidden"


async def test_what_is_not_there_is_not_found(world: World) -> None:
    assert (await world.get("/bookings")).status_code == 401
    assert (await world.get(f"/bookings/{new_id()}")).status_code == 401
    for booking_id in (new_id(), "none", "%20", "0" * 500):
        answer = await world.get(f"/bookings/{booking_id}", "ana")
        assert (answer.status_code, answer.json()["code"]) == (404, "booking-not-found")
    for event_id in (new_id(), "none"):
        answer = await world.get(f"/events/{event_id}/bookings", "clerk")
        assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")
    assert (await world.get("/bookings", "ana", status="lost")).status_code == 422


async def test_me_is_what_the_token_says(world: World) -> None:
    answer = await world.get("/auth/me", "clerk")
    assert answer.json() == {
        "id": CALLERS["clerk"].id,
        "email": "clerk@example.org",
        "name": "Clerk",
        "role": "box_office",
    }
    assert (await world.get("/auth/me")).status_code == 401
