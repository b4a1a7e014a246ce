"""Files that somebody else wrote, or half wrote: one line about what is wrong, and no trace of the program."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cli.backing_up.manifest import FILE, read_manifest
from cli.importing.bad_season import BadSeason
from cli.importing.reading import parsed_season
from cli.stopped import Stopped
from tests.cli.seasons import small_season

WHOLE = orjson.dumps(small_season())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def is_one_line_about(error: Stopped, name: str) -> bool:
    return name in str(error) and len(str(error)) < 600


@settings(max_examples=60)
@given(st.binary(max_size=100) | JSON.map(orjson.dumps))
def test_no_bytes_are_too_odd_for_a_season(content: bytes) -> None:
    with pytest.raises(BadSeason) as bad:
        parsed_season(content, "mine.json")
    assert is_one_line_about(bad.value, "mine.json")


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(found for step, each in inner for found in places(each, (*way, step)))]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(orjson.loads(WHOLE))[1:]), JSON)
@example(("venues",), None)
def test_a_season_with_any_value_changed_is_a_season_or_a_bad_one(way: tuple[Any, ...], value: Any) -> None:
    # One of its own: the entries of the other share what is alike in them.
    season = orjson.loads(WHOLE)
    inner: Any = season
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    with suppress(BadSeason):
        parsed = parsed_season(orjson.dumps(season), "mine.json")
        assert len(parsed.venues) == len(season["venues"])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=3), st.integers(0, 3))
@example(1, b'"venues":[],', 0)
@example(len(WHOLE) - 1, b',"events":[]', 0)
def test_a_season_with_any_bytes_changed_is_a_season_or_a_bad_one(place: int, more: bytes, less: int) -> None:
    with suppress(BadSeason):
        parsed_season(WHOLE[:place] + more + WHOLE[place + less :], "mine.json")


@settings(max_examples=60)
@given(st.binary(max_size=100) | JSON.map(orjson.dumps))
@example(b"[" * 5_000)
def test_no_bytes_are_too_odd_for_a_manifest(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / FILE).write_bytes(content)
    with pytest.raises(Stopped) as stopped:
        read_manifest(folder)
    assert is_one_line_about(stopped.value, FILE)
