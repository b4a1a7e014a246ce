"""Migrations run once, in order, one runner at a time, and refuse what they do not know."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from runtime.migration_files import MigrationRefused, MigrationSource, Part
from runtime.migrations import LOCK_KEY, migrate, must_suit, pending

FIRST = "CREATE TABLE counted (n int NOT NULL); INSERT INTO counted VALUES (1);"
SECOND = "UPDATE counted SET n = n + 1;"


@pytest.fixture
def source(tmp_path: Path) -> MigrationSource:
    (tmp_path / "0001_pre_counted.sql").write_text(FIRST)
    (tmp_path / "0002_post_more.sql").write_text(SECOND)
    (tmp_path / "README.md").write_text("not a migration")
    return MigrationSource("here", tmp_path)


@pytest.fixture
async def connection(empty_database: str) -> asyncpg.Connection:
    # Dropping the database, which comes after every test, closes it.
    return await asyncpg.connect(empty_database)


async def test_everything_missing_is_applied_in_order_and_only_once(
    connection: asyncpg.Connection, source: MigrationSource
) -> None:
    names = ["here/0001_pre_counted", "here/0002_post_more"]
    assert await pending(connection, [source]) == names
    assert await migrate(connection, [source]) == names
    assert await migrate(connection, [source]) == []
    assert await pending(connection, [source]) == []
    assert await connection.fetchval("SELECT n FROM counted") == 2


async def test_a_failing_migration_leaves_the_ones_before_it_and_can_be_run_again(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    (tmp_path / "0003_pre_broken.sql").write_text("UPDATE counted SET n = 10; SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError) as failed:
        await migrate(connection, [source])
    assert failed.value.__notes__ == ["in migration here/0003_pre_broken"]
    assert await connection.fetchval("SELECT n FROM counted") == 2
    (tmp_path / "0003_pre_broken.sql").write_text("UPDATE counted SET n = 10;")
    assert await migrate(connection, [source]) == ["here/0003_pre_broken"]
    assert await connection.fetchval("SELECT n FROM counted") == 10


async def test_a_changed_migration_is_refused(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    await migrate(connection, [source])
    (tmp_path / "0001_pre_counted.sql").write_text(FIRST + " -- changed")
    with pytest.raises(MigrationRefused, match="here/0001_pre_counted is not what was applied"):
        await migrate(connection, [source])
    with pytest.raises(MigrationRefused, match="here/0001_pre_counted is not what was applied"):
        await pending(connection, [source])


async def test_line_ends_are_not_a_change(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    (tmp_path / "0003_pre_lines.sql").write_bytes(b"SELECT 1;\nSELECT 2;\n")
    await migrate(connection, [source])
    (tmp_path / "0003_pre_lines.sql").write_bytes(b"SELECT 1;\r\nSELECT 2;\r\n")
    assert await pending(connection, [source]) == []


async def test_a_database_newer_than_the_program_is_refused(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    await migrate(connection, [source])
    (tmp_path / "0002_post_more.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"newer than this program: here/0002_post_more"):
        await migrate(connection, [source])


async def test_what_another_source_applied_is_no_concern_of_ours(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    await migrate(connection, [source])
    other = tmp_path / "other"
    other.mkdir()
    (other / "0001_pre_other.sql").write_text("CREATE TABLE other ();")
    assert await migrate(connection, [MigrationSource("other", other)]) == ["other/0001_pre_other"]


@pytest.mark.parametrize(
    "name", ["0003_other.sql", "3_pre_other.sql", "0004_pre_gap.sql", "0002_pre_double.sql"]
)
async def test_a_name_or_number_that_does_not_fit_is_refused_before_anything_runs(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(MigrationRefused):
        await migrate(connection, [source])
    assert await connection.fetchval("SELECT to_regclass('counted')") is None


async def test_two_runners_at_once_apply_everything_once(
    empty_database: str, source: MigrationSource
) -> None:
    runners = [await asyncpg.connect(empty_database) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(runner, [source]) for runner in runners))
    assert sorted(len(names) for names in applied) == [0, 0, 0, 2]
    assert await runners[0].fetchval("SELECT n FROM counted") == 2
    for runner in runners:
        await runner.close()


async def test_waiting_for_another_runner_has_a_limit(
    connection: asyncpg.Connection, empty_database: str, source: MigrationSource
) -> None:
    other = await asyncpg.connect(empty_database)
    await other.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
    with pytest.raises(asyncpg.LockNotAvailableError):
        await migrate(connection, [source], wait_seconds_max=0.05)
    await other.close()
    assert len(await migrate(connection, [source])) == 2


async def test_a_migration_is_not_cut_off_by_the_sessions_statement_timeout(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    (tmp_path / "0003_post_slow.sql").write_text("SELECT pg_sleep(0.2);")
    await connection.execute("SET statement_timeout = 150")
    assert len(await migrate(connection, [source])) == 3
    assert await connection.fetchval("SHOW statement_timeout") == "150ms"


async def test_the_parts_are_applied_one_after_the_other(
    connection: asyncpg.Connection, source: MigrationSource
) -> None:
    with pytest.raises(
        MigrationRefused, match=r"0001_pre_counted is missing: `seatledger migrate --pre` first"
    ):
        await migrate(connection, [source], part=Part.POST)
    assert await migrate(connection, [source], part=Part.PRE) == ["here/0001_pre_counted"]
    assert await migrate(connection, [source], part=Part.PRE) == []
    assert await migrate(connection, [source], part=Part.POST) == ["here/0002_post_more"]
    assert await pending(connection, [source]) == []


async def test_a_release_that_was_not_finished_is_not_passed_over(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    await migrate(connection, [source], part=Part.PRE)
    (tmp_path / "0003_pre_next.sql").write_text("UPDATE counted SET n = n * 10;")
    with pytest.raises(MigrationRefused, match=r"0002_post_more of an earlier release .* here/0003_pre_next"):
        await migrate(connection, [source], part=Part.PRE)
    assert await migrate(connection, [source]) == ["here/0002_post_more", "here/0003_pre_next"]
    assert await connection.fetchval("SELECT n FROM counted") == 20


async def test_old_and_new_code_work_on_what_is_pre_and_not_on_the_others_post(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "0001_pre_counted.sql").write_text(FIRST)
    new, old_source = source, MigrationSource("here", old)
    with pytest.raises(MigrationRefused, match=r"older than this program: here/0001_pre_counted is missing"):
        await must_suit(connection, [old_source])
    await migrate(connection, [old_source])
    (tmp_path / "0002_post_more.sql").rename(tmp_path / "0003_post_more.sql")
    (tmp_path / "0002_pre_wider.sql").write_text("ALTER TABLE counted ADD COLUMN m int;")
    await must_suit(connection, [old_source])
    with pytest.raises(MigrationRefused, match="0002_pre_wider is missing"):
        await must_suit(connection, [new])
    await migrate(connection, [new], part=Part.PRE)
    await must_suit(connection, [old_source])
    await must_suit(connection, [new])
    await migrate(connection, [new], part=Part.POST)
    await must_suit(connection, [new])
    with pytest.raises(MigrationRefused, match=r"newer than this program: here/0003_post_more"):
        await must_suit(connection, [old_source])


CONCURRENT = """-- not in a transaction
-- The remains of a run that was cut off; an index that is not valid is nobody's.
DROP INDEX CONCURRENTLY IF EXISTS counted_n;
CREATE INDEX CONCURRENTLY counted_n ON counted (n);
"""


async def test_what_cannot_run_in_a_transaction_starts_again_after_it_was_cut_off(
    connection: asyncpg.Connection, source: MigrationSource, tmp_path: Path
) -> None:
    await migrate(connection, [source])
    file = tmp_path / "0003_pre_index.sql"
    file.write_text(CONCURRENT.replace("(n);", "(n);\nSELECT 1 / 0;"))
    with pytest.raises(asyncpg.DivisionByZeroError) as failed:
        await migrate(connection, [source])
    assert failed.value.__notes__ == ["in migration here/0003_pre_index"]
    file.write_text(CONCURRENT)
    assert await migrate(connection, [source]) == ["here/0003_pre_index"]
    assert await connection.fetchval("SELECT count(*) FROM pg_indexes WHERE indexname = 'counted_n'") == 1
