"""`seatledger import` as it is typed."""

import sys
from pathlib import Path

import orjson
import pytest

from cli.main import main
from tests.cli.seasons import small_season


def test_it_says_what_it_did_and_a_second_time_does_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(orjson.dumps(small_season()))
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setattr(sys, "argv", ["seatledger", "import", str(file)])
    main()
    assert capsys.readouterr() == (
        "imported 2 venues, 2 ticket types, 4 events; 0 were there already\n", ""
    )  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["seatledger", "import", str(file), "--json"])
    main()
    out, err = capsys.readouterr()
    assert err == ""
    assert orjson.loads(out) == {
        "imported": {"venues": 0, "ticket_types": 0, "events": 0},
        "there_already": 8,
        "differs": [],
        "refused": [],
        "position": 11,
    }
