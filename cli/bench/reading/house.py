"""A season with everything that answers questions about it: a server, and the projectors beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.projecting.projector_process import LAST, projecting, reached
from cli.bench.season.season import Season, write_season
from cli.bench.season.size import size_of
from cli.bench.server_process import Server, serving
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.stage import Stage
from cli.stopped import Stopped
from projections.read_models import PROJECTORS
from runtime.identity import Caller, Role
from runtime.ids import utc_now

READ_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class House:
    """`season` is written and projected; `server` answers."""

    stage: Stage
    season: Season
    server: Server
    client: httpx.AsyncClient
    staff: str
    """An administrator's token."""

    async def get(self, path: str, token: str) -> Any:
        """What the server says to one question. Raises `Stopped` for anything but 200."""
        answer = await self.client.get(path, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code != 200:
            raise Stopped(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    async def ask(self, asks: list[Ask], connections: int, seconds: float) -> Measured:
        """Ask these round and round. Raises `Stopped` when an answer is not 200."""
        job = job_for(self.server, asks, connections, seconds)
        load, cpu = await loaded(self.stage, self.server, job, ("200",))
        return Measured(load, cpu, None)


@asynccontextmanager
async def house(stage: Stage, scale: float) -> AsyncIterator[House]:
    """As real users have it: `serve all` and `project`, each a process."""
    season = await write_season(stage.database, size_of(scale), utc_now())
    names = list(PROJECTORS)
    async with projecting(stage, names) as process:
        last = await stage.database.fetchval(LAST)
        if await reached(stage, names, last, process) < last:
            raise Stopped("the projectors ended before the season was projected")
        await stage.database.execute("VACUUM ANALYZE")
        async with (
            serving(stage, READ_SIDE) as server,
            httpx.AsyncClient(base_url=server.url, timeout=READ_SECONDS_MAX) as client,
        ):
            yield House(stage, season, server, client, stage.staff_token())


def owner_of(sampled: Any) -> Caller:
    """Whoever made the booking."""
    return Caller(sampled.owner_id, Role.CUSTOMER, sampled.owner_name, sampled.owner_email)
