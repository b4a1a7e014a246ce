"""Leave out a fact that cannot be applied and will not be mended soon, so that its stream goes on without it."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from projections.following.leases import Lease
from projections.parked.retrying import leased, retry_under
from projections.projector import Projector
from projections.read_models import projector_named
from runtime.privacy.keyring import Keyring


class NotParked(Exception):
    """There is nothing to leave out: the read model has not set this stream aside."""


@dataclass(frozen=True, slots=True)
class Skip:
    """What an operator says: who, why, and when."""

    by: str
    why: str
    at: datetime


async def skip(name: str, stream: str, said: Skip, pool: asyncpg.Pool, keyring: Keyring) -> bool:
    """Leave out the fact that parked the stream, and apply those after it, in order. False when another one of them
    cannot be applied: then the stream is parked from there.

    It is left out by a rebuild, too, if that cannot apply it either. Raises `NoSuchProjector`, `NotParked`,
    `CannotRetry`, `StoreUnavailable`.
    """
    return await skip_with(projector_named(name), stream, said, pool, keyring)


async def skip_with(
    projector: Projector, stream: str, said: Skip, pool: asyncpg.Pool, keyring: Keyring
) -> bool:
    """The same, with a projector that need not be among the known ones."""

    async def leave_out(held: Lease) -> bool:
        arguments = (projector.name, stream, said.by, said.why, said.at)
        if await held.connection.fetchval(LEAVE_OUT, *arguments) is None:
            raise NotParked(f"{stream} is not parked in {projector.name}; `seatledger status` shows what is")
        return await retry_under(held, projector, stream, keyring, said.at)

    return await leased(projector, pool, leave_out)


LEAVE_OUT = """INSERT INTO eventstore.skipped
                   (log_id, subscription, position, stream, error, skipped_by, why, skipped_at)
               SELECT log_id, subscription, position, stream, error, $3, $4, $5 FROM eventstore.parked
               WHERE log_id = 1 AND subscription = $1 AND stream = $2
               RETURNING position"""
