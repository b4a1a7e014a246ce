"""The file of seals outside the database: only added to, read by whoever asks, and whole again after a crash."""

from pathlib import Path

import pytest

from eventstore.seals.kept import KeptSeals, UnreadableSeals, file_at, read_saved, saved_seals
from eventstore.seals.seal import seal_line
from tests.eventstore.seals.by_hand import line_of, two_keys

LOG = two_keys()
KEYS, SEALS = LOG.keys, LOG.seals


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("/var/seals", "/var/seals/seals-7.ndjson"),
        ("/var/mine.ndjson", "/var/mine.ndjson"),
        ("file:///var/a%20b", "/var/a b/seals-7.ndjson"),
        ("here", "here/seals-7.ndjson"),
    ],
)
def test_a_folder_gets_a_file_of_the_logs_own(place: str, path: str) -> None:
    assert file_at(place, 7) == Path(path)


def test_what_is_added_is_read_and_the_last_is_known(tmp_path: Path) -> None:
    kept = KeptSeals(tmp_path / "new" / "seals.ndjson")
    assert kept.last() == (None, 0)
    kept.add([KEYS[0]])
    assert kept.last() == (None, 1)
    kept.add([SEALS[0], KEYS[1]])
    assert kept.last() == (SEALS[0], 2)
    kept.add([SEALS[1]])
    assert list(saved_seals(kept.path)) == [KEYS[0], SEALS[0], KEYS[1], SEALS[1]]
    assert kept.last() == (SEALS[1], 2)
    assert kept.path.read_bytes().count(b"\n") == 4


def test_a_line_that_a_crash_cut_off_is_written_anew_below(tmp_path: Path) -> None:
    kept = KeptSeals(tmp_path / "seals.ndjson")
    kept.add([KEYS[0], SEALS[0]])
    whole = kept.path.read_bytes()
    for cut in (1, 20, len(seal_line(SEALS[1]))):
        kept.path.write_bytes(whole + seal_line(SEALS[1])[:cut])
        assert kept.last() == (SEALS[0], 1)
        assert list(read_saved(kept.path)) == [KEYS[0], SEALS[0]]
        kept.add([SEALS[1]])
        assert kept.last() == (SEALS[1], 1)
        assert list(read_saved(kept.path))[-1] == SEALS[1]


def test_the_end_of_a_long_file_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventstore.seals.kept.TAIL_BYTES", len(line_of(SEALS[1])) + 10)
    kept = KeptSeals(tmp_path / "seals.ndjson")
    kept.add([KEYS[0], SEALS[0], SEALS[1]])
    assert kept.last() == (SEALS[1], 0)


def test_a_line_that_is_no_seal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "seals.ndjson"
    lines = [line_of(KEYS[0]), b"nonsense", line_of(SEALS[0])]
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(UnreadableSeals, match="line 2 of"):
        list(read_saved(path))
    path.write_bytes(b"\n".join(lines[:2]) + b"\n")
    with pytest.raises(UnreadableSeals, match="the last line of"):
        list(read_saved(path))
    path.write_bytes(line_of(KEYS[0]) + b"\n")
    with pytest.raises(UnreadableSeals, match="there is no seal in"):
        saved_seals(path)
    path.write_bytes(b"nonsense\n")
    with pytest.raises(UnreadableSeals, match="neither seals nor keys"):
        KeptSeals(path).last()
