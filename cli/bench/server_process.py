"""A side's server, in one or more processes of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli.bench.cpu import cpu_of
from cli.bench.sides.side import Side
from cli.bench.stage import TOKEN_SECONDS, Stage
from cli.places import as_told
from cli.stopped import Stopped
from command_api.handing_over.place import Place
from runtime.serving import bind, url_of

START_SECONDS_MAX = 150.0
STOP_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Server:
    """A running side."""

    side: Side
    url: str
    process_ids: tuple[int, ...]

    def cpu(self) -> float | None:
        """CPU seconds of its processes so far."""
        return cpu_of(*self.process_ids)


@asynccontextmanager
async def serving(stage: Stage, side: Side) -> AsyncIterator[Server]:
    """Started, answering, and stopped at the end. Raises `Stopped` when it does not start."""
    listener = bind("127.0.0.1", 0)
    log = stage.folder / f"{side.name}.log"
    command = [sys.executable, "-m", "cli.bench.server", side.name, str(listener.fileno()), str(os.getpid())]
    with log.open("ab") as output:
        processes = [
            subprocess.Popen(  # noqa: ASYNC220 - it returns at once
                command,
                pass_fds=(listener.fileno(),),
                env={**environment(stage), **told},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            for told in _places(stage, side)
        ]
    url = url_of(listener)
    try:
        await _answers(stage, url, processes, log)
        # Ours is closed only now: until theirs listens, this one keeps the address.
        listener.close()
        yield Server(side, url, tuple(process.pid for process in processes))
    finally:
        listener.close()
        for process in processes:
            process.terminate()
        for process in processes:
            await asyncio.to_thread(end, process)


def _places(stage: Stage, side: Side) -> list[dict[str, str]]:
    """What each process of a side is told of the others, as `serve --workers` tells it."""
    if side.processes == 1 or not side.linked:
        return [{} for _ in range(side.processes)]
    links = stage.folder / f"{side.name}.links"
    links.mkdir(mode=0o700, exist_ok=True)
    return [as_told(Place(number, side.processes, links)) for number in range(side.processes)]


def environment(stage: Stage) -> dict[str, str]:
    """Ours, with what all sides of this run share. SEATLEDGER_ variables go through: they are what one may try out."""
    return {
        **os.environ,
        "DATABASE_URL": stage.dsn,
        "SEATLEDGER_DATA_DIR": str(stage.folder),
        "SEATLEDGER_MASTER_KEY": stage.master_key,
        "SEATLEDGER_ACCESS_TOKEN_SECONDS": str(TOKEN_SECONDS),
    }


async def _answers(stage: Stage, url: str, processes: list["subprocess.Popen[bytes]"], log: Path) -> None:
    """Wait until any answer comes: the bare no-op has no route for a probe."""
    headers = {"Authorization": f"Bearer {stage.staff_token()}"}
    async with httpx.AsyncClient(timeout=START_SECONDS_MAX) as client:
        asking = asyncio.create_task(client.get(f"{url}/livez", headers=headers))
        try:
            while not asking.done():
                if any(process.poll() is not None for process in processes):
                    raise Stopped(f"a server did not start: {end_of(log)}")
                await asyncio.wait([asking], timeout=LOOK_SECONDS)
            asking.result()
        except httpx.HTTPError as error:
            raise Stopped(f"a server does not answer ({error}): {end_of(log)}") from None
        finally:
            asking.cancel()


def end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-4000:]


def end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
