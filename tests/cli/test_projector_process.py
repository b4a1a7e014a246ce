"""The projectors beside a server: there as long as it is, whatever becomes of them."""

import os
import signal
from pathlib import Path

import asyncpg

from cli.projector_process import ProjectorProcess
from projections.status import footings
from runtime.settings import load_settings
from tests.eventstore.waiting import until
from tests.projections.conftest import pool

# The same fixture serves these tests.
__all__ = ["pool"]


async def test_projectors_that_were_killed_are_started_again_and_end_with_their_server(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    async def at_work(number: int) -> bool:
        return {each.workers for each in (await footings(pool)).values()} == {number}

    with ProjectorProcess(database, load_settings(data_dir=tmp_path)) as projectors:
        await until(lambda: at_work(1), "the projectors are there")
        os.kill(projectors.pid, signal.SIGKILL)
        await until(lambda: at_work(0), "they are gone")
        await until(lambda: at_work(1), "they are there again")
    await until(lambda: at_work(0), "they have ended")
