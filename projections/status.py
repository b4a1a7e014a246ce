"""How far every read model has got, and how large it is: for `seatledger status`, /metrics and /readyz."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from projections.following.presence import WORKERS
from projections.read_models import PROJECTORS
from projections.rebuilding.rebuild import REBUILDS


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """`position` is that of the fact that could not be applied."""

    stream: str
    position: int
    parked_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class SkippedFact:
    """A fact that somebody has told the read model to leave out."""

    stream: str
    position: int
    skipped_at: datetime
    skipped_by: str
    why: str
    error: str


@dataclass(frozen=True, slots=True)
class ProjectorStatus:
    """`lag_seconds` is the age of the oldest fact not yet applied. `version` is that of the live tables, None before
    they were made; `code_version` the one this program would make. `is_astray`: they hold facts that the log has not.
    """

    name: str
    version: int | None
    code_version: int
    position: int
    lag_facts: int
    lag_seconds: float
    parked: tuple[ParkedStream, ...]
    is_astray: bool = False
    skipped: tuple[SkippedFact, ...] = ()


ASTRAY = """SELECT subscription FROM eventstore.checkpoints
            WHERE log_id = 1 AND NOT eventstore.stands(log_id, position, fact_hash, fact_known_at)"""
VERSIONS = "SELECT name, version FROM projections.projectors"
PARKED = """SELECT subscription, stream, position, parked_at, error FROM eventstore.parked
            WHERE log_id = 1 ORDER BY subscription, position"""
SKIPPED = """SELECT subscription, stream, position, skipped_at, skipped_by, why, error FROM eventstore.skipped
             WHERE log_id = 1 ORDER BY subscription, position"""

# Not the fact: whoever serves read clients may know since when there is something new, and nothing of what it is.
WAITING_SINCE = """SELECT recorded_at FROM eventstore.events
                   WHERE log_id = 1 AND position > $1 ORDER BY position LIMIT 1"""


async def statuses(
    pool: asyncpg.Pool, now: datetime, names: Iterable[str] = tuple(PROJECTORS)
) -> list[ProjectorStatus]:
    """The state of these projectors. Any role of ours may ask. Raises `StoreUnavailable`, asyncpg's errors."""
    reader = PostgresStore(pool)
    # Positions first: a head that is read later can only be further, so no lag comes out negative.
    positions = await PostgresSubscriptions(pool).positions()
    head = await reader.last_position()
    astray = {row[0] for row in await pool.fetch(ASTRAY)}
    versions: dict[str, int] = {row[0]: row[1] for row in await pool.fetch(VERSIONS)}
    parked = await pool.fetch(PARKED)
    skipped = await pool.fetch(SKIPPED)
    found = []
    for name in names:
        position = positions.get(name, (0, None))[0]
        since = await pool.fetchval(WAITING_SINCE, position) if position < head else None
        seconds = 0.0 if since is None else (now - since).total_seconds()
        streams = tuple(ParkedStream(*row[1:]) for row in parked if row[0] == name)
        found.append(
            ProjectorStatus(
                name,
                versions.get(name),
                PROJECTORS[name].version,
                position,
                max(0, head - position),
                max(0.0, seconds),
                streams,
                name in astray,
                tuple(SkippedFact(*row[1:]) for row in skipped if row[0] == name),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Footing:
    """What a read model stands on: its tables with their indexes, how many rows they have (an estimate of the
    database's, which costs nothing), the workers that live, and whether it is being rebuilt.
    """

    size_bytes: int = 0
    rows: int = 0
    workers: int = 0
    rebuilding: bool = False


# Rows as the planner estimates them: as dense as when the table was last analysed, over the pages it has now.
SIZES = """SELECT p.name, sum(pg_total_relation_size(c.oid))::bigint,
                  sum(CASE WHEN c.relpages > 0
                      THEN c.reltuples / c.relpages * (pg_relation_size(c.oid) / current_setting('block_size')::bigint)
                      ELSE pg_stat_get_live_tuples(c.oid) END)::bigint
           FROM projections.projectors AS p
           JOIN pg_class AS c ON c.relname = ANY (p.tables) AND c.relnamespace = 'projections'::regnamespace
           GROUP BY p.name"""

# The second number of an advisory lock is shown as an unsigned one.
HELD = """SELECT names.name, count(*) FILTER (WHERE l.classid = $2), count(*) FILTER (WHERE l.classid = $3)
          FROM unnest($1::text[]) AS names (name)
          JOIN pg_locks AS l ON l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.objid::bigint = hashtext(names.name)::bigint & 4294967295
          GROUP BY names.name"""


async def footings(pool: asyncpg.Pool, names: Iterable[str] = tuple(PROJECTORS)) -> dict[str, Footing]:
    """By name. Any role of ours may ask. Raises asyncpg's errors."""
    sizes = {row[0]: row[1:] for row in await pool.fetch(SIZES)}
    held = {row[0]: row[1:] for row in await pool.fetch(HELD, list(names), WORKERS, REBUILDS)}
    found = {}
    for name in names:
        size, rows = sizes.get(name, (0, 0))
        workers, rebuilds = held.get(name, (0, 0))
        found[name] = Footing(size or 0, rows or 0, workers, rebuilds > 0)
    return found
