"""The verbs of an operator, as they are typed: migrate, users, status, rebuild, retry, serve with workers."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

import asyncpg
import pytest

from cli.main import main
from projections.read_models import PROJECTORS
from tests.programs import Program

READ_MODELS = set(PROJECTORS)

COUNTED = 'http_requests_total{method="GET",route="/livez",status="200"} 20.0'

Typed = Callable[..., str]


@pytest.fixture
def typed(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Runs a verb in this process and returns what it printed."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("SEATLEDGER_DATA_DIR", str(tmp_path))

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["seatledger", *words])
        main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def refused(typed: Typed, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a verb that cannot go on, and returns its one line."""

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            typed(*words)
        assert end.value.code == 1
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        return line

    return run


def test_migrating_what_is_migrated_does_nothing(typed: Typed) -> None:
    assert typed("migrate") == "the database is up to date\n"


def test_status_names_every_read_model(typed: Typed) -> None:
    assert all(name in typed("status") for name in READ_MODELS)
    said = json.loads(typed("status", "--json"))
    assert said["last_position"] == 0
    assert {model["name"] for model in said["read_models"]} == READ_MODELS


def test_status_is_watched_until_it_is_told_to_stop(database: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database, "SEATLEDGER_DATA_DIR": str(tmp_path)}
    with Program("status", "--watch", settings=settings) as program:
        for _ in range(2):
            program.says("log at position 0")
        assert program.stop() == 0


def test_a_read_model_is_rebuilt_by_its_name(typed: Typed, refused: Typed) -> None:
    assert typed("rebuild", "venues").endswith("rebuilt venues up to position 0\n")
    assert "nonsense" in refused("rebuild", "venues", "nonsense")


def test_a_rebuild_proves_what_was_live_or_says_what_was_wrong(
    typed: Typed, refused: Typed, database: str
) -> None:
    said = typed("rebuild", "--all", "--prove")
    assert said.count("; nothing to compare: there are no live tables yet\n") == len(READ_MODELS)
    said = typed("rebuild", "--all", "--prove")
    assert said.count("; equal to what was live at position 0\n") == len(READ_MODELS)
    asyncio.run(damaged(database))
    assert refused("rebuild", "venues", "ticket_types", "--prove").endswith("replaced: venues\n")
    assert "equal" in typed("rebuild", "venues", "--prove")


async def damaged(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            """INSERT INTO projections.venues
                   (venue_id, name, address, city, timezone, capacity, seating_plan, status, created_at)
               VALUES (gen_random_uuid(), 'x', 'x', 'x', 'x', 0, '{}', 'open', clock_timestamp())"""
        )
    finally:
        await connection.close()


def test_read_models_to_rebuild_are_named_or_all(typed: Typed) -> None:
    for words in (("rebuild",), ("rebuild", "venues", "--all")):
        with pytest.raises(SystemExit) as end:
            typed(*words)
        assert end.value.code == 2


def test_a_stream_that_is_not_parked_is_in_its_read_model(typed: Typed, refused: Typed) -> None:
    typed("rebuild", "venues")
    assert typed("retry", "venues", "venue-1") == "venue-1 is in venues again\n"
    assert typed("retry", "venues") == "no stream is parked in venues\n"
    assert "nonsense" in refused("retry", "nonsense", "venue-1")
    assert "nonsense" in refused("retry", "nonsense")


def test_an_account_is_added_once(typed: Typed, refused: Typed) -> None:
    assert "can sign in as auditor, with the password " in typed(
        "users", "add", "eve@example.org", "--role", "auditor"
    )
    assert refused("users", "add", "EVE@example.org", "--role", "auditor").endswith(
        "has an account already\n"
    )


def test_workers_share_a_port_and_their_metrics_add_up(database: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database, "SEATLEDGER_DATA_DIR": str(tmp_path)}
    with Program("serve", "all", "--port", "0", "--workers", "2", settings=settings) as program:
        url = program.says(r"serving all at (http://\S+)")[1]
        for _ in range(20):
            assert urlopen(f"{url}/livez", timeout=30).status == 200
        # A request is counted after its answer has gone out.
        deadline = monotonic() + 10
        while COUNTED not in urlopen(f"{url}/metrics", timeout=30).read().decode():
            assert monotonic() < deadline
        assert program.stop() == 0


def test_users_are_listed_given_roles_and_kept_out(typed: Typed, refused: Typed) -> None:
    typed("users", "add", "root@example.org", "--role", "admin")
    typed("users", "add", "zoe@example.org", "--role", "box_office")
    assert typed("users", "role", "ZOE@example.org", "organizer") == "ZOE@example.org is organizer now\n"
    assert "cannot sign in any more" in typed("users", "disable", "zoe@example.org")
    assert "zoe@example.org  disabled" in typed("users", "list", "--role", "organizer")
    assert "can sign in again" in typed("users", "enable", "zoe@example.org")
    assert len(typed("users", "reset", "zoe@example.org")) == 65
    assert refused("users", "reset", "nobody@example.org").endswith("has no account\n")
    assert refused("users", "role", "nobody@example.org", "admin").endswith("has no account\n")
