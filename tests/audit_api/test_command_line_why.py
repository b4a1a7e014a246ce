"""`seatledger audit why`."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from cli.auditing.why import why
from tests.audit_api.conftest import CALLERS, World
from tests.projections.people import MASTER_TEXT


async def asked(dsn: str, folder: Path, *words: str) -> tuple[int, str, str]:
    """The command as a user runs it, on the database of the environment."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "audit", "why", *words, "--data-dir", str(folder),
        stdout=PIPE, stderr=PIPE, cwd=Path(__file__).parents[2],
        env={**os.environ, "DATABASE_URL": dsn, "SEATLEDGER_MASTER_KEY": MASTER_TEXT},
    )  # fmt: skip
    out, err = await program.communicate()
    assert program.returncode is not None
    return program.returncode, out.decode(), err.decode()


async def test_a_booking_and_a_refusal_are_explained(world: World, database: str, tmp_path: Path) -> None:
    event = await world.event(capacity=3)
    booked = await world.book(event, 2)
    refusal = await world.refuse("ana", "POST", "/bookings", {"event_id": event, "quantity": 2})
    of_booking, as_json, of_refusal, before = await asyncio.gather(
        asked(database, tmp_path, booked["id"]),
        asked(database, tmp_path, booked["id"], "--as-of", "999999", "--json"),
        asked(database, tmp_path, "--refusal", refusal["id"]),
        asked(database, tmp_path, booked["id"], "--as-of", "3", "--json"),
    )
    ana = CALLERS["ana"].id
    assert of_booking[0] == 0
    (name,) = [line for line in of_booking[1].splitlines() if line.lstrip().startswith("customer.name ")]
    assert name.split()[:4] == ["customer.name", "Ana", "SeatsHeld", "at"]
    assert name.endswith(f"by {ana} (customer)")
    assert (as_json[0], as_json[2]) == (1, "seatledger: The log has only got to position 3\n")
    assert (before[0], json.loads(before[1])["chain"]) == (0, "verified")
    lines = of_refusal[1].splitlines()
    assert lines[0].startswith(f"BookSeats by {ana} (customer) at ")
    assert lines[0].endswith(": 409 sold-out")
    assert lines[1:3] == [
        "2 were asked for and 1 could be had.",
        "decided once more on the 3 facts before it, and comes out the same",
    ]
    assert "places of General: 3 = 0 sold + 2 held + 0 kept back + 1 left" in lines
    assert lines[-1].split()[:4] == ["2", "held", booked["id"], "SeatsHeld"]
    reads = [each for each in (await world.read("/reads"))["items"] if each["path"] == "seatledger audit why"]
    assert sorted((each["status"], each["facts"]) for each in reads) == [
        (200, 1),
        (200, 1),
        (200, 2),
        (422, 0),
    ]
    assert {"refusal_id": refusal["id"]} in [each["ids"] for each in reads]


async def test_what_there_is_not_is_said_in_one_line(world: World, database: str, tmp_path: Path) -> None:
    await world.event()
    nobody = str(uuid4())
    booking, refusal = await asyncio.gather(
        asked(database, tmp_path, nobody), asked(database, tmp_path, "--refusal", nobody)
    )
    assert booking == (1, "", "seatledger: There is no such booking\n")
    assert refusal == (
        1,
        "",
        "seatledger: It was never kept, or the time for which it is kept is over.\n",
    )


@pytest.mark.parametrize(
    "words", [[], [str(uuid4()), "--refusal", str(uuid4())], ["--refusal", str(uuid4()), "--as-of", "3"]]
)
def test_it_takes_a_booking_or_a_refusal(words: list[str]) -> None:
    ran = CliRunner().invoke(why, words)
    assert ran.exit_code == 2
    assert "refusal" in ran.output
