"""A stored shape changes: the old one is still read, by upcasters that stand in a chain."""

from typing import Any

import msgspec
import pytest

from domain.codec import Codec, UnknownFact
from domain.value import Value


class DoorOpened(Value, frozen=True):
    """Version 3: version 1 had a `door`, version 2 called it `gate`, version 3 counts who opened it."""

    gate: str
    people: int


def door_became_gate(data: dict[str, Any]) -> dict[str, Any]:
    return {"gate": data["door"]}


def somebody_opened_it(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "people": 1}


CODEC = Codec(
    {("DoorOpened", 3): DoorOpened},
    {("DoorOpened", 1): door_became_gate, ("DoorOpened", 2): somebody_opened_it},
)


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, b'{"door":"North"}'), (2, b'{"gate":"North"}'), (3, b'{"gate":"North","people":1}')],
)
def test_every_version_ever_written_is_read_as_the_newest(version: int, data: bytes) -> None:
    assert CODEC.decode("DoorOpened", version, data) == DoorOpened("North", 1)
    assert CODEC.decode("DoorOpened", version, data.decode()) == DoorOpened("North", 1)


def test_only_the_newest_version_is_written() -> None:
    assert CODEC.encode(DoorOpened("North", 2)) == ("DoorOpened", 3, b'{"gate":"North","people":2}')


@pytest.mark.parametrize("version", [0, 4])
def test_versions_that_nobody_wrote_are_unknown(version: int) -> None:
    with pytest.raises(UnknownFact):
        CODEC.decode("DoorOpened", version, b'{"gate":"North","people":1}')


def test_what_an_upcaster_makes_must_have_the_newest_shape() -> None:
    with pytest.raises(msgspec.ValidationError):
        CODEC.decode("DoorOpened", 2, b'{"gate":7}')


def test_a_chain_that_ends_before_the_newest_class_is_unknown() -> None:
    broken = Codec({("DoorOpened", 3): DoorOpened}, {("DoorOpened", 1): door_became_gate})
    with pytest.raises(UnknownFact):
        broken.decode("DoorOpened", 1, b'{"door":"North"}')
