"""A base backup and the archived write-ahead log bring a data folder back to any moment."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import asyncpg

from cli.archive_metrics import look
from cli.migrations import migration_sources
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.cli.backing_up.conftest import Typed
from tests.eventstore.waiting import until
from tests.projections.season import venue
from tests.projections.writing import LogWriter

ARCHIVED = "SELECT last_archived_wal >= $1 FROM pg_stat_archiver"


async def write(log: LogWriter, count: int) -> datetime:
    """So many facts, and the server's time after them."""
    for _ in range(count):
        house = venue()
        await log.append(f"venue-{house.venue_id}", house)
    moment: datetime = await log.pool.fetchval("SELECT clock_timestamp()")
    return moment


async def archived(pool: asyncpg.Pool) -> None:
    """Until all that was written until now is in the archive."""
    piece = await pool.fetchval("SELECT pg_walfile_name(pg_switch_wal())")

    async def is_there() -> bool:
        return bool(await pool.fetchval(ARCHIVED, piece))

    await until(is_there, f"{piece} is archived")


async def until_failing(pool: asyncpg.Pool) -> None:
    async def fails() -> bool:
        return (await look(pool)).is_failing

    await until(fails, "archiving fails, and says so")


async def test_a_data_folder_comes_back_as_of_a_moment(
    folders_for_servers: Callable[[], Path], tmp_path: Path, typed: Typed
) -> None:
    archive, backup = folders_for_servers() / "it's 100% kept", tmp_path / "base"
    with EmbeddedPostgres(folders_for_servers(), durable=False, archive=archive) as server:
        connection = await asyncpg.connect(server.dsn)
        await migrate(connection, migration_sources())
        await connection.close()
        async with asyncpg.create_pool(server.dsn, min_size=0, max_size=2) as pool:
            log = LogWriter(pool)
            await write(log, 2)
            said = await typed("backup", "--base", backup, DATABASE_URL=server.dsn)
            assert said.startswith("backed up 2 facts")
            moment = await write(log, 3)
            await write(log, 4)
            await archived(pool)
            assert not (await look(pool)).is_failing
            gone = archive.rename(archive.with_name("gone"))
            await pool.execute("SELECT pg_switch_wal()")
            await pool.execute("CREATE TABLE something_more ()")
            await pool.execute("SELECT pg_switch_wal()")
            await until_failing(pool)
    gone.rename(archive)

    new = folders_for_servers()
    later = ("--archive", archive, "--to-time")
    said = await typed("restore", backup, *later, "2099-01-01T00:00:00Z", "--data-dir", new, DATABASE_URL="")
    assert "recovery ended before configured recovery target was reached" in said
    assert not list(new.glob("postgres-*")), "what did not get there is no database"
    said = await typed("restore", backup, *later, moment.isoformat(), "--data-dir", new)
    assert "there are 5 facts; the chain of hashes is whole" in said
    assert "up to position 2 the log has the root" in said
    assert "a restore overwrites nothing" in await typed("restore", backup, "--data-dir", new)

    (next(backup.glob("base/base/*/PG_VERSION"))).write_text("17\n")
    said = await typed("restore", backup, "--data-dir", folders_for_servers())
    assert "is not what was backed up, use another backup" in said
