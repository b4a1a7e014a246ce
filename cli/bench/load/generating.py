"""Run a job in a load generator's process."""

import asyncio
import sys

import orjson

from cli.bench.load.job import Job, Outcome
from cli.stopped import Stopped

GRACE_SECONDS = 60


async def generate(job: Job) -> Outcome:
    """The outcome of `job`. Raises `Stopped` when the generator fails or does not end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.bench.load.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(job.seconds + GRACE_SECONDS):
            said, complaint = await child.communicate(orjson.dumps(job))
    except TimeoutError:
        raise Stopped(
            f"the load on {job.asks[0].path} did not end: some request was never answered"
        ) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise Stopped(f"the load generator failed: {complaint.decode(errors='replace')[-500:]}")
    return Outcome(**orjson.loads(said))
