"""One word for what is left, the same in every list."""

import pytest

from resources.left_over import availability_state
from tests.projections.season import STALLS, booked, on_sale, scheduled, seat, standing
from tests.query_api.conftest import World


@pytest.mark.parametrize(
    ("capacity", "available", "by_type", "state"),
    [
        (1_000, 1_000, [1_000], "available"),
        (1_000, 101, [101], "available"),
        (1_000, 100, [100], "few"),
        (30, 5, [5], "available"),
        (30, 4, [4], "few"),
        (1_000, 900, [3, 1], "few"),
        (1_000, 900, [0, 0], "sold_out"),
        (1_000, 0, [0], "sold_out"),
        (3, 3, [3], "few"),
    ],
)
def test_few_are_four_or_a_tenth_within_every_quota(
    capacity: int, available: int, by_type: list[int], state: str
) -> None:
    assert availability_state(capacity, available, by_type) == state


async def test_a_list_says_what_is_left_of_each_event(world: World) -> None:
    show = scheduled(offers=(STALLS,))
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show))
    assert await states(world) == ["available"]
    await world.happened(stream, booked(show, *(seat(f"A/{n}") for n in (1, 2, 3, 4))))
    assert await states(world) == ["few"]
    await world.happened(stream, booked(show, *(seat(f"B/{n}") for n in ("1", "2", "3A"))))
    assert await states(world) == ["sold_out"]


async def states(world: World) -> list[str]:
    return [item["availability"] for item in (await world.get("/events")).json()["items"]]


async def test_what_sells_best_comes_first_by_popularity(world: World) -> None:
    shows = [scheduled(name) for name in ("None", "Some", "Many")]
    for sold, show in enumerate(shows):
        facts = [booked(show, *(standing() for _ in range(3 * sold)))] if sold else []
        await world.log.append(f"show-{show.show_id}", *on_sale(show), *facts)
    await world.project()
    assert await world.names("/events", sort="-popularity") == ["Many", "Some", "None"]
    first = (await world.get("/events", sort="-popularity", limit=1)).json()
    rest = await world.names("/events", sort="-popularity", cursor=first["next"])
    assert rest == ["Some", "None"]
