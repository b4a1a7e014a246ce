"""PostgreSQL is there and will not: its disk is full, it takes no writes, or no more connections. It is said, and ends.

One server and one program for all of them, which nobody starts again in between: that is what is tested.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cli.migrations import migration_sources
from runtime.embedded_postgres.keeping import Kept
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.http import Answer
from tests.system.servers import Server, buyer, command_api

DISK_MB = 160
CONNECTIONS_MAX = 24
SECONDS_MAX = 90.0
SMALL = {"min_wal_size": "32MB", "max_wal_size": "48MB", "max_connections": f"{CONNECTIONS_MAX}"}


@pytest.fixture(scope="module")
def small_disk(folders_for_servers: Callable[[], Path]) -> Iterator[Path]:
    """A disk of its own, small enough to be filled."""
    folder = folders_for_servers()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0711", "none", folder],
        capture_output=True,
        check=False,
    ) if shutil.which("mount") else None  # fmt: skip
    if made is None or made.returncode != 0:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


class Place:
    """A program that takes commands, on a database that may be spoilt; what was acknowledged is remembered."""

    def __init__(self, postgres: EmbeddedPostgres, disk: Path, server: Server, show: str) -> None:
        self.postgres = postgres
        self.disk = disk
        self.server = server
        self._body = {"event_id": show, "quantity": 1}
        self.acknowledged: set[str] = set()

    async def book(self, key: str) -> Answer:
        answer = await self.server.send("POST", "/api/v1/bookings", self._body, by=buyer(1), key=key)
        if answer.status == 201:
            self.acknowledged.add(answer.json()["id"])
        else:
            assert (answer.status, answer.json()["code"]) in {
                (503, "unavailable"),
                (503, "outcome-unknown"),
            }, answer
            assert answer.headers["retry-after"]
        return answer

    async def ready(self) -> tuple[int, Any]:
        answer = await self.server.send("GET", "/readyz")
        return answer.status, answer.json()["checks"]["log"].get("reason")

    async def until_not_ready(self, reason: str) -> None:
        async with asyncio.timeout(SECONDS_MAX):
            while await self.ready() != (503, reason):  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.02)

    async def is_unavailable(self) -> None:
        """What needs no queue is answered at once."""
        account = {"email": "ana@example.org", "password": "correct horse battery", "name": "Ana"}
        answer = await self.server.send("POST", "/api/v1/auth/register", account)
        assert (answer.status, answer.json()["code"]) == (503, "unavailable"), answer
        assert answer.headers["retry-after"]

    async def until_well(self, key: str) -> None:
        """The order that was refused is taken now, with its own key."""
        async with asyncio.timeout(SECONDS_MAX):
            while (await self.book(key)).status != 201:  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.05)
        assert (await self.ready())[0] == 200

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.postgres.dsn)
        try:
            yield connection
        finally:
            await connection.close()

    def fill(self) -> Path:
        """To the last byte."""
        ballast = self.disk / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            except OSError:
                pass
        return ballast


@pytest.fixture(scope="module")
async def place(small_disk: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    server = EmbeddedPostgres(small_disk / "data", settings=SMALL)
    connection = await asyncpg.connect(await asyncio.to_thread(server.start))
    await migrate(connection, migration_sources())
    await connection.close()
    with Kept(server):
        async with command_api(server.dsn, tmp_path_factory.mktemp("data")) as program:
            show = await event_with_places(program, 10_000)
            one = Place(server, small_disk, program, show["id"])
            yield one
            found = await found_in(server.dsn)
            assert one.acknowledged == set(found.bookings), "what was refused left nothing behind"
            assert found.twice == 0
            assert found.is_whole
    server.stop()


async def test_a_database_that_takes_no_writes(place: Place) -> None:
    await place.until_well("before it is read-only")
    async with place.owner() as owner:
        await owner.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await owner.execute("SELECT pg_reload_conf()")
        patient = asyncio.create_task(place.book("while it is read-only"))
        await place.until_not_ready("the database takes no writes")
        await place.is_unavailable()
        await owner.execute("SET default_transaction_read_only = off")
        await owner.execute("ALTER SYSTEM RESET default_transaction_read_only")
        await owner.execute("SELECT pg_reload_conf()")
    assert (await patient).status == 201, "who waits is served when it takes writes again"
    await place.until_well("after it was read-only")


OURS = "FROM pg_stat_activity WHERE application_name LIKE 'seatledger%'"


async def test_a_database_that_takes_no_more_connections(place: Place) -> None:
    await place.until_well("before it is crowded")
    others: list[asyncpg.Connection] = []
    async with place.owner() as owner:
        try:
            async with asyncio.timeout(SECONDS_MAX):
                while await owner.fetchval(f"SELECT count(*) {OURS}"):
                    await owner.execute(f"SELECT pg_terminate_backend(pid) {OURS}")
                    await _crowd(place.postgres.dsn, others)
            patient = asyncio.create_task(place.book("while it is crowded"))
            await place.until_not_ready("the log cannot be reached")
            await place.is_unavailable()
        finally:
            for each in others:
                await each.close()
    assert (await patient).status == 201, "who waits is served when there is room again"
    await place.until_well("after it was crowded")


async def _crowd(dsn: str, others: list[asyncpg.Connection]) -> None:
    """Take every connection that is left."""
    try:
        while True:
            others.append(await asyncpg.connect(dsn))
    except asyncpg.TooManyConnectionsError:
        pass


async def test_a_disk_that_is_full(place: Place) -> None:
    await place.until_well("before the disk is full")
    ballast = place.fill()
    refused = None
    try:
        # There is room left in pages and pieces of the write-ahead log that are begun already.
        for number in range(2_000):
            if (await place.book(f"{number} on a full disk")).status == 503:
                refused = number
                break
        assert refused is not None
        assert (await place.ready())[0] == 503
    finally:
        ballast.unlink()
    await place.until_well(f"{refused} on a full disk")
    tell(f"disk full: refused after {refused} bookings; well again by itself")


async def test_a_disk_too_full_for_the_log_of_the_database(place: Place) -> None:
    """It panics then, cannot even recover, and ends. Whoever runs it starts it again: for the embedded one, we do."""
    await place.until_well("before the panic")
    before = place.postgres.process_id
    ballast = place.fill()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while place.postgres.process_id == before and place.postgres.is_running:
                try:
                    async with place.owner() as owner:
                        await owner.execute(
                            "SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))"
                        )
                except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await asyncio.sleep(0.02)
        assert (await place.book("in a panic")).status == 503
        assert (await place.ready())[0] == 503
    finally:
        ballast.unlink()
    await place.until_well("in a panic")
