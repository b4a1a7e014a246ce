"""Lists of what can be booked, at the moment when time alone opens or closes something."""

from datetime import timedelta
from typing import Any

import pytest

from domain.show.allotment import Allotment
from domain.show.facts import SeatsAllotted
from domain.show.offer import Offer
from runtime.ids import new_id
from tests.projections.season import STALLS, booked, eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World
from tests.query_api.test_plans import large, plans, read_whole, scans

__all__ = ["large", "plans"]

INSTANT = timedelta(microseconds=1)
LISTS: list[tuple[str, dict[str, Any]]] = [
    ("/events/available", {}),
    ("/events/available", {"sort": "-popularity"}),
    ("/events", {"available": "true"}),
    ("/events/search", {"q": "bohe", "available": "true"}),
    ("/events/search", {"available": "true"}),
]


async def found(world: World) -> list[list[str]]:
    """What each list has, then what is said not to be available."""
    lists = [await world.names(path, **query) for path, query in LISTS]
    return [*lists, await world.names("/events", available="false")]


async def days(world: World, start: str) -> list[tuple[int, int]]:
    """How many events of each day with any there are, and how many can be booked."""
    answer = await world.get("/events/calendar", month=start[:7])
    assert answer.status_code == 200, answer.text
    return [(day["events"], day["available"]) for day in answer.json()["days"] if day["events"]]


async def test_what_is_sold_out_can_be_booked_when_a_hold_runs_out(world: World) -> None:
    only = Offer(new_id(), "Only", eur(100), quota=2)
    show = scheduled(offers=(only,))
    hold = held(show, standing(only))
    await world.happened(f"show-{show.show_id}", *on_sale(show), hold, booked(show, standing(only)))
    start = (await world.get(f"/events/{show.show_id}")).json()["starts_at"]
    assert await found(world) == [[]] * len(LISTS) + [[show.name]]
    assert await days(world, start) == [(1, 0)]
    world.now = hold.expires_at + INSTANT + MINUTE
    assert await found(world) == [[show.name]] * len(LISTS) + [[]]
    assert await days(world, start) == [(1, 1)]


async def test_what_is_sold_out_can_be_booked_when_an_allotment_is_released(world: World) -> None:
    show = scheduled(offers=(STALLS,))
    seats = ("A/1", "A/2", "A/3", "A/4", "B/1", "B/2", "B/3A")
    release_at = NOON + 2 * MINUTE
    kept = Allotment(new_id(), "House", (f"Stalls/{seats[0]}",), (), release_at=release_at)
    await world.happened(
        f"show-{show.show_id}",
        *on_sale(show),
        SeatsAllotted(show.show_id, kept, NOON),
        booked(show, *map(seat, seats[1:])),
    )
    assert await found(world) == [[]] * len(LISTS) + [[show.name]]
    world.now = release_at
    assert await found(world) == [[show.name]] * len(LISTS) + [[]]


@pytest.mark.parametrize("full", [True, False])
async def test_what_time_frees_is_of_no_use_where_nothing_more_may_be_sold(world: World, full: bool) -> None:
    """A hold from an allotment goes back to it, and places beyond the quota of each type stay empty."""
    only = Offer(new_id(), "Only", eur(100), quota=1)
    show = scheduled(offers=(only if full else STALLS,))
    kept = Allotment(new_id(), "House", ("Stalls/A/1",), (), release_at=NOON + MINUTE if full else None)
    if full:
        sales = [booked(show, standing(only))]
    else:
        sales = [booked(show, *map(seat, ("A/2", "A/3", "A/4", "B/1", "B/2", "B/3A")))]
    await world.happened(
        f"show-{show.show_id}", *on_sale(show), SeatsAllotted(show.show_id, kept, NOON), *sales
    )
    world.now = NOON + 30 * MINUTE
    assert await found(world) == [[]] * len(LISTS) + [[show.name]]


async def test_it_is_found_by_index(large: World, plans: list[dict[str, Any]]) -> None:
    assert (await large.get("/events/available", limit=20)).status_code == 200
    assert {"availability_bookings_held", "availability_to_release"} <= scans(plans[0]), plans[0]
    assert not read_whole(plans[0])
