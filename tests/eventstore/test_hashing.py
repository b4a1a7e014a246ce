"""The hash of a fact covers everything in it but its position, in bytes that another program can make again."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, EMPTY, canonical, chain, expected_hash
from eventstore.verify import Break, Guarantee, Verifier
from tests.eventstore.words import NOON, command_id, fact

DIGEST = chain(EMPTY, "a", [fact("F", "t", data={"n": 1})], NOON)[0]
FIRST = RecordedFact(1, "a", 1, "F", 1, '{"n":1}', "{}", ("t",), fact().command_id, NOON, DIGEST)

texts = st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, max_size=4), values, st.lists(texts, max_size=3), texts)
def test_an_auditor_with_nothing_but_the_standard_library_gets_the_same_hash(
    data: dict[str, object], metadata: object, tags: list[str], stream: str
) -> None:
    new = fact("F", *tags, data=data, metadata=metadata)
    [digest] = chain(EMPTY, stream, [new], NOON)
    envelope = {
        "stream": stream, "version": 1, "name": "F", "schema_version": 1, "data": json.loads(new.data),
        "metadata": json.loads(new.metadata), "tags": tags, "command_id": new.command_id,
        "recorded_at": "2026-06-01T12:00:00.123456Z",
    }  # fmt: skip
    plain = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(bytes(32) + plain.encode()).digest() == digest


def test_a_whole_second_has_six_decimals_too() -> None:
    [digest] = chain(EMPTY, "a", [fact()], NOON.replace(microsecond=0))
    envelope = (
        '{"command_id":"00000000-0000-7000-8000-000000000000","data":{},"metadata":{},"name":"Happened",'
        '"recorded_at":"2026-06-01T12:00:00.000000Z","schema_version":1,"stream":"a","tags":[],"version":1}'
    )
    assert sha256(bytes(32) + envelope.encode()).digest() == digest


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "b"}, {"version": 2}, {"name": "G"}, {"schema_version": 2}, {"data": '{"n":2}'},
        {"metadata": "[]"}, {"tags": ("t", "t")}, {"tags": ()}, {"command_id": command_id(1)},
        {"recorded_at": NOON + timedelta(microseconds=1)},
    ],
    ids=str,
)  # fmt: skip
def test_every_field_counts(change: dict[str, object]) -> None:
    assert expected_hash(BEFORE_THE_FIRST, FIRST) == DIGEST
    assert expected_hash(BEFORE_THE_FIRST, FIRST._replace(**change)) != DIGEST  # type: ignore[arg-type]


def test_the_previous_hash_counts_and_the_position_does_not() -> None:
    assert expected_hash(DIGEST, FIRST) != DIGEST
    assert expected_hash(BEFORE_THE_FIRST, FIRST._replace(position=99)) == DIGEST


def test_no_facts_make_no_links() -> None:
    assert chain(EMPTY, "a", [], NOON) == []


def test_canonical_is_sorted_and_has_no_space() -> None:
    assert canonical({"b": [1, {"d": 1, "c": 2}], "a": "é"}) == '{"a":"é","b":[1,{"c":2,"d":1}]}'.encode()


def test_a_verifier_reports_the_first_break_only_and_counts_what_was_good() -> None:
    verifier = Verifier()
    for each in (FIRST, FIRST._replace(position=2, version=3), FIRST._replace(position=9)):
        verifier.check(each)
    verifier.check_head("b", 7, b"")
    assert verifier.first_bad == Break(2, "a", 3, "version 2 of the stream is missing", Guarantee.NO_GAPS)
    assert (verifier.facts, verifier.streams) == (1, 1)


def test_a_verifier_of_one_stream_does_not_mind_the_positions_of_others() -> None:
    verifier = Verifier(gapless=False)
    verifier.check(FIRST._replace(position=17))
    verifier.check_head("a", 1, DIGEST)
    assert verifier.first_bad is None


def test_a_stream_that_never_got_a_fact_is_whole() -> None:
    verifier = Verifier()
    verifier.check_head("a", 0, BEFORE_THE_FIRST)
    assert verifier.first_bad is None
