"""The embedded server starts, survives every kind of death around it, and never shares its folder."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from runtime.embedded_postgres import identity as identities
from runtime.embedded_postgres.binaries import find_binaries
from runtime.embedded_postgres.cluster import cluster_folder
from runtime.embedded_postgres.errors import (
    DidNotStart,
    FolderInUse,
    NoBinaries,
    NoIdentity,
    OtherVersionsData,
)
from runtime.embedded_postgres.folder_lock import FolderLock
from runtime.embedded_postgres.identity import Identity, try_out
from runtime.embedded_postgres.keeping import Kept
from runtime.embedded_postgres.postmaster_file import read_postmaster
from runtime.embedded_postgres.running import dsn_of_running
from runtime.embedded_postgres.server import EmbeddedPostgres
from tests.conftest import database_on

WAIT_SECONDS_MAX = 90.0
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another identity")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")


async def answer(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def throw_away(data_dir: Path, **settings: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(data_dir, durable=False, settings=settings)


@contextmanager
def program_holding(data_dir: Path, *how: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another program with a server on `data_dir`, and that server's process id."""
    command = [sys.executable, "-m", "tests.runtime.hold_postgres", str(data_dir), *how]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as program:
        try:
            assert program.stdout is not None
            yield program, int(program.stdout.readline())
        finally:
            program.kill()


def wait_until_free(data_dir: Path) -> None:
    """Wait for the last process of a server to be gone."""
    lock = FolderLock(data_dir / "postgres-server.lock")
    assert lock.take_within(WAIT_SECONDS_MAX), f"a server still writes to {data_dir}"
    lock.release()


@pytest.fixture(scope="module")
def cluster(folders_for_servers: Callable[[], Path]) -> Path:
    """A data folder that was initialised once; tests start servers on it one after the other."""
    data_dir = folders_for_servers()
    with throw_away(data_dir):
        pass
    return data_dir


@pytest.fixture
def data_dir(folders_for_servers: Callable[[], Path]) -> Path:
    """A data folder in which nothing was made yet."""
    return folders_for_servers()


async def test_a_server_starts_keeps_its_data_and_starts_again(cluster: Path) -> None:
    server = throw_away(cluster)
    dsn = server.start()
    try:
        assert await answer(dsn, "SELECT current_user || '@' || current_database()") == "postgres@seatledger"
        assert await answer(dsn, "SHOW listen_addresses") == ""
        await answer(dsn, "CREATE TABLE IF NOT EXISTS kept (n int)")
    finally:
        server.stop()
        server.stop()
    assert not server.is_running
    begun = time.monotonic()
    with throw_away(cluster, work_mem="7MB") as again:
        assert time.monotonic() - begun < WAIT_SECONDS_MAX
        assert again.is_running
        assert await answer(again.dsn, "SELECT to_regclass('kept') IS NOT NULL")
        assert await answer(again.dsn, "SHOW work_mem") == "7MB"


async def test_text_sorts_by_code_point_in_utf_8(cluster: Path) -> None:
    with throw_away(cluster) as server:
        assert await answer(server.dsn, "SHOW server_encoding") == "UTF8"
        assert await answer(server.dsn, "SELECT 'Z' < 'a' AND 'z' < 'ä' AND upper('ä') = 'Ä'")


async def test_only_a_throw_away_cluster_gives_up_durability(cluster: Path) -> None:
    with throw_away(cluster) as careless:
        assert await answer(careless.dsn, "SHOW fsync") == "off"
    with EmbeddedPostgres(cluster) as careful:
        assert await answer(careful.dsn, "SHOW fsync") == "on"
        assert await answer(careful.dsn, "SHOW synchronous_commit") == "on"


async def test_it_can_be_started_from_inside_a_running_loop_and_off_it(cluster: Path) -> None:
    server = throw_away(cluster)
    dsn = await asyncio.to_thread(server.start)
    assert await answer(dsn, "SELECT 1") == 1
    await asyncio.to_thread(server.stop)


async def test_a_missing_database_is_made(cluster: Path) -> None:
    with throw_away(cluster) as server:
        maintenance = await asyncpg.connect(database_on(server.dsn, "postgres"))
        await maintenance.execute("DROP DATABASE seatledger")
        await maintenance.close()
    with throw_away(cluster) as server:
        assert await answer(server.dsn, "SELECT 1") == 1


def test_nobody_else_may_enter_the_socket_folder_or_read_the_log(cluster: Path) -> None:
    with throw_away(cluster) as server:
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
        assert server.log.path.stat().st_mode & 0o777 == 0o600
        assert cluster_folder(cluster, server.major_version).stat().st_mode & 0o777 == 0o700


async def test_a_path_too_long_for_a_socket_moves_only_the_socket(cluster: Path, data_dir: Path) -> None:
    long = data_dir / ("long" * 25)
    long.symlink_to(cluster)
    with throw_away(long) as server:
        socket_folder = server.socket_folder
        assert not socket_folder.is_relative_to(long)
        assert socket_folder.stat().st_mode & 0o777 == 0o700
        assert await answer(server.dsn, "SELECT 1") == 1
    assert not socket_folder.exists()


