"""A cursor gives its place back, to the list it came from and to no other."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.responses import Response

from runtime.http.access import PUBLIC, open_to
from runtime.http.application import create_application
from runtime.http.keyset_columns import moment, text, uuid, whole_number
from runtime.http.pages import CursorText, Keyset, Limit, Page, Skip, page_answer
from runtime.problems import Problem
from runtime.settings import load_settings

THINGS = Keyset("things by -created_at", (moment, uuid, whole_number, text))
NAMES = Keyset("names by name", (text,))

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
numbers = st.integers(-(2**63) + 1, 2**63 - 1)
moments = st.datetimes(timezones=st.just(UTC))


@given(moments, st.uuids(), numbers, texts)
def test_a_place_comes_back_as_it_went(at: datetime, id_: UUID, number: int, name: str) -> None:
    cursor = THINGS.cursor(at, id_, number, name)
    assert cursor.isascii()
    assert THINGS.place(cursor) == (at, id_, number, name)


def test_without_a_cursor_there_is_no_place() -> None:
    assert THINGS.place(None) is None


def bad(keyset: Keyset, cursor: str) -> None:
    with pytest.raises(Problem) as refusal:
        keyset.place(cursor)
    assert (refusal.value.answer.status, refusal.value.answer.code) == (422, "bad-cursor")


@given(st.text(max_size=200))
@example("")
@example("é")
@example("====")
@example("\ud800")
def test_garbage_is_refused(cursor: str) -> None:
    bad(THINGS, cursor)


@given(texts)
def test_another_lists_cursor_is_refused(name: str) -> None:
    bad(Keyset("names by -name", (text,)), NAMES.cursor(name))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def written_by_hand(keyset: Keyset, content: bytes) -> str:
    return base64.urlsafe_b64encode(keyset._tag() + content).decode()


@given(st.lists(json_values, max_size=5) | json_values)
def test_what_somebody_wrote_by_hand_is_typed_or_refused(values: Any) -> None:
    try:
        content = orjson.dumps(values)
    except TypeError:
        return
    place = None
    # Anything but this refusal would have been an answer of 500.
    with suppress(Problem):
        place = THINGS.place(written_by_hand(THINGS, content))
    assert place is None or [type(value) for value in place] == [datetime, UUID, int, str]


@pytest.mark.parametrize(
    "values",
    [
        ["0001-01-01T00:00:00+14:00"],
        ["9999-12-31T23:59:59-14:00"],
        ["2027-01-01T00:00:00"],
        ["2027-01-01"],
        [7],
    ],
)
def test_a_moment_the_database_cannot_compare_is_refused(values: list[Any]) -> None:
    keyset = Keyset("moments", (moment,))
    bad(keyset, written_by_hand(keyset, orjson.dumps(values)))


@pytest.mark.parametrize("value", [2**63, True, 1.0, "1", None])
def test_a_number_that_is_no_bigint_is_refused(value: Any) -> None:
    keyset = Keyset("numbers", (whole_number,))
    bad(keyset, written_by_hand(keyset, orjson.dumps([value])))


def test_text_with_a_nul_or_without_end_is_refused() -> None:
    for value in ("a\x00b", "x" * 501):
        bad(NAMES, written_by_hand(NAMES, orjson.dumps([value])))


async def test_the_query_parameters_have_bounds() -> None:
    router = APIRouter()

    @router.get("/names", response_model=Page[str])
    @open_to(PUBLIC)
    async def names(limit: Limit = 100, skip: Skip = 0, cursor: CursorText = None) -> Response:
        THINGS.place(cursor)
        return page_answer([str(limit), str(skip)], None)

    app = create_application(title="t", version="1", routers=[router], settings=load_settings())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/names")).json() == {"items": ["100", "0"], "next": None}
        assert (await client.get("/names?limit=1000&skip=10000")).json()["items"] == ["1000", "10000"]
        for query in ("limit=0", "limit=1001", "limit=x", "skip=-1", "skip=10001", "cursor=" + "a" * 1001):
            assert (await client.get(f"/names?{query}")).json()["code"] == "validation-failed"
        assert (await client.get("/names?cursor=abc")).json()["code"] == "bad-cursor"
