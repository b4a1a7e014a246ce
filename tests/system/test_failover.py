"""The primary dies and its synchronous stand-by takes over, under load: nothing acknowledged is lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import asyncpg

from cli.migrations import migration_sources
from eventstore.postgres.store import PostgresStore
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.conftest import database_on
from tests.eventstore.words import append_one, command, item
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.http import Answer
from tests.system.servers import Server, buyer, serving, settings_for
from tests.system.standby import Standby

ORDERS = 150
LANES = 5
BEFORE_THE_FALL = 40
PATIENCE_SECONDS = 0.5
BACK_SECONDS_MAX = 60.0

WAITS_FOR_STANDBY = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')"


class Crowd:
    """Buyers who retry with their keys until they have an answer that stands."""

    def __init__(self, server: Server, show: str) -> None:
        self._server = server
        self._body = {"event_id": show, "quantity": 1}
        self.acknowledged: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.gave_up = 0
        self.replayed = 0

    async def _try(self, key: str) -> Answer | None:
        """None for one who hangs up before there is an answer."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._server.send("POST", "/api/v1/bookings", self._body, by=buyer(1), key=key)
        except TimeoutError:
            self.gave_up += 1
            return None
        self.statuses[answer.status] += 1
        if answer.status == 201:
            self.acknowledged[key] = answer.json()["id"]
            self.replayed += "idempotent-replayed" in answer.headers
        else:
            assert answer.status == 503, answer
            assert answer.headers["retry-after"]
        return answer

    async def order(self, key: str) -> None:
        while (answer := await self._try(key)) is None or answer.status != 201:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def test_a_standby_takes_over_and_no_acknowledged_booking_is_lost(
    folders_for_servers: Callable[[], Path], tmp_path: Path
) -> None:
    primary = EmbeddedPostgres(folders_for_servers())
    connection = await asyncpg.connect(await asyncio.to_thread(primary.start))
    await migrate(connection, migration_sources())
    await connection.close()
    try:
        with Standby(primary, folders_for_servers()) as standby:
            await standby.follow_synchronously()
            await _what_only_one_server_has_is_no_answer(primary, standby)
            await _fail_over(primary, standby, tmp_path)
    finally:
        primary.stop()


async def _what_only_one_server_has_is_no_answer(primary: EmbeddedPostgres, standby: Standby) -> None:
    """The stand-by is away, and whoever waited for it has given up: facts are seen by all, and could still be lost."""
    kept = command(7, 1)
    maintenance = await asyncpg.connect(database_on(primary.dsn, "postgres"))
    await maintenance.execute(f"CREATE DATABASE other TEMPLATE {primary.database}")
    await maintenance.close()
    async with asyncpg.create_pool(database_on(primary.dsn, "other"), min_size=1, max_size=3) as pool:
        store = PostgresStore(pool)
        standby.freeze()
        try:
            waiting = asyncio.create_task(append_one(store, item("a", "A1", commands=(kept,))))
            async with asyncio.timeout(BACK_SECONDS_MAX):
                while not await pool.fetchval(WAITS_FOR_STANDBY):  # noqa: ASYNC110 - the server makes it so
                    await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            async with asyncio.timeout(BACK_SECONDS_MAX):
                while not await store.read_stream("a"):  # noqa: ASYNC110 - the server makes it so
                    await asyncio.sleep(0.01)
            asked = asyncio.create_task(store.find_commands([kept.id]))
            async with asyncio.timeout(BACK_SECONDS_MAX):
                while not await pool.fetchval(WAITS_FOR_STANDBY):  # noqa: ASYNC110 - the server makes it so
                    await asyncio.sleep(0.01)
            assert not asked.done()
        finally:
            standby.thaw()
        assert kept.id in await asked


async def _fail_over(primary: EmbeddedPostgres, standby: Standby, data_dir: Path) -> None:
    async with serving("serve", "all", settings=settings_for(data_dir, standby.dsn_of_both)) as server:
        show = await event_with_places(server, 10_000)
        crowd = Crowd(server, show["id"])
        orders = [asyncio.create_task(_at_their_pace(crowd, lane)) for lane in range(LANES)]
        while len(crowd.acknowledged) < BEFORE_THE_FALL:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.005)
        os.kill(primary.process_id, signal.SIGKILL)
        fell, before = time.monotonic(), dict(crowd.acknowledged)
        assert (await server.send("GET", "/readyz")).status == 503
        # The longer nobody takes over, the more of them hang up without knowing what became of their order.
        while crowd.gave_up < 2 * LANES:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.005)
        await standby.promote()
        promoted = time.monotonic()
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while len(crowd.acknowledged) == len(before):  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.005)
            back = time.monotonic()
            await asyncio.gather(*orders)
            await server.until_ready()
    found = await found_in(standby.dsn)
    tell(
        f"acknowledged before the fall {len(before)}, promoted after {promoted - fell:.2f} s, the first booking "
        f"{back - promoted:.2f} s later; answers {dict(crowd.statuses)}, hung up {crowd.gave_up}, of these done "
        f"already when they came again {crowd.replayed}; "
        f"acknowledged {len(crowd.acknowledged)}, found {found.bookings.total()}, twice {found.twice}"
    )
    assert set(crowd.acknowledged.values()) == set(found.bookings)
    assert found.twice == 0
    assert found.is_whole


async def _at_their_pace(crowd: Crowd, lane: int) -> None:
    for number in range(ORDERS // LANES):
        await crowd.order(f"order {lane}-{number}")
