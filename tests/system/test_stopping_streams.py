"""A stop signal with many live streams open: all end at once, none is counted as work still in flight."""

import asyncio
import time
from pathlib import Path

import asyncpg
import pytest

from tests.projections.conftest import log, pool
from tests.projections.projecting import project
from tests.projections.season import on_sale, scheduled
from tests.projections.writing import LogWriter
from tests.query_api.streams import Client
from tests.system.figures import tell
from tests.system.servers import serving, settings_for

# The same fixtures serve these tests.
__all__ = ["log", "pool"]

STREAMS = 300


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_streams_end_with_the_server(
    workers: str, database: str, tmp_path: Path, log: LogWriter, pool: asyncpg.Pool
) -> None:
    show = scheduled()
    await log.append(f"show-{show.show_id}", *on_sale(show))
    await project(pool)
    settings = settings_for(tmp_path, database)
    async with serving("serve", "query-api", "--workers", workers, settings=settings) as server:
        path, room = f"/events/{show.show_id}/stream", asyncio.Semaphore(50)

        async def watch() -> Client:
            async with room:
                client = await Client.open(server.port, path)
            await client.message()
            return client

        clients = await asyncio.gather(*(watch() for _ in range(STREAMS)))
        began = time.monotonic()
        server.terminate()
        assert await asyncio.gather(*(client.rest() for client in clients)) == [[]] * STREAMS
        ended = time.monotonic() - began
        code = await asyncio.to_thread(server.program._process.wait, 60.0)
        exited = time.monotonic() - began
        for client in clients:
            await client.closed()
    tell(
        f"SIGTERM, {workers} workers, {STREAMS} streams: ended after {ended:.1f} s, exited after {exited:.1f} s"
    )
    assert code == 0
