"""`seatledger audit replay`, as it is typed."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import asyncpg
import pytest
from msgspec.structs import replace

from projections.read_models import PROJECTORS
from runtime.database import create_pool
from runtime.ids import new_id
from runtime.privacy.keyring import context_of
from runtime.privacy.people import ADD, CONTACT
from tests.domain.show.words import MINUTE, NOON, STANDARD, confirmed, held, on_sale_with_time_to_pay
from tests.eventstore.waiting import until
from tests.projections.histories import history, tries_by_chance
from tests.projections.people import BOB_KEY, CARLA_KEY, MASTER, MASTER_TEXT
from tests.projections.projecting import project
from tests.projections.writing import LogWriter

SHOW_ID = "01a201e2-0000-7000-8000-0000000000e1"
BOOKINGS = ("01a201e2-0000-7000-8000-0000000000b8", "01a201e2-0000-7000-8000-0000000000b9")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Desk:
    """The command as an auditor runs it, on the database of the environment."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.folder = folder

    async def audit(self, *words: str) -> Ran:
        program = await self.begin(*words)
        out, err = await program.communicate()
        assert program.returncode is not None
        return Ran(program.returncode, out.decode(), err.decode())

    async def begin(self, *words: str) -> Process:
        env = {**os.environ, "DATABASE_URL": self.dsn, "SEATLEDGER_MASTER_KEY": MASTER_TEXT}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "audit", *words, "--data-dir", str(self.folder),
            stdout=PIPE, stderr=PIPE, env=env, cwd=Path(__file__).parents[2],
        )  # fmt: skip

    async def replay(self, *words: str) -> Ran:
        return await self.audit("replay", *words)


async def keys_are_kept(pool: asyncpg.Pool) -> None:
    """The keys of whoever is in the histories are where any process finds them."""
    for key, secret in ((BOB_KEY, b"b"), (CARLA_KEY, b"c")):
        wrapped = MASTER.wrap(context_of(key.person_id), secret * 32)
        contact_id = await pool.fetchval(CONTACT, secret, new_id())
        await pool.execute(ADD, key.person_id, None, contact_id, wrapped, NOON)


@pytest.fixture
async def desk(database: str, tmp_path: Path) -> Desk:
    """A house with some shows whose tables are up to date."""
    command = await create_pool(
        database, role="seatledger_command", application_name="w", min_size=0, max_size=2
    )
    worker = await create_pool(
        database, role="seatledger_projections", application_name="p", min_size=0, max_size=5
    )
    async with command, worker:
        await keys_are_kept(command)
        log = LogWriter(command)
        for seed in range(3):
            show, facts = history(tries_by_chance(seed))
            await log.append(f"show-{show.details.show_id}", *facts)
        await project(worker)
    return Desk(database, tmp_path)


async def test_equal_tables_are_a_line_for_each_read_model_and_exit_code_0(desk: Desk) -> None:
    ran = await desk.replay()
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert {line.split()[0] for line in lines} == set(PROJECTORS)
    assert all(line.endswith(": equal") for line in lines)
    said = json.loads((await desk.replay("--json", "--read-model", "bookings")).out)
    assert said["equal"]
    (model,) = said["read_models"]
    assert (model["name"], model["differing"], model["not_compared"]) == ("bookings", 0, {})
    assert model["position"] == model["live_position"] > 0


async def test_a_row_that_was_altered_is_named_and_the_exit_code_is_1(desk: Desk) -> None:
    superuser = await asyncpg.connect(desk.dsn)
    try:
        altered = await superuser.fetchval(
            """UPDATE projections.bookings SET paid = paid + 100
               WHERE booking_id = (SELECT booking_id FROM projections.bookings LIMIT 1)
               RETURNING booking_id::text"""
        )
    finally:
        await superuser.close()
    ran = await desk.replay("--read-model", "bookings", "--read-model", "venues")
    assert ran.code == 1
    assert f"booking_id={altered}: paid is " in ran.out
    assert ran.err == "seatledger: 1 rows of the live tables are not what the log says\n"
    ran = await desk.replay("--json", "--read-model", "bookings")
    assert ran.code == 1
    tables = {table["table"]: table for table in json.loads(ran.out)["read_models"][0]["tables"]}
    assert tables["bookings"]["differences"][0]["key"] == {"booking_id": altered}


async def test_an_export_and_an_earlier_position_are_replayed(desk: Desk) -> None:
    file = str(desk.folder / "log.ndjson.gz")
    assert (await desk.audit("export", file, "--gzip")).code == 0
    assert (await desk.replay("--export", file)).code == 0
    ran = await desk.replay("--export", file, "--as-of", "20")
    assert ran.code == 0
    assert "position 20 (live tables stand at " in ran.out
    assert "not compared: bookings" in ran.out


