"""A season with everything that answers questions about it: a server, and the projectors beside it."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.projecting.projector_process import LAST, projecting, reached
from cli.bench.season.kept import Sampled
from cli.bench.season.season import Season, write_season
from cli.bench.season.size import size_of
from cli.bench.server_process import Server, serving
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.stage import Stage
from cli.people import people
from cli.secrets import master_key
from cli.stopped import Stopped
from projections.read_models import PROJECTORS
from runtime.identity import Caller, Role
from runtime.ids import utc_now

READ_SECONDS_MAX = 60.0


class Projectors:
    """A `seatledger project` of them all, which can be sent away and called back."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._names = list(PROJECTORS)
        self._running = AsyncExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self._process = await self._running.enter_async_context(projecting(self._stage, self._names))

    async def stop(self) -> None:
        await self._running.aclose()

    async def caught_up(self) -> None:
        """Wait until everything in the log now has been projected. Raises `Stopped` when they have ended."""
        last = await self._stage.database.fetchval(LAST)
        if self._process is None or await reached(self._stage, self._names, last, self._process) < last:
            raise Stopped("the projectors ended before they were at the end of the log")


@dataclass(frozen=True)
class House:
    """`season` is written and projected; `server` answers, `projectors` follow. `staff` is an administrator's token."""

    stage: Stage
    season: Season
    server: Server
    projectors: Projectors
    client: httpx.AsyncClient
    staff: str

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
    async with people(stage.dsn, master_key(stage.settings)) as known:
        season = await write_season(stage.database, known, size_of(scale), utc_now())
    projectors = Projectors(stage)
    await projectors.start()
    try:
        await projectors.caught_up()
        await stage.database.execute("VACUUM ANALYZE")
        async with (
            serving(stage, READ_SIDE) as server,
            httpx.AsyncClient(base_url=server.url, timeout=READ_SECONDS_MAX) as client,
        ):
            yield House(stage, season, server, projectors, client, stage.staff_token())
    finally:
        await projectors.stop()


def owner_of(sampled: Sampled) -> Caller:
    """Whoever made the booking."""
    return Caller(sampled.owner_id, Role.CUSTOMER, sampled.owner_name, sampled.owner_email)
