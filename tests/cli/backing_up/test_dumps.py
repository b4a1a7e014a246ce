"""A dump taken with `seatledger backup` and brought back with `seatledger restore` is the same database."""

from pathlib import Path

import asyncpg
import msgspec
import pytest

from cli.backing_up.dump import FILE
from cli.backing_up.manifest import FILE as MANIFEST
from cli.backing_up.manifest import Migration, read_manifest
from cli.backing_up.owners import OWNED
from eventstore.postgres.sealer import Sealer
from eventstore.seals.key import SECRET_BYTES
from projections import search, venues
from runtime.database import create_pool
from runtime.ids import new_bytes
from runtime.master_key import MasterKey
from tests.cli.backing_up.conftest import MASTER_KEY, Typed
from tests.projections.projecting import project
from tests.projections.season import on_sale, scheduled, venue
from tests.projections.writing import NOON, LogWriter
from tests.rights.granted import RIGHTS, ROLES


@pytest.fixture
async def sold(database: str) -> str:
    """A database with facts, a seal, rows, and rows to come."""
    async with (
        await create_pool(
            database, role="seatledger_command", application_name="w", min_size=0, max_size=2
        ) as pool,
        await create_pool(
            database, role="seatledger_projections", application_name="p", min_size=0, max_size=10
        ) as projections,
    ):
        log = LogWriter(pool)
        house, show = venue(), scheduled()
        await log.append(f"venue-{house.venue_id}", house)
        await log.append(f"show-{show.show_id}", *on_sale(show))
        wrapping = MasterKey([bytes.fromhex(MASTER_KEY)])
        await Sealer(projections, wrapping, lambda: new_bytes(SECRET_BYTES), lambda: NOON).step()
        await project(projections)
        other = venue()
        await log.append(f"venue-{other.venue_id}", other)
        await project(projections, [venues.PROJECTOR])
    return database


