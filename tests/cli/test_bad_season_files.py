"""A bad file: one line that names the place and the way out, exit code 1, and nothing is written."""

import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.main import main
from tests.cli.seasons import EURO, event, small_season

VENUES = small_season()["venues"]
TYPES = small_season()["ticket_types"]
OFFER = [{"ticket_type": "standard"}]

BAD: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "$:", "an object"),
    "no format": ({"venues": []}, "$.format:", "missing"),
    "another format": (small_season(format="season/9"), "$.format:", "seatledger-season/1"),
    "an unknown field": (small_season(shows=[]), "$.shows:", "no such field"),
    "an id for a key": (small_season(events=[event("a", venue_id="x")]), "$.events[0].venue_id:", "no such field"),
    "no key": (small_season(venues=[VENUES[0], {**VENUES[1], "key": ""}]), "$.venues[1].key:", "at least 1"),
    "no venue of that key": (
        small_season(events=[event("a", venue="scala", ticket_types=OFFER)]), "$.events[0].venue:", '"scala"'
    ),
    "no type of that key": (
        small_season(events=[event("a", ticket_types=[{"ticket_type": "box"}])]),
        "$.events[0].ticket_types[0].ticket_type:", '"box"',
    ),
    "a key twice": (small_season(venues=[*VENUES, VENUES[0]]), "$.venues[2].key:", "$.venues[0]"),
    "a ticket type twice": (small_season(ticket_types=[TYPES[0], *TYPES]), "$.ticket_types[1].key:", '"vip"'),
    "an event twice": (
        small_season(events=[event("a", ticket_types=OFFER), event("a", ticket_types=OFFER)]),
        "$.events[1].key:", "give this one another",
    ),
    "no place": (small_season(events=[event("a", venue=None, price=EURO)]), "$.events[0]:", "give a venue"),
    "no price": (small_season(events=[event("a")]), "$.events[0]:", "ticket_types or one price"),
    "no time zone": (
        small_season(events=[event("a", price=EURO, starts_at="2098-03-14T20:00:00")]),
        "$.events[0].starts_at:", "timezone",
    ),
    "a fraction of a cent": (
        small_season(events=[event("a", price={"amount": 9.5, "currency": "EUR"})]),
        "$.events[0].price.amount:", "integer",
    ),
    "a plan with two rows of one name": (
        small_season(
            events=[],
            venues=[VENUES[1], {
                "key": "x", "name": "X", "timezone": "Europe/Rome",
                "seating_plan": {"sections": [{"name": "S", "rows": [{"name": "A", "seats": 2}] * 2}]},
            }],
        ),
        "$.venues[1]:", "more than one row named A",
    ),
    "a section that the venue has not": (
        small_season(events=[event("a", ticket_types=[{"ticket_type": "vip", "sections": ["Boxes"]}])]),
        "$.events[0]:", "Boxes",
    ),
    "two currencies": (
        small_season(
            events=[event("a", ticket_types=[*OFFER, {"name": "US", "price": {"amount": 1, "currency": "USD"}}])]
        ),
        "$.events[0]:", "one currency",
    ),
    "an end before the beginning": (
        small_season(events=[event("a", price=EURO, ends_at="2098-03-14T20:00:00+01:00")]), "$.events[0]:", "end after"
    ),
}  # fmt: skip


def outcome_of_import(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and standard error. The database named would be out of reach: it must not even be looked for."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setattr(sys, "argv", ["seatledger", "import", str(file)])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    assert out == ""
    assert isinstance(end.value.code, int)
    return end.value.code, err


@pytest.mark.parametrize("name", BAD)
def test_each_problem_is_one_line_with_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content, place, words = BAD[name]
    file = tmp_path / "mine.json"
    file.write_bytes(orjson.dumps(content))
    code, said = outcome_of_import(file, monkeypatch, capsys)
    assert code == 1
    assert said.count("\n") == 1
    assert said.startswith(f"seatledger: mine.json, {place}"), said
    assert words in said
    assert said.endswith("nothing was imported\n")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b'{"format":\n oops}', "line 2, column 2: not JSON"),
        (b'{"format": NaN}', "not JSON"),
        (b'{"format": "\xff"}', "not JSON"),
        (b'{"format": "seatledger-season/1", "venues": [' + b"[" * 5_000, "not JSON"),
    ],
)
def test_what_is_not_json_is_told_with_its_line(
    content: bytes,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)
    code, said = outcome_of_import(file, monkeypatch, capsys)
    assert (code, said.count("\n")) == (1, 1)
    assert words in said


def test_a_file_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = outcome_of_import(tmp_path / "none.json", monkeypatch, capsys)
    assert (code, said.count("\n")) == (1, 1)
    assert "No such file" in said


def test_only_the_first_problem_is_told_and_the_others_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(orjson.dumps(small_season(events=[{}, {}])))
    _, said = outcome_of_import(file, monkeypatch, capsys)
    assert "$.events[0].name: this field is missing (5 more problems after this one)" in said
