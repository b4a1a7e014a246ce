"""Bring a database up to the code: forward only, one runner at a time, each migration in a transaction of its own.

A release that must not stop the shop is put in place in three steps: the `pre` migrations, which the old code bears,
then the new code, process by process, and the `post` migrations when the old code is gone.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

import asyncpg

from runtime.migration_files import (
    Migration,
    MigrationRefused,
    MigrationSource,
    Part,
    part_of,
    read_migrations,
)

LOCK_KEY = 7_061_977_461_138
"""Any number would do, as long as every release uses the same one."""

TABLE_DDL = files("runtime").joinpath("migrations.sql").read_text()


async def migrate(
    connection: asyncpg.Connection,
    sources: Sequence[MigrationSource],
    *,
    part: Part | None = None,
    wait_seconds_max: float = 300.0,
) -> list[str]:
    """Apply what is missing, source by source, and return the names of what was applied.

    With `part` only that part of it, if it may run without the other. Killed half-way it has applied whole migrations,
    and the next run goes on from there. Raises MigrationRefused before anything is changed,
    asyncpg.LockNotAvailableError when another runner takes longer than `wait_seconds_max`, and asyncpg.PostgresError
    for a migration that fails (noted with its name).
    """
    async with only_runner(connection, wait_seconds_max):
        async with connection.transaction():
            await connection.execute(TABLE_DDL)
        chosen = of_part(await pending_migrations(connection, sources), part)
        for migration in chosen:
            await apply(connection, migration)
    return [str(migration) for migration in chosen]


async def pending(connection: asyncpg.Connection, sources: Sequence[MigrationSource]) -> list[str]:
    """The names of what `migrate` would apply now; changes nothing. Raises MigrationRefused as `migrate` does."""
    return [str(migration) for migration in await pending_migrations(connection, sources)]


def of_part(missing: Sequence[Migration], part: Part | None) -> list[Migration]:
    """Those of `missing` that are of `part`. Raises MigrationRefused where others must come before them."""
    chosen = [migration for migration in missing if part is None or migration.part is part]
    for migration in chosen:
        for other in missing:
            if part is Part.PRE and other.part is Part.POST and _is_before(other, migration):
                raise MigrationRefused(
                    f"{other} of an earlier release must come before {migration}: take the releases one by one, or "
                    f"stop every process and run `seatledger migrate`"
                )
            if part is Part.POST and other.part is Part.PRE:
                raise MigrationRefused(
                    f"{other} is missing: `seatledger migrate --pre` first, then start the new version everywhere"
                )
    return chosen


def _is_before(one: Migration, other: Migration) -> bool:
    return one.source == other.source and one.number < other.number


async def must_suit(connection: asyncpg.Connection, sources: Sequence[MigrationSource]) -> None:
    """Raise MigrationRefused unless this code can work on the database.

    It may be one release ahead, as it is while a new version is being put in place: what is `pre` there suits us, too.
    """
    applied = await applied_migrations(connection)
    for source in sources:
        known = read_migrations(source)
        ahead = {
            key: row
            for key, row in applied.items()
            if key[0] == source.name and key[1] > len(known) and part_of(row[0]) is Part.PRE
        }
        check_known(source, known, {key: row for key, row in applied.items() if key not in ahead})
        for migration in known:
            if migration.part is Part.PRE and (source.name, migration.number) not in applied:
                raise MigrationRefused(
                    f"the database is older than this program: {migration} is missing. Run `seatledger migrate`"
                )


async def pending_migrations(
    connection: asyncpg.Connection, sources: Sequence[MigrationSource]
) -> list[Migration]:
    """What is missing, after making sure that what is there is what we know."""
    applied = await applied_migrations(connection)
    missing: list[Migration] = []
    for source in sources:
        known = read_migrations(source)
        check_known(source, known, applied)
        missing += (migration for migration in known if (migration.source, migration.number) not in applied)
    return missing


def check_known(
    source: MigrationSource, known: Sequence[Migration], applied: dict[tuple[str, int], tuple[str, str]]
) -> None:
    """Raise MigrationRefused if the database holds a migration of `source` that we lack, or have in another form."""
    by_number = {migration.number: migration for migration in known}
    for (source_name, number), (name, checksum) in applied.items():
        if source_name != source.name:
            continue
        if number not in by_number:
            raise MigrationRefused(
                f"the database is newer than this program: {source_name}/{name} was applied and is not known here"
            )
        if by_number[number].checksum != checksum:
            raise MigrationRefused(
                f"{by_number[number]} is not what was applied as {source_name}/{name}: "
                f"an applied migration never changes, write a new one"
            )


TABLE_EXISTS = "SELECT to_regclass('runtime.migrations') IS NOT NULL"
APPLIED = "SELECT source, number, name, checksum FROM runtime.migrations ORDER BY source, number"


async def applied_migrations(connection: asyncpg.Connection) -> dict[tuple[str, int], tuple[str, str]]:
    """(source, number) to (name, checksum) of everything applied; empty for a database that was never migrated."""
    if not await connection.fetchval(TABLE_EXISTS):
        return {}
    return {
        (row["source"], row["number"]): (row["name"], row["checksum"])
        for row in await connection.fetch(APPLIED)
    }


NO_STATEMENT_TIMEOUT = "SET LOCAL statement_timeout = 0"
RECORD = "INSERT INTO runtime.migrations (source, number, name, checksum) VALUES ($1, $2, $3, $4)"


async def apply(connection: asyncpg.Connection, migration: Migration) -> None:
    """Run one migration and record it: both or neither, unless it cannot run in a transaction."""
    try:
        if migration.statements:
            await _run_alone(connection, migration)
        async with connection.transaction():
            # An index on a big table may take hours; a request may not.
            await connection.execute(NO_STATEMENT_TIMEOUT)
            if not migration.statements:
                await connection.execute(migration.text, timeout=None)
            await connection.execute(
                RECORD, migration.source, migration.number, migration.name, migration.checksum
            )
    except asyncpg.PostgresError as error:
        error.add_note(f"in migration {migration}")
        raise


STATEMENT_TIMEOUT = "SELECT set_config('statement_timeout', $1, false)"


async def _run_alone(connection: asyncpg.Connection, migration: Migration) -> None:
    before = await connection.fetchval("SHOW statement_timeout")
    await connection.execute(STATEMENT_TIMEOUT, "0")
    try:
        for statement in migration.statements:
            await connection.execute(statement, timeout=None)
    finally:
        if not connection.is_closed():
            await connection.execute(STATEMENT_TIMEOUT, before)


WAIT_AT_MOST = "SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true)"
LOCK = "SELECT pg_advisory_lock($1)"
UNLOCK = "SELECT pg_advisory_unlock($1)"


@asynccontextmanager
async def only_runner(connection: asyncpg.Connection, wait_seconds_max: float) -> AsyncIterator[None]:
    """Hold the advisory lock for the session: it outlives the transactions and ends with the connection."""
    async with connection.transaction():
        # Set for this transaction only, while the lock itself stays with the session.
        await connection.execute(WAIT_AT_MOST, f"{wait_seconds_max * 1000:.0f}")
        await connection.execute(LOCK, LOCK_KEY, timeout=wait_seconds_max + 10)
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute(UNLOCK, LOCK_KEY)