def test_a_second_start_on_the_same_folder_is_refused_naming_folder_and_holder(cluster: Path) -> None:
    with throw_away(cluster) as server:
        with pytest.raises(FolderInUse) as refused:
            throw_away(cluster).start()
        assert str(cluster) in str(refused.value)
        assert f"process {os.getpid()}:" in str(refused.value)
        assert server.is_running


def test_starting_twice_is_a_mistake_of_the_caller(cluster: Path) -> None:
    with throw_away(cluster) as server, pytest.raises(RuntimeError, match="already started"):
        server.start()


def test_what_is_not_started_has_no_address(tmp_path: Path) -> None:
    server = throw_away(tmp_path)
    for ask in ("dsn", "process_id", "socket_folder", "major_version"):
        with pytest.raises(RuntimeError, match="start"):
            getattr(server, ask)


async def test_another_program_can_ask_where_the_server_is(cluster: Path) -> None:
    assert dsn_of_running(cluster, database="seatledger") is None
    with throw_away(cluster) as server:
        assert dsn_of_running(cluster, database="seatledger") == server.dsn
    assert dsn_of_running(cluster / "nowhere", database="seatledger") is None


@ON_LINUX
@pytest.mark.parametrize("how", [(), ("from-a-thread-that-ends",)])
async def test_the_server_dies_with_its_program_and_starts_again(cluster: Path, how: tuple[str, ...]) -> None:
    with program_holding(cluster, *how) as (program, _):
        assert await answer(dsn_of_running(cluster, database="seatledger") or "", "SELECT 1") == 1
        with pytest.raises(FolderInUse, match=f"process {program.pid}:"):
            throw_away(cluster).start()
        program.kill()
        program.wait(WAIT_SECONDS_MAX)
        wait_until_free(cluster)
    with throw_away(cluster) as server:
        assert await answer(server.dsn, "SELECT 1") == 1


async def test_a_start_right_after_the_kill_waits_for_the_dying_server(cluster: Path) -> None:
    with program_holding(cluster) as (program, _):
        program.kill()
        program.wait(WAIT_SECONDS_MAX)
        with throw_away(cluster) as server:
            assert await answer(server.dsn, "SELECT 1") == 1


async def test_program_and_server_killed_together_leave_nothing_in_the_way(cluster: Path) -> None:
    with program_holding(cluster) as (program, server_pid):
        program.kill()
        os.kill(server_pid, signal.SIGKILL)
        program.wait(WAIT_SECONDS_MAX)
    with throw_away(cluster) as server:
        assert await answer(server.dsn, "SELECT 1") == 1


