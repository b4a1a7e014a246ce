"""The database goes away and comes back: requests say so meanwhile, and nobody has to start anything again."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from cli.migrations import migration_sources
from query_api.app import ROLE, check
from runtime.database import create_pool
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.http.health import Unhealthy
from runtime.ids import new_id
from runtime.migrations import migrate
from tests.projections.projecting import DEADLINE_SECONDS, working
from tests.projections.season import venue
from tests.projections.writing import NOON, LogWriter
from tests.query_api.conftest import serving


async def acting_as(role: str, dsn: str) -> asyncpg.Pool:
    return await create_pool(dsn, role=role, application_name="test", min_size=0, max_size=8)


async def test_reads_say_unavailable_and_all_recovers(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    dsn = server.start()
    try:
        connection = await asyncpg.connect(dsn)
        await migrate(connection, migration_sources())
        await connection.close()
        async with (
            await acting_as("seatledger_projections", dsn) as pool,
            await acting_as("seatledger_command", dsn) as writers,
            await acting_as(ROLE, dsn) as query_pool,
            working(pool) as worker,
            serving(query_pool, lambda: NOON, DEADLINE_SECONDS) as client,
        ):
            log, house = LogWriter(writers), venue()
            await worker.reached(await log.append(f"venue-{house.venue_id}", house))
            # On another thread, so that ours sees its connections close.
            await asyncio.to_thread(server.stop)
            for path in ("/api/v1/events", f"/api/v1/events/{new_id()}/availability", "/api/v1/venues"):
                answer = await client.get(path)
                assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
                assert answer.headers["Retry-After"] == "1"
            with pytest.raises(Unhealthy):
                await check(query_pool)()
            await asyncio.to_thread(server.start)
            other = venue()
            position = await log.append(f"venue-{other.venue_id}", other)
            answer = await client.get("/api/v1/venues", params={"min_position": position})
            assert len(answer.json()["items"]) == 2
            assert await check(query_pool)() == {"last_position": position}
    finally:
        server.stop()
