"""Seals as an operator and an auditor meet them: made beside the projectors, kept elsewhere, proven offline."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from cli import seal as seal_verb
from cli.sealing import metrics, worker
from cli.stopped import Stopped
from eventstore.postgres.sealer import SealingRefused
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.seals.kept import read_saved
from eventstore.seals.seal import Seal
from eventstore.store import StoreUnavailable
from runtime.ids import utc_now
from runtime.settings import load_settings
from tests.eventstore.seals.sealing import Streams
from tests.eventstore.waiting import until
from tests.programs import COMMAND, Program, environment, finished

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=8) as made:
        yield made


@pytest.fixture
def streams(pool: asyncpg.Pool) -> Streams:
    return Streams(PostgresStore(pool))


@pytest.fixture
def own(database: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "SEATLEDGER_DATA_DIR": str(tmp_path / "data"),
        "SEATLEDGER_SEALS_PATH": str(tmp_path / "elsewhere"),
        "SEATLEDGER_SEAL_SECONDS": "0.1",
    }


async def sealed_to(pool: asyncpg.Pool) -> int:
    last = await PostgresSeals(pool).last()
    return 0 if last is None else last.size


@pytest.mark.parametrize("verb", [("project",), ("seal",)])
async def test_facts_are_sealed_soon_and_kept_elsewhere(
    pool: asyncpg.Pool, streams: Streams, own: dict[str, str], tmp_path: Path, verb: tuple[str, ...]
) -> None:
    kept = tmp_path / "elsewhere" / "seals-1.ndjson"
    with Program(*verb, settings=own) as program:
        for number in range(1, 4):
            await streams.append("a")

            async def is_kept(number: int = number) -> bool:
                seals = [each for each in read_saved(kept) if isinstance(each, Seal)] if kept.exists() else []
                return bool(seals) and seals[-1].size == number

            await until(is_kept, "the seal is in the file")
        assert program.stop() == 0
    assert await sealed_to(pool) == 3
    # A crash between the seal and its copy leaves the copy behind: the next start writes what is missing.
    kept.unlink()
    finished("seal", "--once", settings=own)
    assert [each for each in read_saved(kept) if isinstance(each, Seal)] == await PostgresSeals(
        pool
    ).read_seals(0)


async def test_what_came_last_is_sealed_before_the_end(
    pool: asyncpg.Pool, streams: Streams, tmp_path: Path
) -> None:
    await streams.append("a")
    stop = asyncio.Event()
    settings = load_settings(seal_seconds=3600, data_dir=tmp_path)
    running = asyncio.create_task(worker.run(pool, settings, stop))

    async def is_sealed() -> bool:
        return await sealed_to(pool) == 1

    await until(is_sealed, "the first fact is sealed")
    await streams.append("a")
    stop.set()
    await running
    assert await sealed_to(pool) == 2


async def test_what_goes_wrong_is_told_and_tried_again(
    pool: asyncpg.Pool,
    streams: Streams,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(worker, "WAIT_SECONDS_MIN", 0.001)
    failures: list[Exception] = [StoreUnavailable("away"), SealingRefused("altered"), RuntimeError("odd")]
    real = worker.seal_all

    async def failing(one: object) -> object:
        if failures:
            raise failures.pop(0)
        return await real(one)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "seal_all", failing)
    await streams.append("a")
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(pool, load_settings(data_dir=tmp_path), stop))

    async def is_sealed() -> bool:
        return await sealed_to(pool) == 1

    await until(is_sealed, "it is sealed in the end")
    stop.set()
    await running
    assert "nothing is sealed any more: altered" in caplog.text
    assert "sealing waits for the database: away" in caplog.text
    assert "odd" in caplog.text


async def test_how_far_the_log_is_sealed_is_a_metric(
    pool: asyncpg.Pool, streams: Streams, own: dict[str, str]
) -> None:
    await streams.append("a", "a")
    await metrics.tell(pool, utc_now())
    assert metrics.UNSEALED_FACTS._value.get() == 2
    assert metrics.UNSEALED_SECONDS._value.get() > 0
    finished("seal", "--once", settings=own)
    await streams.append("a")
    await metrics.tell(pool, utc_now())
    assert (metrics.SEALED_POSITION._value.get(), metrics.UNSEALED_FACTS._value.get()) == (2, 1)
    assert 0 < metrics.SEAL_AGE._value.get() < 60


async def test_a_key_is_rotated_by_a_verb(pool: asyncpg.Pool, streams: Streams, own: dict[str, str]) -> None:
    await streams.append("a")
    finished("seal", "--once", settings=own)
    said = finished("seal", "--rotate-key", settings=own)
    second = (await PostgresSeals(pool).keys())[1]
    assert said == f"key 2 signs what comes after position 1: {second.public.hex()}\n"
    await streams.append("a")
    finished("seal", "--once", settings=own)
    last = await PostgresSeals(pool).last()
    assert last is not None
    assert last.key_id == second.id


def ran(*arguments: str, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(settings),
        timeout=40,
    )


async def test_nothing_is_sealed_on_top_of_an_alteration_and_the_verb_says_so(
    pool: asyncpg.Pool, streams: Streams, own: dict[str, str]
) -> None:
    await streams.append("a", "a")
    finished("seal", "--once", settings=own)
    await streams.append("a")
    await pool.execute("UPDATE eventstore.events SET hash = sha256('x') WHERE position = 1")
    failed = ran("seal", "--once", settings=own)
    assert failed.returncode == 1
    assert failed.stderr == "seatledger: the facts up to 2 are not those that were sealed\n"


async def test_who_waits_for_another_sealer_in_vain_is_told_in_one_line(
    pool: asyncpg.Pool, own: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute(
        "INSERT INTO eventstore.checkpoints (log_id, subscription, position) VALUES (1, 'seals', 0)"
    )
    monkeypatch.setattr(seal_verb, "LEASE_SECONDS_MAX", 0.2)
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM eventstore.checkpoints FOR UPDATE")
        ended = await asyncio.to_thread(CliRunner().invoke, seal_verb.command, ["--once"], env=own)
    assert isinstance(ended.exception, Stopped)
    assert str(ended.exception).startswith("another process has been sealing for ")


async def test_an_auditor_proves_a_log_in_another_folder_with_export_and_key_alone(
    pool: asyncpg.Pool, streams: Streams, own: dict[str, str], tmp_path: Path
) -> None:
    await streams.append("a", "b", batch=300)
    finished("seal", "--once", settings=own)
    await streams.append("a")
    export, packed = tmp_path / "export.ndjson", tmp_path / "export.ndjson.gz"
    assert finished("audit", "export", str(export), settings=own) == "exported: 601 facts, 1 seals\n"
    finished("audit", "export", str(packed), "--gzip", settings=own)
    part = finished("audit", "export", "-", "--after", "500", settings=own)
    (tmp_path / "part.ndjson").write_text(part)
    [key] = await PostgresSeals(pool).keys()
    seals = str(tmp_path / "elsewhere" / "seals-1.ndjson")

    # What the auditor has: four files of the store, without its PostgreSQL half.
    desk = tmp_path / "desk"
    shutil.copytree(
        ROOT / "eventstore", desk / "eventstore", ignore=shutil.ignore_patterns("postgres", "migrations")
    )
    verify = [sys.executable, "-P", "-m", "eventstore.offline"]

    def proven(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*verify, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=desk,
            env={"PYTHONPATH": str(desk)},
        )

    for file in (export, packed, tmp_path / "part.ndjson"):
        done = proven(str(file), "--key", key.public.hex(), "--seals", seals)
        assert (done.returncode, done.stderr) == (0, "")
        assert (
            "sealed up to position 600 by the key that was given, 1 fact behind not sealed yet" in done.stdout
        )
        ours = ran("audit", "verify", "--export", str(file), "--key", seals, "--seals", seals, settings=own)
        assert (ours.returncode, ours.stdout) == (0, done.stdout)
    export.write_bytes(export.read_bytes().replace(b'"n":200', b'"n":201', 1))
    for done in (
        proven(str(export), "--json"),
        ran("audit", "verify", "--export", str(export), "--json", settings=own),
    ):
        assert done.returncode == 1
        assert json.loads(done.stdout)["first_bad"]["guarantee"] == "chain"
    assert "found by: chain" in proven(str(export)).stderr
    assert proven(str(export), "--key", "nonsense").returncode == 2


async def test_the_database_is_verified_against_key_and_saved_seals(
    pool: asyncpg.Pool, streams: Streams, own: dict[str, str], tmp_path: Path
) -> None:
    await streams.append("a", "b")
    finished("seal", "--once", settings=own)
    seals = str(tmp_path / "elsewhere" / "seals-1.ndjson")
    said = finished("audit", "verify", "--key", seals, "--seals", seals, settings=own)
    assert said == "verified: 2 facts in 2 streams; sealed up to position 2 by the key that was given\n"
    await pool.execute("DELETE FROM eventstore.seals; DELETE FROM eventstore.seal_keys")
    assert ran("audit", "verify", settings=own).returncode == 0
    assert "found by: keys" in ran("audit", "verify", "--key", seals, settings=own).stderr
    assert "found by: saved seals" in ran("audit", "verify", "--seals", seals, settings=own).stderr
    assert ran("audit", "verify", "--key", "x", settings=own).returncode == 1
    nobody = ran("audit", "verify", "--event-id", "01a201e2-0000-7000-8000-0000000000ff", "--key", seals,
                 settings=own)  # fmt: skip
    assert nobody.returncode == 1
    assert "there is no event" in nobody.stderr
    broken = tmp_path / "broken"
    broken.write_text("x\n")
    assert "neither a seal nor a key" in ran("audit", "verify", "--seals", str(broken), settings=own).stderr


async def test_an_export_that_fails_leaves_no_file(
    own: dict[str, str], empty_database: str, tmp_path: Path
) -> None:
    failed = ran(
        "audit", "export", str(tmp_path / "export"), settings={**own, "DATABASE_URL": empty_database}
    )
    assert failed.returncode == 1
    assert "run `seatledger migrate` first" in failed.stderr
    assert list(tmp_path.glob("export*")) == []
