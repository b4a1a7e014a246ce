"""`seatledger audit` on a database: what it says, and that it is recorded who asked."""

import asyncio
import json
import os
import stat
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import NamedTuple

from cli.auditing.recording import operator
from tests.audit_api.conftest import NOWHERE, World


class Ran(NamedTuple):
    code: int
    out: str
    err: str


async def verify(dsn: str, folder: Path, *options: str) -> Ran:
    return await audit(dsn, folder, "verify", *options)


async def audit(dsn: str, folder: Path, *words: str) -> Ran:
    """The command as a user runs it, on the database of the environment."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "audit", *words, "--data-dir", str(folder),
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


async def test_who_asks_on_the_command_line_is_recorded(world: World, database: str, tmp_path: Path) -> None:
    event = await world.event()
    await world.book(event)
    file = str(tmp_path / "log.ndjson")
    for words in (
        ("verify",),
        ("verify", "--event-id", NOWHERE),
        ("export", file, "--after", "1"),
        ("replay", "--read-model", "venues"),
        ("replay", "--what-if", "--event-id", event, "--quota", "General=1", "--no-single-seats"),
    ):
        await audit(database, tmp_path, *words)
    reads = (await world.read("/reads"))["items"]
    assert {(each["by"], each["role"], each["request_id"]) for each in reads} == {
        (operator(), "operator", "")
    }
    assert all(each["account_id"].startswith("database:") for each in reads)
    assert [
        (each["path"], each["ids"], each["filters"], each["status"], each["facts"]) for each in reads
    ] == [
        ("seatledger audit verify", {}, {}, 200, 0),
        ("seatledger audit verify", {"event_id": NOWHERE}, {}, 404, 0),
        ("seatledger audit export", {}, {"file": file, "after": "1"}, 200, 2),
        ("seatledger audit replay", {}, {"read_models": "venues"}, 200, 0),
        (
            "seatledger audit replay",
            {"event_id": event},
            {"what_if": "true", "quotas": "General=1", "no_single_seats": "true"},
            200,
            3,
        ),
    ]
    for by in (reads[0]["by"], reads[0]["account_id"]):
        assert len((await world.read("/reads", by=by))["items"]) == len(reads)


async def test_what_cannot_be_recorded_is_not_answered_here_either(
    world: World, database: str, tmp_path: Path
) -> None:
    event = await world.event()
    await world.book(event)
    await world.superuser.execute("REVOKE INSERT ON audit.reads FROM seatledger_audit")
    file = tmp_path / "log.ndjson"
    for words in (("verify",), ("export", str(file)), ("replay", "--what-if", "--event-id", event)):
        ran = await audit(database, tmp_path, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(
            "seatledger: that this is asked cannot be recorded in audit.reads, so it is not "
        )
        assert len(ran.err.splitlines()) == 1
    assert not list(tmp_path.glob("*.ndjson*"))


async def test_an_audit_that_was_broken_off_was_still_begun(
    world: World, database: str, tmp_path: Path
) -> None:
    await world.event()
    ran = await audit(database, tmp_path, "export", "/dev/full")
    assert ran.err == "seatledger: the log could not be exported to /dev/full: No space left on device\n"
    [read] = (await world.read("/reads"))["items"]
    assert (read["path"], read["facts"]) == ("seatledger audit export", None)
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
