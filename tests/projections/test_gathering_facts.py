"""Under load, who is not urgent applies more facts at a time, and leaves the processor to those who are."""

import asyncpg
import pytest

from projections import availability, listings
from projections.following import run
from tests.projections.projecting import working
from tests.projections.season import on_sale, scheduled
from tests.projections.writing import LogWriter

COUNT = "SELECT count(*) FROM projections.{table}"


async def another_show(log: LogWriter) -> int:
    show = scheduled()
    return await log.append(f"show-{show.show_id}", *on_sale(show))


async def test_the_urgent_do_not_wait_and_the_others_hold_up_no_stop(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH_EVERY_SECONDS", 3600)
    both = [listings.PROJECTOR, availability.PROJECTOR]
    async with working(pool, both) as worker:
        # What comes after a quiet time is applied at once by either.
        await worker.reached(await another_show(log), both)
        for _ in range(3):
            await worker.reached(await another_show(log), [availability.PROJECTOR])
    assert await pool.fetchval(COUNT.format(table="availability")) == 4
    assert await pool.fetchval(COUNT.format(table="listings")) == 1


async def test_what_has_gathered_is_applied_when_it_is_time(pool: asyncpg.Pool, log: LogWriter) -> None:
    async with working(pool, [listings.PROJECTOR]) as worker:
        positions = [await another_show(log) for _ in range(5)]
        await worker.reached(positions[-1], [listings.PROJECTOR])
    assert await pool.fetchval(COUNT.format(table="listings")) == 5
