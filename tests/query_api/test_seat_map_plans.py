"""The plans of the seat map's reads, in a database of many houses."""

from typing import Any

import pytest

from tests.projections.season import on_sale, scheduled
from tests.query_api.conftest import World
from tests.query_api.test_plans import ID, plans, scans

# The same fixture serves these tests.
__all__ = ["plans"]

SHOWS, ROWS = 2_000, 20

MAPS = """INSERT INTO projections.seat_map_shows
          SELECT md5('show ' || n)::uuid, false, 1, 1, 400, 0, 0, 0, '[]', '{}' FROM generate_series(1, $1) AS n"""
PLANS = """INSERT INTO projections.seat_map_plans
           SELECT md5('show ' || n)::uuid, json_build_array(json_build_object('name', 'Stalls', 'rows', $2::json))
           FROM generate_series(1, $1) AS n"""
HOUSES = """INSERT INTO projections.seat_map_rows
            SELECT md5('show ' || n)::uuid || '/Stalls/' || r, r, NULL, repeat('f', 20), 1
            FROM generate_series(1, $1) AS n, generate_series(1, $2) AS r"""
BOOKINGS = """INSERT INTO projections.seat_map_bookings
              SELECT md5('booking ' || n)::uuid, md5('show ' || n % 100)::uuid,
                     CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'confirmed' END, '2028-01-01Z', '[["t", "Stalls/1/1"]]'
              FROM generate_series(1, 20000) AS n"""


@pytest.fixture
async def houses(world: World) -> World:
    show = scheduled()
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    await world.pool.execute(MAPS, SHOWS)
    await world.pool.execute(PLANS, SHOWS, str([str(row) for row in range(1, ROWS + 1)]).replace("'", '"'))
    await world.pool.execute(HOUSES, SHOWS, ROWS)
    await world.pool.execute(BOOKINGS)
    await world.pool.execute(
        "ANALYZE projections.seat_map_shows, projections.seat_map_rows, projections.seat_map_bookings"
    )
    return world


async def test_a_map_reads_the_rows_of_its_own_house(houses: World, plans: list[dict[str, Any]]) -> None:
    path = f"/events/{await houses.pool.fetchval(ID, 'show 7')}/seat-map"
    assert len((await houses.get(path)).json()["sections"][0]["rows"]) == ROWS
    by_index = {
        "seat_map_shows_pkey", "seat_map_plans_pkey", "seat_map_rows_pkey", "seat_map_holds", "seat_map_releases",
    }  # fmt: skip
    assert scans(plans.pop()) - {"checkpoints", "checkpoints_pkey"} == by_index
    assert (await houses.get(path, since=1)).json()["changes"] == []
    plan = plans.pop()
    assert scans(plan) - {"checkpoints", "checkpoints_pkey"} == by_index - {"seat_map_plans_pkey"}
