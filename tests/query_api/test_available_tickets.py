"""How many tickets can be bought now."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.show.facts import SalesClosed
from domain.show.offer import Offer
from resources.available_tickets import AvailableTickets
from runtime.ids import new_id
from tests.projections.season import ANYWHERE, STALLS, booked, eur, on_sale, scheduled, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World

EARLY = Offer(new_id(), "Early", eur(3_000), sales_until=NOON + MINUTE)
LATE = Offer(new_id(), "Late", eur(5_000), sales_from=NOON + MINUTE)
NEXT = Offer(new_id(), "Next", eur(6_000), quota=2, opens_after=ANYWHERE.id)


async def left(world: World, show_id: str, who: str | None = None) -> dict[str, Any]:
    answer = await world.get(f"/events/{show_id}/available-tickets", who)
    assert answer.status_code == 200, answer.text
    AvailableTickets.model_validate(answer.json())
    body: dict[str, Any] = answer.json()
    assert body["event_id"] == show_id
    return {each["name"]: each["available"] for each in body["ticket_types"]} | {"all": body["available"]}


async def test_as_many_as_places_and_quotas_allow(world: World) -> None:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    assert await left(world, show.show_id) == {"Stalls": 7, "Anywhere": 5, "all": 12}
    answer = await world.get(f"/events/{show.show_id}/available-tickets")
    assert answer.json()["ticket_types"][0] == {
        "id": STALLS.id,
        "name": "Stalls",
        "price": {"amount": 9_000, "currency": "EUR"},
        "available": 7,
    }


async def test_none_outside_the_time_in_which_they_are_sold(world: World) -> None:
    show = scheduled(offers=(EARLY, LATE))
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show))
    assert await left(world, show.show_id) == {"Early": 17, "Late": 0, "all": 17}
    world.now = NOON + MINUTE
    assert await left(world, show.show_id) == {"Early": 0, "Late": 17, "all": 17}
    world.now = show.starts_at
    assert await left(world, show.show_id) == {"Early": 0, "Late": 0, "all": 0}
    world.now = NOON
    await world.happened(stream, SalesClosed(show.show_id, NOON))
    assert (await left(world, show.show_id))["all"] == 0


async def test_none_of_a_type_that_waits_for_another(world: World) -> None:
    show = scheduled(offers=(replace(ANYWHERE, quota=1), NEXT))
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    assert await left(world, show.show_id) == {"Anywhere": 1, "Next": 0, "all": 1}
    await world.happened(f"show-{show.show_id}", booked(show, standing()))
    assert await left(world, show.show_id) == {"Anywhere": 0, "Next": 2, "all": 2}


@pytest.mark.parametrize("who", [None, "ana"])
async def test_drafts_are_for_staff(world: World, who: str | None) -> None:
    show = scheduled(starts_at=NOON + timedelta(days=1))
    await world.happened(f"show-{show.show_id}", show)
    answer = await world.get(f"/events/{show.show_id}/available-tickets", who)
    assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")
    assert (await left(world, show.show_id, "clerk"))["all"] == 0
