"""Run a job in a load generator's process."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from cli.bench.load.flood import Flood, Flooded
from cli.bench.load.house import House, Kind, Visited
from cli.bench.load.job import Job, Outcome
from cli.bench.load.visible import BookAndRead, Seen
from cli.stopped import Stopped

GRACE_SECONDS = 180


async def generate(job: Job) -> Outcome:
    """The outcome of `job`. Raises `Stopped` when the generator fails or does not end."""
    return Outcome(**await _carried_out("cli.bench.load.process", job, job.seconds))


async def generate_bookings(job: BookAndRead) -> Seen:
    """The same of bookings that are read at once."""
    return Seen(**await _carried_out("cli.bench.load.booking_and_reading", job, job.seconds))


async def generate_flood(job: Flood) -> Flooded:
    """The same of requests that do not wait for each other. Its outcome is large, and comes through a file."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        seconds = job.seconds + job.patience_seconds
        await _carried_out("cli.bench.load.flooding", {"flood": job, "outcome": file.name}, seconds)
        return Flooded(**orjson.loads(file.read()))


async def generate_visits(house: House, tokens: Sequence[str], mix: Mapping[str, int]) -> Visited:
    """The same of visitors with these tokens, who do different things in the proportions of `mix`."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        said = {"house": house, "tokens": tokens, "mix": mix, "outcome": file.name}
        await _carried_out("cli.bench.load.visiting_process", said, house.seconds)
        found = orjson.loads(file.read())
    kinds = {name: Kind(**each) for name, each in found["kinds"].items()}
    return Visited(**{**found, "load": Outcome(**found["load"]), "kinds": kinds})


async def _carried_out(module: str, job: Any, seconds: float) -> dict[str, Any]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            said, complaint = await child.communicate(orjson.dumps(job))
    except TimeoutError:
        raise Stopped("the load did not end: some request was never answered") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise Stopped(f"the load generator failed: {complaint.decode(errors='replace')[-500:]}")
    outcome: dict[str, Any] = orjson.loads(said)
    return outcome
