"""Fill a read model's tables again from the log, beside the live ones, and switch without stopping a reader."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from projections.parked.parking import Parking
from projections.projector import Projector
from projections.read_models import projector_named
from projections.rebuilding.filling import Filling, Progress
from projections.rebuilding.proving import NothingToCompare, Proof, prove
from projections.rebuilding.switching import switch
from runtime.ids import utc_now
from runtime.privacy.keyring import Keyring

log = logging.getLogger(__name__)

BATCH_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The new tables are live, and hold every fact up to `position`. `proof` is there if it was asked for and there was
    something to compare with; else `not_proven` says why not.
    """

    position: int
    proof: Proof | None = None
    not_proven: str = ""


class RebuildUnderWay(Exception):
    """Somebody else is rebuilding this read model."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is being rebuilt already")


def nobody(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


async def rebuild(
    name: str,
    pool: asyncpg.Pool,
    keyring: Keyring,
    progress: Progress = nobody,
    *,
    batch_max: int = BATCH_MAX,
    proven: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> Rebuilt:
    """Rebuild one read model; the live tables serve, and follow the log, until the new ones take their place.

    `pool` acts as `seatledger_projections` and has at least four connections. Memory is bounded by `batch_max` facts
    and by their bytes. With `proven`, both are compared just before. Raises `NoSuchProjector`, `RebuildUnderWay`,
    `SwitchFailed`, `StoreUnavailable`.
    """
    return await rebuild_projector(
        projector_named(name), pool, keyring, progress, batch_max=batch_max, proven=proven, now=now
    )


async def rebuild_projector(
    projector: Projector,
    pool: asyncpg.Pool,
    keyring: Keyring,
    progress: Progress = nobody,
    *,
    batch_max: int = BATCH_MAX,
    proven: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> Rebuilt:
    """The same, of a projector that need not be among the known ones."""
    async with only_rebuild(pool, projector.name):
        log.info("rebuilding %s, version %d", projector.name, projector.version)
        filling = Filling(projector, Parking(projector, keyring), keyring, batch_max)
        proof, not_proven = None, ""
        await filling.fill(pool, progress)
        if proven:
            try:
                proof = await prove(filling, pool, progress, now)
            except NothingToCompare as why:
                not_proven = str(why)
        position = await switch(filling, pool, now)
        progress(position, position)
        log.info("rebuilt %s up to position %d", projector.name, position)
        return Rebuilt(position, proof, not_proven)


# The two numbers make one lock of this read model's rebuilds; the first says that it is about rebuilds.
REBUILDS = 7_301
LOCK = "SELECT pg_try_advisory_lock($1, hashtext($2))"
UNLOCK = "SELECT pg_advisory_unlock($1, hashtext($2))"


@asynccontextmanager
async def only_rebuild(pool: asyncpg.Pool, name: str) -> AsyncIterator[None]:
    """Hold the right to rebuild for as long as the connection lives: it outlasts the transactions of the filling."""
    async with pool.acquire() as connection:
        if not await connection.fetchval(LOCK, REBUILDS, name):
            raise RebuildUnderWay(name)
        try:
            yield
        finally:
            if not connection.is_closed():
                await connection.execute(UNLOCK, REBUILDS, name)