async def everything(dsn: str) -> list[object]:
    """What must come back: facts, seals, checkpoints, rows, rights, and whose things are."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = ("events", "streams", "commands", "checkpoints", "seals", "seal_keys", "seal_secrets")
        found: list[object] = [
            await connection.fetch(f"SELECT * FROM eventstore.{table} ORDER BY 1, 2, 3") for table in tables
        ]
        found += [await connection.fetch("SELECT * FROM projections.venues ORDER BY 1")]
        found += [await connection.fetch(RIGHTS, list(ROLES)), await connection.fetch(OWNED)]
        return found
    finally:
        await connection.close()


async def test_a_dump_comes_back_whole_and_is_proved(
    sold: str, empty_database: str, tmp_path: Path, typed: Typed
) -> None:
    folder = tmp_path / "backup"
    said = await typed("backup", folder, DATABASE_URL=sold)
    assert said.startswith("backed up 4 facts, root ")
    before = await everything(sold)
    said = await typed("restore", folder, DATABASE_URL=empty_database)
    assert "there are 4 facts; the chain of hashes is whole, 1 seals hold" in said
    assert "9 read models have the same rows" in said
    assert await everything(empty_database) == before
    # Restored by whatever means, it can be held against the backup.
    assert "up to position 4 the log has the root" in await typed("restore", folder, "--prove")
    # As much as that is as good as new: the next facts follow.
    connection = await asyncpg.connect(empty_database)
    assert await connection.fetchval("SELECT last_position FROM eventstore.log") == 4
    await connection.close()


async def test_read_tables_that_are_left_out_or_are_not_what_they_were_are_filled_anew(
    sold: str, empty_database: str, tmp_path: Path, typed: Typed
) -> None:
    folder = tmp_path / "backup"
    await typed("backup", folder, "--without-read-tables", DATABASE_URL=sold)
    said = await typed("restore", folder, DATABASE_URL=empty_database)
    assert "to be filled again from the log, by `seatledger project` or `up`: venues, ticket_types" in said
    async with await create_pool(
        empty_database, role="seatledger_projections", application_name="p", min_size=0, max_size=10
    ) as pool:
        await project(pool, [venues.PROJECTOR, search.PROJECTOR])
        assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 2
        assert await pool.fetchval("SELECT count(*) FROM projections.search_words") > 0


async def test_nothing_is_overwritten(sold: str, database: str, tmp_path: Path, typed: Typed) -> None:
    folder = tmp_path / "backup"
    await typed("backup", folder, DATABASE_URL=sold)
    assert "has something in it already: name a new folder" in await typed(
        "backup", folder, DATABASE_URL=sold
    )
    said = await typed("restore", folder, DATABASE_URL=sold)
    assert "a restore overwrites nothing: make an empty one" in said
    (tmp_path / "data" / "postgres-18").mkdir(parents=True)
    said = await typed("restore", folder, "--data-dir", tmp_path / "data", DATABASE_URL="")
    assert "a restore overwrites nothing: move it away" in said


async def test_without_the_master_key_nothing_is_restored_unless_that_is_wanted(
    sold: str, empty_database: str, tmp_path: Path, typed: Typed
) -> None:
    folder = tmp_path / "backup"
    await typed("backup", folder, DATABASE_URL=sold)
    terms = {"DATABASE_URL": empty_database, "SEATLEDGER_MASTER_KEY": "7e" * 32}
    assert "wrapped by master key" in await typed("restore", folder, **terms)
    assert "there are 4 facts" in await typed("restore", folder, "--without-key", **terms)


async def test_a_backup_that_is_not_whole_is_refused_before_anything_is_done(
    sold: str, empty_database: str, tmp_path: Path, typed: Typed
) -> None:
    folder = tmp_path / "backup"
    await typed("backup", folder, DATABASE_URL=sold)
    manifest = read_manifest(folder)
    strange = msgspec.structs.replace(
        manifest, migrations=[*manifest.migrations, Migration("eventstore", 999, "x")]
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(strange))
    assert "eventstore/0999, which this program does not know" in await typed(
        "restore", folder, DATABASE_URL=empty_database
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    dump = bytearray((folder / FILE).read_bytes())
    dump[len(dump) // 2] ^= 1
    (folder / FILE).write_bytes(dump)
    assert "is not the file that was backed up" in await typed("restore", folder, DATABASE_URL=empty_database)
    (folder / MANIFEST).unlink()
    assert "holds no backup" in await typed("restore", folder, DATABASE_URL=empty_database)


async def test_a_log_that_is_not_what_the_backup_says_is_found(
    sold: str, empty_database: str, tmp_path: Path, typed: Typed
) -> None:
    """The dump's digest was made to fit: the facts in it are not those of which the manifest tells."""
    folder = tmp_path / "backup"
    await typed("backup", folder, DATABASE_URL=sold)
    manifest = read_manifest(folder)
    other = msgspec.structs.replace(manifest.log, root="00" * 32)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, log=other)))
    said = await typed("restore", folder, DATABASE_URL=empty_database)
    assert "it was restored, and is not what was backed up: up to position 4 the root is" in said


async def test_a_role_that_the_server_lacks_is_made_and_gets_what_is_its(
    sold: str, empty_database: str, administrator: asyncpg.Connection, tmp_path: Path, typed: Typed
) -> None:
    """Roles are a server's, and a dump names them only."""
    folder = tmp_path / "backup"
    await typed("backup", folder, DATABASE_URL=sold)
    manifest = read_manifest(folder)
    made = "seatledger_made_by_restore"
    strange = msgspec.structs.replace(manifest, roles=[*manifest.roles, made])
    (folder / MANIFEST).write_bytes(msgspec.json.encode(strange))
    try:
        said = await typed("restore", folder, DATABASE_URL=empty_database)
        assert f"made the role {made}, without a password" in said
    finally:
        await administrator.execute(f"DROP ROLE IF EXISTS {made}")


@pytest.mark.parametrize("kind", [(), ("--base",)], ids=["dump", "base"])
async def test_where_there_is_no_database_none_is_made_to_back_it_up(
    kind: tuple[str, ...], tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    empty, backup = tmp_path / "empty", tmp_path / "backup"
    empty.mkdir()
    # Left by an upgrade, and no database any more.
    (empty / "postgres-15.old").mkdir()
    for data_dir in (empty, tmp_path / "nowhere"):
        said = await typed("backup", *kind, backup, "--data-dir", data_dir)
        assert said == (
            f"there is no database in {data_dir}: name the data folder with --data-dir, or the address of a server in "
            "DATABASE_URL"
        )
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["empty"]
    assert [each.name for each in empty.iterdir()] == ["postgres-15.old"]
