"""Any number of workers share the projectors, and one that dies is missed by nobody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from eventstore.facts import RecordedFact
from eventstore.store import StoreUnavailable
from projections.following import leases
from projections.following.leases import Lease, lease
from projections.rebuilding.rebuild import rebuild
from projections.status import footings
from runtime.database import create_pool
from tests.eventstore.waiting import until
from tests.programs import Program
from tests.projections.people import keyring_over
from tests.projections.projecting import ALL, ending, project, working
from tests.projections.season import booked, on_sale, scheduled, standing, ticket_type, venue
from tests.projections.writing import LogWriter

SOLD = "SELECT sum(sold) FROM projections.availability"


async def something_for_everybody(log: LogWriter, rounds: int) -> int:
    position = 0
    for number in range(rounds):
        house, kind, show = venue(), ticket_type(), scheduled(f"Show {number}")
        await log.append(f"venue-{house.venue_id}", house)
        await log.append(f"ticket-type-{kind.ticket_type_id}", kind)
        position = await log.append(
            f"show-{show.show_id}", *on_sale(show), *(booked(show, standing()) for _ in range(5))
        )
    return position


@asynccontextmanager
async def another_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(
        database, role="seatledger_projections", application_name="another", min_size=0, max_size=10
    )
    async with made:
        yield made


async def test_two_workers_share_the_projectors(
    pool: asyncpg.Pool, log: LogWriter, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await project(pool)
    position = await something_for_everybody(log, 30)
    batches: Counter[str] = Counter()
    advance = Lease.advance_to

    async def counted(held: Lease, last: RecordedFact, *, changed: bool) -> None:
        settings = held.connection.get_settings()
        batches[settings.application_name] += 1
        await advance(held, last, changed=changed)

    monkeypatch.setattr(leases.Lease, "advance_to", counted)
    async with (
        another_pool(database) as other,
        working(pool, batch_max=5),
        working(other, batch_max=5) as worker,
    ):
        await worker.reached(position)
    assert batches["projections"] > 10
    assert batches["another"] > 10
    assert await pool.fetchval(SOLD) == 150
    for each in ALL:
        proof = (await rebuild(each.name, pool, keyring_over(pool), proven=True)).proof
        assert proof is not None
        assert proof.differing == ()


async def test_what_a_dead_worker_had_in_hand_is_taken_over_unasked(
    pool: asyncpg.Pool, log: LogWriter, database: str, administrator: asyncpg.Connection
) -> None:
    """Every notice has come and gone while the other one held the lease."""
    await project(pool)
    async with another_pool(database) as other, working(pool) as worker:
        with pytest.raises(StoreUnavailable):  # noqa: PT012  # it is the whole block that fails
            async with lease(other, "availability") as dying:
                assert dying is not None
                position = await something_for_everybody(log, 1)
                await worker.reached(position, [each for each in ALL if each.name != "availability"])
                dead = dying.connection.get_server_pid()
                await administrator.execute("SELECT pg_terminate_backend($1)", dead)
                await worker.reached(position)
    assert await pool.fetchval(SOLD) == 5


async def test_of_two_processes_one_is_killed_in_the_middle(
    pool: asyncpg.Pool, log: LogWriter, database: str, tmp_path: object
) -> None:
    settings = {
        "DATABASE_URL": database,
        "SEATLEDGER_DATA_DIR": str(tmp_path),
        "SEATLEDGER_PROJECTION_BATCH_MAX": "3",
    }

    async def at_work(number: int) -> bool:
        return {each.workers for each in (await footings(pool)).values()} == {number}

    async def nothing(stop: asyncio.Event) -> None:
        await stop.wait()

    async with ending(nothing, pool) as watching:
        with Program("project", settings=settings) as killed, Program("project", settings=settings) as heir:
            await until(lambda: at_work(2), "two workers")
            writing = asyncio.create_task(something_for_everybody(log, 40))
            await watching.reached(50)
            killed.kill()
            await watching.reached(await writing)
            await until(lambda: at_work(1), "one worker")
            assert await asyncio.to_thread(heir.stop) == 0
    assert await pool.fetchval(SOLD) == 200
