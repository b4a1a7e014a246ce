"""The query side without its database."""

import asyncpg
import pytest

from query_api.app import check
from runtime.http.health import Unhealthy
from runtime.ids import new_id
from tests.query_api.conftest import World


@pytest.mark.parametrize("wait_seconds", [0.5])
async def test_it_says_unavailable_and_recovers_by_itself(
    world: World, administrator: asyncpg.Connection
) -> None:
    name = await world.pool.fetchval("SELECT current_database()")
    assert (await check(world.query_pool)())["last_position"] == 0
    await administrator.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    try:
        await administrator.execute(KILL, name)
        for path in ("/events", f"/events/{new_id()}/availability", "/venues"):
            answer = await world.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["Retry-After"] == "1"
        with pytest.raises(Unhealthy):
            await check(world.query_pool)()
    finally:
        await administrator.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
    assert (await world.get("/events")).status_code == 200


KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