async def test_what_cannot_be_replayed_is_one_line(desk: Desk, empty_database: str) -> None:
    assert "no projector 'nothing'" in (await desk.replay("--read-model", "nothing")).err
    assert (await desk.replay("--as-of", "noon")).code == 2
    assert "there is no position 9,999 yet: the last one is " in (await desk.replay("--as-of", "9999")).err
    assert (await desk.replay("--as-of", "2027-03-01T12:00:00")).code == 2
    nothing = desk.folder / "nothing"
    nothing.write_text("nothing\n")
    assert "not the header of an export" in (await desk.replay("--export", str(nothing))).err
    unmigrated = await Desk(empty_database, desk.folder).replay()
    assert unmigrated.code == 1
    assert "run `seatledger migrate` first" in unmigrated.err


SCRATCH_TABLES = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"


async def test_a_replay_that_is_killed_leaves_nothing_behind(desk: Desk) -> None:
    superuser = await asyncpg.connect(desk.dsn)
    watcher = await asyncpg.connect(desk.dsn)

    async def are_there() -> bool:
        return bool(await watcher.fetchval(SCRATCH_TABLES))

    async def are_gone() -> bool:
        return not await are_there()

    try:
        async with superuser.transaction():
            # It has made its tables, and then waits for the live ones that it compares them with.
            await superuser.execute("LOCK TABLE projections.venues")
            program = await desk.begin("replay")
            await until(are_there, "its tables are there")
            program.kill()
            await program.communicate()
        await until(are_gone, "its tables are gone")
        assert (await desk.replay()).code == 0
        await until(are_gone, "its tables are gone")
    finally:
        await superuser.close()
        await watcher.close()


async def an_event(dsn: str) -> str:
    """One whose first booking was paid after eight minutes, and whose second was never paid."""
    facts: list[Any] = [
        fact if not hasattr(fact, "show_id") else replace(fact, show_id=SHOW_ID)
        for fact in (
            *on_sale_with_time_to_pay(STANDARD),
            held("Stalls/A/1", booking=BOOKINGS[0]),
            held("Stalls/A/2", booking=BOOKINGS[1], at=NOON + MINUTE),
            confirmed(booking=BOOKINGS[0], at=NOON + 8 * MINUTE),
        )
    ]
    command = await create_pool(dsn, role="seatledger_command", application_name="w", min_size=0, max_size=2)
    async with command:
        await LogWriter(command).append(f"show-{SHOW_ID}", *facts)
    return SHOW_ID


async def test_what_if_tells_what_would_have_differed(database: str, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    event, plot, file = await an_event(database), tmp_path / "plot.svg", str(tmp_path / "log.ndjson")
    ran = await desk.replay("--what-if", "--event-id", event, "--quota", "Standard=1", "--svg", str(plot))
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"bookings sold +1 +1 +\+0", ran.out)
    assert f"held and never paid, and would have been refused: 1\n  {BOOKINGS[1]}  " in ran.out
    assert ran.out.count("what if ") > 2
    assert "A refusal is none" in ran.out
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")
    assert (await desk.audit("export", file)).code == 0
    ran = await desk.replay(
        "--what-if", "--event-id", event, "--price", "Standard=3000", "--hold-seconds", "300", "--json",
        "--export", file,
    )  # fmt: skip
    said = json.loads(ran.out)
    assert said["in_fact"] == {"bookings_sold": 1, "tickets_sold": 1, "revenue": 2000}
    assert said["supposed"] == {"bookings_sold": 1, "tickets_sold": 1, "revenue": 3000}
    assert said["late"] == [BOOKINGS[0]]
    assert said["lost"] == said["gained"] == said["turned_away"] == []


async def test_what_cannot_be_supposed_is_one_line(database: str, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    event = await an_event(database)
    assert (await desk.replay("--hold-seconds", "3")).code == 2
    assert (await desk.replay("--what-if")).code == 2
    for wrong in (("--quota", "7"), ("--price", f"Standard={10**15}"), ("--hold-seconds", str(10**9))):
        assert (await desk.replay("--what-if", "--event-id", event, *wrong)).code == 2
    nowhere = str(tmp_path / "nowhere" / "plot.svg")
    ran = await desk.replay("--what-if", "--event-id", event, "--svg", nowhere)
    assert ran.err == f"seatledger: the plot could not be written to {nowhere}: No such file or directory\n"
    assert (
        "never offered Box" in (await desk.replay("--what-if", "--event-id", event, "--quota", "Box=7")).err
    )
    assert "there is no event" in (await desk.replay("--what-if", "--event-id", event, "--as-of", "0")).err
    early = await desk.replay("--what-if", "--event-id", event, "--as-of", "2")
    assert early.err == "seatledger: nothing was ever booked of this event\n"
