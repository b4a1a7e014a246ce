"""Prove that what a rebuild has filled equals what is live: at one position, and without stopping either."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import asyncpg

from projections.applying import Connection
from projections.following.follower import Follower, Step
from projections.following.sharing import Sharing
from projections.projector import Projector
from projections.rebuilding.digest import digest
from projections.rebuilding.filling import ERASED, Filling, Progress
from projections.schema import LIVE, NEXT, NO_HURRY

FOLLOW_SECONDS_MAX = 60.0
AGAIN_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Proof:
    """Both held every fact up to `position`; `differing` are the tables that are not the same.

    Streams that are parked in one of them only are `unparked` or `parked` by the rebuild: they account for differences.
    """

    position: int
    differing: tuple[str, ...]
    unparked: frozenset[str]
    parked: frozenset[str]


class NothingToCompare(Exception):
    """There are no live tables, they are of another version, they do not get on, or they were to change meanwhile."""


async def prove(
    filling: Filling, pool: asyncpg.Pool, progress: Progress, now: Callable[[], datetime]
) -> Proof:
    """Compare the tables. Needs three connections. Raises `NothingToCompare`."""
    await let_live_get_there(filling, pool, now)
    # Rows and checkpoint commit together, so one snapshot has both, and live goes on while we look at it.
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(NO_HURRY)
        position, parked = await stands_of(connection, filling.projector)
        await filling.fill_up_to(position, pool, progress)
        live = await digest(connection, filling.projector, LIVE)
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute(NO_HURRY)
        filled = await digest(connection, filling.projector, NEXT)
        erased = await connection.fetchval(ERASED)
    ours = frozenset(filling.parking.parked)
    differing = tuple(table for table, found in filled.items() if live[table] != found)
    if differing and filling.projector.opens is not None and erased != filling.erased:
        # Their key is gone at once, and their words from the live tables when the fact of it is applied.
        raise NothingToCompare("somebody was erased meanwhile; prove it once more")
    return Proof(position, differing, parked - ours, ours - parked)


async def let_live_get_there(filling: Filling, pool: asyncpg.Pool, now: Callable[[], datetime]) -> None:
    """Until the live tables have what the filled ones have. Where no worker runs, we do its work."""
    follower = Follower(filling.projector, pool, Sharing.over(pool, filling.batch_max, filling.keyring), now)
    deadline = monotonic() + FOLLOW_SECONDS_MAX
    while monotonic() < deadline:
        async with pool.acquire() as connection:
            position, _ = await stands_of(connection, filling.projector)
        if position >= filling.position:
            return
        if await follower.step() is not Step.MORE:
            await asyncio.sleep(AGAIN_SECONDS)
    raise NothingToCompare("the live tables are too far behind")


STANDS = """SELECT c.position, p.version,
                   eventstore.stands(1::smallint, c.position, c.fact_hash, c.fact_known_at),
                   ARRAY(SELECT stream FROM eventstore.parked WHERE log_id = 1 AND subscription = $1)
            FROM projections.projectors AS p
            JOIN eventstore.checkpoints AS c ON c.log_id = 1 AND c.subscription = p.name
            WHERE p.name = $1"""


async def stands_of(connection: Connection, projector: Projector) -> tuple[int, frozenset[str]]:
    """Where the live tables stand and which streams they lack. Raises `NothingToCompare`."""
    found = await connection.fetchrow(STANDS, projector.name)
    if found is None:
        raise NothingToCompare("there are no live tables yet")
    position, version, stands, parked = found
    if version != projector.version:
        raise NothingToCompare(
            f"the live tables are of version {version}, the new ones of {projector.version}"
        )
    if not stands:
        raise NothingToCompare("the live tables hold facts that are not in this log")
    return position, frozenset(parked)
