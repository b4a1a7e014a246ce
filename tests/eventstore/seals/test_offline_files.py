"""What an auditor brings to the offline verifier, and what it answers."""

import gzip
import sys
from pathlib import Path

import orjson
import pytest

from eventstore.offline.__main__ import main
from eventstore.offline.checking import check_export
from eventstore.offline.file import NotAKey, opened, public_key
from eventstore.offline.lines import Header, Trailer, fact_line, header_line, trailer_line
from eventstore.seals.tree import Tree, leaf
from tests.eventstore.seals.by_hand import FIRST, FORGER, LOG, line_of, two_keys

WHOLE = b"".join(two_keys().lines())


@pytest.mark.parametrize("content", [WHOLE, gzip.compress(WHOLE)], ids=["plain", "packed"])
def test_a_file_is_read_from_its_first_byte_packed_or_not(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(content)
    with opened(path) as (lines, _):
        assert b"".join(lines) == WHOLE


def test_a_public_key_is_given_in_hex_or_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert public_key(FIRST.public.hex()) == public_key(f" {FIRST.public.hex().upper()}\n") == FIRST.public
    for content in (FIRST.public.hex().encode() + b"\n", line_of(two_keys().keys[0]) + b"\n"):
        path.write_bytes(content)
        assert public_key(str(path)) == FIRST.public
    for wrong in (FIRST.public.hex()[:-1], FIRST.public.hex()[:-1] + "X"):
        with pytest.raises(NotAKey, match="neither a public key"):
            public_key(wrong)


def from_the_middle(*, first_has_previous: bool = True) -> list[bytes]:
    """Of the facts after position 3, which go on from those before."""
    facts = two_keys().facts
    tree = Tree()
    for fact in facts[:3]:
        tree.add(leaf(fact.position, fact.stream, fact.version, fact.hash))
    before = {"b": facts[1].hash if first_has_previous else None, "a": facts[2].hash}
    lines = [header_line(Header(LOG, 3, 6, tree.peaks, "2026-06-01T13:00:00.000000Z"))]
    lines += [fact_line(fact, LOG, before.pop(fact.stream, None)) for fact in facts[3:]]
    return [line + b"\n" for line in (*lines, trailer_line(Trailer(3, 0)))]


def test_an_export_of_the_end_goes_on_from_the_hashes_that_it_names() -> None:
    good = check_export(from_the_middle(), None, (), lambda _: None)
    assert (good.facts, good.streams, good.position, good.first_bad) == (3, 2, 6, None)
    assert (
        check_export(from_the_middle(first_has_previous=False), None, (), lambda _: None).first_bad
        is not None
    )
    facts = two_keys().facts
    first = fact_line(facts[0], LOG, bytes(32)) + b"\n"
    lines = two_keys().lines()
    bad = check_export([*lines[:2], first, *lines[3:]], None, (), lambda _: None).first_bad
    assert bad is not None
    assert "is in the export" in bad.problem


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 0, "verified: 6 facts in 2 streams"),
        (["--key", FIRST.public.hex()], 0, "by the key that was given"),
        (["--key", FORGER.public.hex()], 1, "the log is broken at position 6"),
        (["--seals", "{seals}"], 0, "verified: 6 facts"),
        (["--seals", "{export}.none"], 2, "No such file"),
        (["--key", "nonsense"], 2, "neither a public key"),
    ],
)
def test_the_verifier_answers_with_a_code_and_one_line(
    arguments: list[str],
    code: int,
    said: str,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export, seals = tmp_path / "export", tmp_path / "seals.ndjson"
    export.write_bytes(WHOLE)
    seals.write_bytes(b"".join(line_of(each) + b"\n" for each in two_keys().seals))
    given = [each.format(seals=seals, export=export) for each in arguments]
    monkeypatch.setattr(sys, "argv", ["offline", str(export), *given])
    assert main() == code
    out, err = capsys.readouterr()
    told = out if code == 0 else err
    assert said in told
    assert (out + err).count("\n") == 1
    monkeypatch.setattr(sys, "argv", ["offline", str(export), *given, "--json"])
    if main() != 2:
        assert orjson.loads(capsys.readouterr().out)["verified"] is (code == 0)