@ON_LINUX
async def test_a_stale_file_that_names_a_living_stranger_is_not_believed(cluster: Path) -> None:
    with throw_away(cluster) as server:
        folder = cluster_folder(cluster, server.major_version)
        lines = (folder / "postmaster.pid").read_text().splitlines()
    # This very process has the id that the file names, as after a container's restart.
    (folder / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    (cluster / "socket" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    with throw_away(cluster) as server:
        assert read_postmaster(folder) is not None
        assert await answer(server.dsn, "SELECT 1") == 1


def test_an_orphan_that_nobody_told_is_stopped(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "runtime.embedded_postgres.orphan.STOPS", ((None, 0.0), (signal.SIGINT, WAIT_SECONDS_MAX))
    )
    orphan = throw_away(cluster)
    orphan.start()
    # As if the program were gone and the kernel had not told the server.
    orphan._program_lock.release()
    orphan._server_lock.release()
    with throw_away(cluster) as server:
        assert server.is_running
        assert not orphan.is_running


def test_a_folder_whose_orphan_does_not_go_away_is_refused(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.embedded_postgres.orphan.STOPS", ((None, 0.0),))
    orphan = FolderLock(cluster / "postgres-server.lock")
    assert orphan.take()
    with pytest.raises(FolderInUse, match="held by a server whose program is gone"):
        throw_away(cluster).start()
    orphan.release()
    with throw_away(cluster) as server:
        assert server.is_running


async def test_what_a_killed_initdb_left_is_swept_away(data_dir: Path, cluster: Path) -> None:
    with throw_away(cluster) as server:
        major = server.major_version
    half_made = cluster_folder(data_dir, major).with_name(f"postgres-{major}.new")
    (half_made / "base").mkdir(parents=True)
    (half_made / "PG_VERSION").write_text(f"{major}\n")
    with throw_away(data_dir) as server:
        assert await answer(server.dsn, "SELECT 1") == 1
    assert not half_made.exists()


async def test_a_program_killed_during_initdb_is_no_obstacle(data_dir: Path) -> None:
    command = [sys.executable, "-m", "tests.runtime.hold_postgres", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as program:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not list(data_dir.glob("postgres-*.new/PG_VERSION")):
            assert time.monotonic() < deadline, "initdb never began"
        program.kill()
    assert not [found for found in data_dir.glob("postgres-*") if found.suffix == "" and found.is_dir()]
    with throw_away(data_dir) as server:
        assert await answer(server.dsn, "SELECT 1") == 1
    assert not list(data_dir.glob("*.new"))


def test_data_of_another_major_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres-9").mkdir()
    with pytest.raises(OtherVersionsData, match="postgres-9 was written by another version"):
        throw_away(tmp_path).start()
    assert [found.name for found in tmp_path.iterdir() if found.is_dir()] == ["postgres-9"]


def test_a_failed_start_says_why_in_one_line_and_lets_go(cluster: Path) -> None:
    with pytest.raises(DidNotStart) as failed:
        throw_away(cluster, shared_buffers="lots").start()
    assert 'invalid value for parameter "shared_buffers": "lots"' in str(failed.value)
    assert str(failed.value).endswith(f"(log: {cluster / 'postgres.log'})")
    assert "\n" not in str(failed.value)
    with throw_away(cluster) as server:
        assert server.is_running


def test_a_failed_initdb_says_why_in_one_line(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "runtime.embedded_postgres.cluster.locale_options", lambda _: ("--encoding=nonsense",)
    )
    with pytest.raises(DidNotStart, match=r"initdb .* failed: .*nonsense") as failed:
        throw_away(data_dir).start()
    assert "\n" not in str(failed.value)


def test_a_server_that_dies_is_seen_to_be_dead(cluster: Path) -> None:
    with throw_away(cluster) as server:
        os.kill(server.process_id, signal.SIGQUIT)
        assert server._process is not None
        assert server._process.ended.wait(WAIT_SECONDS_MAX)
        assert not server.is_running


def test_a_big_log_is_put_aside_once(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.embedded_postgres.server_log.LOG_BYTES_MAX", 10)
    with throw_away(cluster) as server:
        assert server.log.path.with_name("postgres.log.1").exists()


def test_no_postgres_anywhere_is_said_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.embedded_postgres.binaries.candidates", lambda: iter([tmp_path]))
    with pytest.raises(NoBinaries, match="set DATABASE_URL"):
        throw_away(tmp_path).start()


def test_programs_that_do_not_run_are_named(tmp_path: Path) -> None:
    for program in ("initdb", "postgres"):
        (tmp_path / program).write_text("#!/bin/sh\necho broken >&2; exit 3\n")
        (tmp_path / program).chmod(0o755)
    # Reachable for whatever user the server would run as: pytest's folders are private.
    with pytest.raises((DidNotStart, NoIdentity), match=r"postgres"):
        EmbeddedPostgres(tmp_path / "data", binaries=tmp_path).start()


@AS_ROOT
async def test_root_needs_no_other_user_where_namespaces_are_allowed(data_dir: Path) -> None:
    if not try_out(find_binaries()).identity.launch.startswith("namespace"):
        pytest.skip("user namespaces are refused here")
    with throw_away(data_dir) as server:
        owners = {path.stat().st_uid for path in cluster_folder(data_dir, server.major_version).rglob("*")}
        assert owners == {0}


@pytest.fixture
def other_user(monkeypatch: pytest.MonkeyPatch) -> Identity:
    """Who the server runs as where namespaces are refused, which from here on they are."""
    users = [one for one in identities.identities() if one.launch.startswith("user")]
    monkeypatch.setattr(identities, "identities", lambda: iter(users))
    try:
        return try_out(find_binaries()).identity
    except NoIdentity as refusal:
        pytest.skip(f"this checkout is closed to other users: {refusal}")


@AS_ROOT
async def test_root_drops_to_another_user_where_namespaces_are_refused(
    other_user: Identity, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with throw_away(data_dir) as server:
        assert await answer(server.dsn, "SELECT 1") == 1
        assert cluster_folder(data_dir, server.major_version).stat().st_uid == other_user.owner[0]
    monkeypatch.undo()
    # Whoever it is the next time gets the files, back to root if namespaces are allowed again.
    with throw_away(data_dir) as server:
        assert await answer(server.dsn, "SELECT 1") == 1


@AS_ROOT
def test_a_folder_that_the_other_user_cannot_reach_is_named(other_user: Identity, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(DidNotStart, match=f"Permission denied: {tmp_path}"):
        throw_away(tmp_path / "data").start()


@AS_ROOT
def test_root_without_any_identity_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "identities", lambda: iter(()))
    with pytest.raises(NoIdentity, match="run as an ordinary user, or set DATABASE_URL"):
        throw_away(tmp_path).start()


async def test_a_server_that_dies_by_itself_is_started_again_at_the_same_address(cluster: Path) -> None:
    with throw_away(cluster) as server, Kept(server):
        dsn, first = server.dsn, server.process_id
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            try:
                assert await answer(dsn, "SELECT 1") == 1
                break
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.02)
        assert server.process_id != first
    assert dsn_of_running(cluster, database="seatledger") is None, "and it ends with its program"
