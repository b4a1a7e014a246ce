"""Lines that somebody else wrote: each is read as what it says, in the one form that we write, or refused."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eventstore.facts import RecordedFact
from eventstore.hashing import envelope
from eventstore.offline.checking import check_export
from eventstore.offline.file import NotAKey, opened, public_key
from eventstore.offline.lines import (
    Header,
    Trailer,
    fact_line,
    fact_of,
    header_line,
    header_of,
    trailer_line,
    trailer_of,
)
from eventstore.seals.kept import UnreadableSeals, read_saved
from eventstore.seals.key import SealKey, key_line, key_of
from eventstore.seals.seal import Seal, seal_line, seal_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = Header(7, 5, 9, [bytes(32), bytes(range(32))], "2026-06-01T12:00:00.000000Z")
SEAL = Seal(7, 9, bytes(32), bytes(32), NOON, "0123456789abcdef", bytes(64))
KEY = SealKey(7, 1, bytes(32), 0, NOON, bytes(64))
FACT = RecordedFact(
    position=6,
    stream='s "1"',
    version=2,
    name="F",
    schema_version=1,
    data='{"a":"b"}',
    metadata="{}",
    tags=("t",),
    command_id=str(UUID(int=1)),
    recorded_at=NOON,
    hash=bytes(32),
)

Written = tuple[bytes, Callable[[bytes], Any], Callable[[Any], bytes]]
LINES: dict[str, Written] = {
    "header": (header_line(HEADER), header_of, header_line),
    "trailer": (trailer_line(Trailer(4, 1)), trailer_of, trailer_line),
    "seal": (seal_line(SEAL), seal_of, seal_line),
    "key": (key_line(KEY), key_of, key_line),
}

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
) | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-06-01", "", "00" * 32])


@pytest.mark.parametrize("kind", LINES)
def test_what_we_wrote_is_read_as_it_was(kind: str) -> None:
    line, read, write = LINES[kind]
    assert read(line) == {"header": HEADER, "trailer": Trailer(4, 1), "seal": SEAL, "key": KEY}[kind]
    assert write(read(line)) == line


@pytest.mark.parametrize("previous", [None, bytes(range(32))])
def test_a_fact_is_read_with_what_was_hashed(previous: bytes | None) -> None:
    found = fact_of(fact_line(FACT, 7, previous), 7)
    assert found == (6, FACT.stream, 2, FACT.hash, previous, envelope(FACT))
    with pytest.raises(ValueError, match="attributes"):
        fact_of(fact_line(FACT, 7, previous), 8)


@pytest.mark.parametrize("field", ["position", "version"])
def test_a_number_beyond_the_logs_is_none_of_a_fact(field: str) -> None:
    assert fact_of(fact_line(FACT._replace(**{field: 2**63 - 1}), 7, None), 7)
    with pytest.raises(ValueError, match="not a fact"):
        fact_of(fact_line(FACT._replace(**{field: 2**63}), 7, None), 7)


@pytest.mark.parametrize(
    "wrong",
    [
        HEADER._replace(to=2**63),
        HEADER._replace(to=4),
        HEADER._replace(after=-1, peaks=[bytes(32)]),
        HEADER._replace(peaks=[bytes(32)]),
        HEADER._replace(peaks=[bytes(32), bytes(31)]),
        HEADER._replace(exported_at="2026-06-01T12:00:00Z"),
    ],
)
def test_a_header_that_contradicts_itself_is_none(wrong: Header) -> None:
    assert header_of(header_line(HEADER._replace(to=2**63 - 1)))
    with pytest.raises(ValueError, match="not the header"):
        header_of(header_line(wrong))


@pytest.mark.parametrize("kind", LINES)
@settings(max_examples=60)
@given(st.data())
def test_a_value_of_any_other_kind_is_refused(kind: str, data: st.DataObject) -> None:
    line, read, write = LINES[kind]
    body = orjson.loads(line)[kind]
    name = data.draw(st.sampled_from(sorted(body)))
    body[name] = data.draw(ANYTHING)
    changed = orjson.dumps({kind: body}, option=orjson.OPT_SORT_KEYS)
    with suppress(ValueError):
        found = read(changed)
        assert write(found) == changed
        assert [type(each) for each in found] == [type(each) for each in read(line)]
        assert hash(tuple(each for each in found if not isinstance(each, list))) is not None


@pytest.mark.parametrize("kind", [*LINES, "fact"])
@settings(max_examples=60)
@given(st.binary(max_size=80) | ANYTHING.map(orjson.dumps))
@example(b"")
@example(b"[" * 3_000)
def test_no_line_is_too_odd(kind: str, line: bytes) -> None:
    for text in (line, b'{"%s":' % kind.encode() + line + b"}"):
        with pytest.raises(ValueError, match="this is n"):
            fact_of(text, 7) if kind == "fact" else LINES[kind][1](text)


@settings(max_examples=200)
@given(st.data())
def test_a_fact_is_written_in_one_way_only(data: st.DataObject) -> None:
    line = fact_line(FACT, 7, data.draw(st.none() | st.just(bytes(32))))
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    end = min(end, begin + 2)
    changed = (
        line[:begin]
        + data.draw(st.sampled_from([b"+", b"_", b"0", b" ", b"7"]) | st.binary(max_size=3))
        + line[end:]
    )
    with suppress(ValueError):
        found = fact_of(changed, 7)
        # What the bytes of the hash do not tell has one form: the numbers that are taken from it.
        assert changed.startswith(b'{"specversion":"1.0","id":"%d",' % found.position)
        assert found.hashed.endswith(b',"version":%d}' % found.version)


@pytest.mark.parametrize("number", [b"+2", b" 2", b"2 ", b"0_2", b"02", b"2.0", b"-0", b"\xd9\xa2"])
def test_a_version_is_its_plain_digits(number: bytes) -> None:
    line = fact_line(FACT, 7, None)
    with pytest.raises(ValueError, match="not a fact"):
        fact_of(line.replace(b'"version":2', b'"version":' + number), 7)


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from([seal_line(SEAL), key_line(KEY), fact_line(FACT, 7, None), b"{}"])
        | st.binary(max_size=40)
    )
)
def test_an_export_of_any_lines_is_told_to_be_bad(lines: list[bytes]) -> None:
    whole = [line + b"\n" for line in (header_line(HEADER), *lines)]
    assert check_export(whole, None, (), lambda _: None).first_bad is not None
    assert check_export(whole[1:], None, (), lambda _: None).first_bad is not None


PACKED = gzip.compress(b"\n".join(line for line, _, _ in LINES.values()) * 3, mtime=0)


@settings(max_examples=200)
@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255), st.integers(0, len(PACKED)))
@example(12, 255, len(PACKED))
def test_a_packed_file_that_is_damaged_is_an_error_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.gz"
    path.write_bytes((PACKED[:place] + bytes([PACKED[place] ^ change]) + PACKED[place + 1 :])[:length])
    with suppress(OSError), opened(path) as (lines, _):
        list(lines)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([seal_line(SEAL), key_line(KEY), b'{"seal":']) | st.binary(max_size=60)),
    st.booleans(),
)
def test_a_file_of_seals_gives_them_all_or_says_which_line_is_none(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], ended: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "saved.ndjson"
    path.write_bytes(b"\n".join(lines) + (b"\n" if ended else b""))
    with suppress(UnreadableSeals):
        assert set(read_saved(path)) <= {SEAL, KEY}
    with suppress(NotAKey):
        assert public_key(str(path)) == KEY.public


@given(st.text(max_size=70) | st.text("0123456789abcdefABCDEF x", min_size=62, max_size=66))
@example("\x00")
@example("x" * 5_000)
def test_what_is_neither_a_key_nor_a_file_is_said_to_be_neither(given_text: str) -> None:
    with suppress(NotAKey, OSError):
        assert public_key(given_text).hex() == given_text.strip().lower()
