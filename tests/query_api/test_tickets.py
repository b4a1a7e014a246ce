"""Tickets as they are printed, and their QR codes."""

from typing import Any
from xml.etree import ElementTree

import pytest
import segno

from domain.show.facts import BookingCancelled, BookingConfirmed, SeatsHeld, ShowCancelled
from resources.booking import PrintedTicket
from runtime.ids import new_id
from tests.projections.season import eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def hold(world: World) -> SeatsHeld:
    show = scheduled()
    made = held(show, seat("A/1"), standing())
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    return made


async def confirmed(world: World, hold: SeatsHeld) -> None:
    await world.happened(f"show-{hold.show_id}", BookingConfirmed(hold.show_id, hold.booking_id, NOON))


async def tickets(world: World, hold: SeatsHeld) -> list[dict[str, Any]]:
    answer = await world.get(f"/bookings/{hold.booking_id}/tickets", "ana")
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None
    assert answer.headers["cache-control"] == "private, no-store"
    items: list[dict[str, Any]] = answer.json()["items"]
    for item in items:
        PrintedTicket.model_validate(item)
        alone = await world.get(f"/bookings/{hold.booking_id}/tickets/{item['id']}", "ana")
        assert alone.json() == item
        assert alone.headers["cache-control"] == "private, no-store"
    return items


async def picture(world: World, hold: SeatsHeld, number: int = 0, who: str = "ana") -> Any:
    path = f"/bookings/{hold.booking_id}/tickets/{hold.tickets[number].id}/qr.svg"
    return await world.get(path, who)


async def test_a_ticket_says_all_that_is_printed_on_it(world: World, hold: SeatsHeld) -> None:
    await confirmed(world, hold)
    first, second = await tickets(world, hold)
    assert (first["seat"], first["ticket_type"], first["status"]) == ("Stalls/A/1", "Stalls", "valid")
    assert (second["area"], second["ticket_type"]) == ("Gallery", "Anywhere")
    assert (first["booking_id"], first["booking_code"]) == (hold.booking_id, hold.code)
    assert first["event"]["name"] == "La Bohème"
    assert first["event"]["timezone"] == "Europe/Rome"
    assert first["qr"] == f"/api/v1/bookings/{hold.booking_id}/tickets/{first['id']}/qr.svg"


async def test_the_picture_is_the_code_of_the_ticket(world: World, hold: SeatsHeld) -> None:
    await confirmed(world, hold)
    answer = await picture(world, hold)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["seatledger-position"].isdigit()
    drawing = ElementTree.fromstring(answer.content)
    # The same symbol that the library makes of the code, module by module and with its quiet zone.
    symbol = segno.make(hold.tickets[0].code, error="m", micro=False)
    width, height = symbol.symbol_size()
    assert drawing.get("viewBox") == f"0 0 {width} {height}"
    assert drawing.find(f"{SVG}path") is not None


@pytest.mark.parametrize("who", ["clerk", "auditor", "admin"])
async def test_staff_sees_any_ticket_and_others_see_none(world: World, hold: SeatsHeld, who: str) -> None:
    await confirmed(world, hold)
    booking, ticket = f"/bookings/{hold.booking_id}", hold.tickets[0].id
    for path in ("tickets", f"tickets/{ticket}", f"tickets/{ticket}/qr.svg", "calendar.ics"):
        assert (await world.get(f"{booking}/{path}", who)).status_code == 200
        assert (await world.get(f"{booking}/{path}")).status_code == 401
        refused = await world.get(f"{booking}/{path}", "bob")
        assert (refused.status_code, refused.json()["code"]) == (404, "booking-not-found")


async def test_a_held_ticket_has_no_picture(world: World, hold: SeatsHeld) -> None:
    answer = await picture(world, hold)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket-not-valid")
    assert (answer.json()["ticket_status"], answer.json()["event_status"]) == ("held", "on_sale")
    assert [each["qr"] for each in await tickets(world, hold)] == [None, None]
    world.now = NOON + 20 * MINUTE
    assert (await picture(world, hold)).json()["ticket_status"] == "expired"


async def test_a_void_ticket_has_none_while_the_others_of_the_booking_have(
    world: World, hold: SeatsHeld
) -> None:
    await confirmed(world, hold)
    void = BookingCancelled(hold.show_id, hold.booking_id, (hold.tickets[0].id,), eur(9_000), NOON)
    await world.happened(f"show-{hold.show_id}", void)
    assert (await picture(world, hold)).json()["ticket_status"] == "refunded"
    assert (await picture(world, hold, 1)).status_code == 200


async def test_nobody_is_let_in_to_an_event_that_does_not_take_place(world: World, hold: SeatsHeld) -> None:
    await confirmed(world, hold)
    await world.happened(f"show-{hold.show_id}", ShowCancelled(hold.show_id, NOON))
    answer = await picture(world, hold)
    assert (answer.status_code, answer.json()["event_status"]) == (409, "cancelled")
    assert [each["qr"] for each in await tickets(world, hold)] == [None, None]


async def test_a_ticket_of_another_booking_is_not_found(world: World, hold: SeatsHeld) -> None:
    for ticket_id in (new_id(), "none", "%20"):
        for suffix in ("", "/qr.svg"):
            answer = await world.get(f"/bookings/{hold.booking_id}/tickets/{ticket_id}{suffix}", "ana")
            assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")
    answer = await world.get(f"/bookings/{new_id()}/tickets", "ana")
    assert (answer.status_code, answer.json()["code"]) == (404, "booking-not-found")
