"""`seatledger audit verify`."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import NamedTuple

from tests.audit_api.conftest import World


class Ran(NamedTuple):
    code: int
    out: str
    err: str


async def verify(dsn: str, folder: Path, *options: str) -> Ran:
    """The command as a user runs it, on the database of the environment."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "audit", "verify", "--data-dir", str(folder), *options,
        stdout=PIPE, stderr=PIPE, env={**os.environ, "DATABASE_URL": dsn}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    out, err = await program.communicate()
    assert program.returncode is not None
    return Ran(program.returncode, out.decode(), err.decode())


async def test_a_whole_log_is_one_line_and_exit_code_0(world: World, database: str, tmp_path: Path) -> None:
    event = await world.event()
    await world.book(event)
    assert await verify(database, tmp_path) == Ran(
        0, "verified: 3 facts in 1 stream; none of it is sealed\n", ""
    )
    ran = await verify(database, tmp_path, "--event-id", event.upper(), "--json")
    assert json.loads(ran.out) == {
        "facts": 3, "streams": 1, "seals": 0, "sealed_to": 0, "verified": True, "first_bad": None,
    }  # fmt: skip
    assert (ran.code, ran.err) == (0, "")


async def test_a_broken_log_is_one_line_and_exit_code_1(world: World, database: str, tmp_path: Path) -> None:
    event = await world.event()
    await world.book(event)
    await world.superuser.execute("UPDATE eventstore.events SET name = 'Forged' WHERE position = 2")
    ran = await verify(database, tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "seatledger: the log is broken at position 2, "
        f"version 2 of show-{event}: its contents do not match its hash (found by: chain)\n"
    )
    ran = await verify(database, tmp_path, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["first_bad"]["position"] == 2


async def test_what_cannot_be_verified_is_said_in_one_line(
    world: World, database: str, empty_database: str, tmp_path: Path
) -> None:
    unknown = await verify(database, tmp_path, "--event-id", "01a201e2-0000-7000-8000-0000000000ff")
    assert unknown.code == 1
    assert unknown.err == "seatledger: there is no event 01a201e2-0000-7000-8000-0000000000ff\n"
    unmigrated = await verify(empty_database, tmp_path)
    assert unmigrated.code == 1
    assert "run `seatledger migrate` first" in unmigrated.err
    assert (await verify(database, tmp_path, "--event-id", "x")).code == 2
