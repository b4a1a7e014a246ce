"""Facts to and from the log: every one is registered, comes back as it went, and has one form in bytes."""

from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codec import CODEC, REGISTRY, UPCASTERS, Fact, UnknownFact
from domain.show.facts import PaymentCameTooLate, ShowPublished
from domain.user.facts import UserRoleChanged
from eventstore.hashing import canonical
from tests.domain.generated import structs_of

FACTS = get_args(Fact)
any_fact = st.one_of(*(structs_of(fact) for fact in FACTS))


def test_every_fact_is_registered_exactly_once() -> None:
    assert sorted(fact.__name__ for fact in REGISTRY.values()) == sorted(fact.__name__ for fact in FACTS)


def test_every_fact_is_stored_under_the_name_of_its_class() -> None:
    """By habit, not by need: a class may be renamed, then the name here stays and this test learns the exception."""
    assert {name for name, _ in REGISTRY} == {fact.__name__ for fact in FACTS}


def test_only_the_newest_version_of_a_name_has_a_class() -> None:
    assert len({name for name, _ in REGISTRY}) == len(REGISTRY)


def test_the_upcasters_of_a_name_lead_without_a_gap_to_its_class() -> None:
    for name, version in UPCASTERS:
        assert (name, version + 1) in UPCASTERS or (name, version + 1) in REGISTRY
        assert (name, version) not in REGISTRY


@given(any_fact)
def test_what_is_written_is_what_is_read(fact: Fact) -> None:
    name, version, data = CODEC.encode(fact)
    assert (name, version) == CODEC.key(type(fact))
    assert CODEC.decode(name, version, data) == fact
    assert CODEC.decode(name, version, data.decode()) == fact


@given(any_fact)
def test_the_bytes_are_the_canonical_form_that_the_log_hashes(fact: Fact) -> None:
    """Two libraries write JSON here; auditors may use a third. They must agree on every byte."""
    _, _, data = CODEC.encode(fact)
    assert data == canonical(msgspec.to_builtins(fact)) == canonical(orjson.loads(data))


@given(st.text())
def test_any_text_has_one_form(text: str) -> None:
    _, _, data = CODEC.encode(UserRoleChanged(text, text, datetime(2026, 1, 1, tzinfo=UTC)))
    assert data == canonical({"at": "2026-01-01T00:00:00Z", "role": text, "user_id": text})


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "\\",
        "/",
        "\x00",
        "\x1f",
        "\b\f\n\r\t",
        "\x7f",
        "\x80",
        "\u2028\u2029",
        "\ufeff",
        "é",
        "e\u0301",
        "👩\u200d🚀",
        "\U0010ffff",
    ],
)
def test_awkward_text_has_one_form(text: str) -> None:
    _, _, data = CODEC.encode(ShowPublished(text, datetime(2026, 1, 1, tzinfo=UTC)))
    assert data == canonical({"at": "2026-01-01T00:00:00Z", "show_id": text})


def test_half_a_character_is_refused_and_not_stored() -> None:
    with pytest.raises(UnicodeEncodeError):
        CODEC.encode(ShowPublished("\ud800", datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("microsecond", "written"), [(0, "12:00:00Z"), (1, "12:00:00.000001Z"), (500_000, "12:00:00.500000Z")]
)
def test_a_moment_has_one_form(microsecond: int, written: str) -> None:
    _, _, data = CODEC.encode(ShowPublished("s", datetime(2026, 6, 1, 12, 0, 0, microsecond, UTC)))
    assert data == canonical({"at": f"2026-06-01T{written}", "show_id": "s"})


def test_what_has_its_default_is_not_written() -> None:
    _, _, data = CODEC.encode(ShowPublished("s", datetime(2026, 1, 1, tzinfo=UTC)))
    assert orjson.loads(data).keys() == {"show_id", "at"}


@pytest.mark.parametrize(
    "key", [("ShowPublished", 2), ("ShowPublished", 0), ("Nonsense", 1), ("showpublished", 1)]
)
def test_a_fact_of_newer_code_is_said_to_be_unknown(key: tuple[str, int]) -> None:
    with pytest.raises(UnknownFact, match=f"no class is registered for {key[0]} version {key[1]}"):
        CODEC.decode(*key, b"{}")


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"at":"yesterday","show_id":"s"}',
        b'{"at":"2026-01-01T00:00:00Z","show_id":7}',
    ],
)
def test_data_of_another_shape_does_not_decode(data: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        CODEC.decode("ShowPublished", 1, data)


def test_a_field_that_newer_code_added_is_passed_over() -> None:
    data = b'{"at":"2026-01-01T00:00:00Z","mood":"fine","show_id":"s"}'
    assert CODEC.decode("ShowPublished", 1, data) == ShowPublished("s", datetime(2026, 1, 1, tzinfo=UTC))


def _numbers_in(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in _numbers_in(each)]
    if isinstance(value, list):
        return [found for each in value for found in _numbers_in(each)]
    return [value] if isinstance(value, int | float) else []


@given(any_fact)
def test_no_fact_holds_a_float(fact: Fact) -> None:
    """`generated.py` refuses any other type, so a float in a fact's class fails there by name."""
    assert all(isinstance(number, int) for number in _numbers_in(orjson.loads(CODEC.encode(fact)[2])))


@given(structs_of(PaymentCameTooLate))
def test_equal_facts_have_equal_bytes(fact: PaymentCameTooLate) -> None:
    again = msgspec.convert(msgspec.to_builtins(fact), PaymentCameTooLate)
    assert again == fact
    assert CODEC.encode(again) == CODEC.encode(fact)
