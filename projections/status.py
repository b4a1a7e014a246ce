"""How far every read model has got: for `seatledger status` and /readyz."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from projections.read_models import PROJECTORS


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """`position` is that of the fact that could not be applied."""

    stream: str
    position: int
    parked_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class ProjectorStatus:
    """`lag_seconds` is the age of the oldest fact not yet applied. `version` is that of the live tables, None before
    they were made; `code_version` the one this program would make.
    """

    name: str
    version: int | None
    code_version: int
    position: int
    lag_facts: int
    lag_seconds: float
    parked: tuple[ParkedStream, ...]


VERSIONS = "SELECT name, version FROM projections.projectors"
PARKED = """SELECT subscription, stream, position, parked_at, error FROM eventstore.parked
            WHERE log_id = 1 ORDER BY subscription, position"""


async def statuses(
    pool: asyncpg.Pool, now: datetime, names: Iterable[str] = tuple(PROJECTORS)
) -> list[ProjectorStatus]:
    """The state of these projectors. Any role of ours may ask. Raises `StoreUnavailable`, asyncpg's errors."""
    reader = PostgresStore(pool)
    # Positions first: a head that is read later can only be further, so no lag comes out negative.
    positions = await PostgresSubscriptions(pool).positions()
    head = await reader.last_position()
    versions: dict[str, int] = {row[0]: row[1] for row in await pool.fetch(VERSIONS)}
    parked = await pool.fetch(PARKED)
    found = []
    for name in names:
        position = positions.get(name, (0, None))[0]
        waiting = await reader.read_log(position, 1) if position < head else []
        seconds = (now - waiting[0].recorded_at).total_seconds() if waiting else 0.0
        streams = tuple(ParkedStream(*row[1:]) for row in parked if row[0] == name)
        found.append(
            ProjectorStatus(
                name,
                versions.get(name),
                PROJECTORS[name].version,
                position,
                head - position,
                max(0.0, seconds),
                streams,
            )
        )
    return found
