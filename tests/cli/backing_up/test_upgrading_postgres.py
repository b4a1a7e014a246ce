"""The embedded database goes from one major version of PostgreSQL to the next, on real servers of both."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from cli.backing_up.upgrade_postgres import programs_of
from cli.migrations import migration_sources
from runtime.embedded_postgres.errors import OtherVersionsData
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from runtime.postgres_programs import NoProgram
from tests.cli.backing_up.conftest import Typed
from tests.projections.projecting import project
from tests.projections.season import venue
from tests.projections.writing import LogWriter

OLD = 15


@pytest.fixture
def old_programs() -> Path:
    try:
        return programs_of(OLD)
    except NoProgram as no:
        pytest.skip(str(no))


async def test_old_data_is_copied_into_a_new_server_and_proved(
    old_programs: Path, folders_for_servers: Callable[[], Path], typed: Typed
) -> None:
    folder = folders_for_servers()
    with EmbeddedPostgres(folder, durable=False, binaries=old_programs) as server:
        connection = await asyncpg.connect(server.dsn)
        await migrate(connection, migration_sources())
        await connection.close()
        async with asyncpg.create_pool(server.dsn, min_size=0, max_size=8) as pool:
            log = LogWriter(pool)
            for _ in range(3):
                house = venue()
                await log.append(f"venue-{house.venue_id}", house)
            await project(pool)
        busy = await typed("upgrade-postgres", "--data-dir", folder, DATABASE_URL="")
        assert "is in use by process" in busy
    with pytest.raises(OtherVersionsData, match="seatledger upgrade-postgres"):
        EmbeddedPostgres(folder).start()

    said = await typed("upgrade-postgres", "--data-dir", folder)
    assert f"copied 3 facts from PostgreSQL {OLD} to " in said
    assert (folder / f"postgres-{OLD}.old" / "PG_VERSION").read_text() == f"{OLD}\n"
    assert "already" in await typed("upgrade-postgres", "--data-dir", folder)
    with EmbeddedPostgres(folder) as server:
        assert server.major_version > OLD
        connection = await asyncpg.connect(server.dsn)
        assert await connection.fetchval("SELECT count(*) FROM projections.venues") == 3
        await connection.close()
    leftovers = {each.name for each in folder.iterdir()} - {
        "postgres.log", "postgres.lock", "postgres-server.lock", "socket",
    }  # fmt: skip
    assert leftovers == {f"postgres-{OLD}.old", f"postgres-{server.major_version}"}
