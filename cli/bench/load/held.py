"""A crowd held by a process of its own, for as long as a context lasts."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson

from cli.bench.load.crowd import Crowd, Held
from cli.stopped import Stopped

OPEN_SECONDS_MAX = 120.0


class Holding:
    """`at_first` is what was open when all had come."""

    def __init__(self, process: asyncio.subprocess.Process, at_first: Held) -> None:
        self.at_first = at_first
        self._process = process

    async def at_last(self) -> Held:
        """What is open still. Afterwards nothing is."""
        assert self._process.stdin is not None  # noqa: S101 - it was started with one
        self._process.stdin.write(b"\n")
        held = await _told(self._process)
        await self._process.wait()
        return held


@asynccontextmanager
async def held(crowd: Crowd) -> AsyncIterator[Holding]:
    """Raises `Stopped` when they cannot all be opened."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.bench.load.holding",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None  # noqa: S101 - it was started with one
    try:
        process.stdin.write(orjson.dumps(crowd) + b"\n")
        yield Holding(process, await _told(process))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _told(process: asyncio.subprocess.Process) -> Held:
    assert process.stdout is not None  # noqa: S101 - it was started with one
    try:
        async with asyncio.timeout(OPEN_SECONDS_MAX):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if not line:
        raise Stopped("not all connections could be opened: is `ulimit -n` well above their number?")
    return Held(**orjson.loads(line))
