"""Tables as CSV files: quoted by RFC 4180, without formulas, streamed, and let go of."""

import asyncio
import csv
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from runtime.http.csv_cells import Cell, csv_text
from runtime.http.csv_stream import CsvStream
from runtime.http.csv_wanted import wants_csv


def test_a_row_is_quoted_where_it_has_to_be_and_ends_in_crlf() -> None:
    row = ("plain", 'a "b", c', "two\nlines", 12, -3, 0.5, None, datetime(2027, 3, 1, 12, tzinfo=UTC))
    assert csv_text([row]) == 'plain,"a ""b"", c","two\nlines",12,-3,0.5,,2027-03-01T12:00:00Z\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_begins_a_formula(start: str) -> None:
    ((found,),) = csv.reader(StringIO(csv_text([(f"{start}HYPERLINK()",)]), newline=""))
    assert found == f"'{start}HYPERLINK()"


@given(row=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2))
def test_every_text_is_read_back_as_it_was_but_for_a_quote_before_formulas(row: list[str]) -> None:
    (found,) = csv.reader(StringIO(csv_text([row]), newline=""))
    assert [text.removeprefix("'") for text in found] == [text.removeprefix("'") for text in row]


@pytest.mark.parametrize(
    ("accept", "asked", "wanted"),
    [
        ("text/csv", None, True),
        ("application/json", None, False),
        ("*/*", None, False),
        ("", None, False),
        ("application/json, text/csv;q=0.5", None, False),
        ("text/csv, application/json;q=0.9, */*;q=0.1", None, True),
        ("text/csv;q=0", None, False),
        ("text/csv;q=much", None, False),
        ("text/csv", "json", False),
        ("application/json", "csv", True),
    ],
)
def test_csv_is_for_whoever_names_it(accept: str, asked: Any, wanted: bool) -> None:
    request = Request({"type": "http", "headers": [(b"accept", accept.encode())]})
    assert wants_csv(request, asked) is wanted


class Exchange:
    """A client that takes some messages and then goes, or takes no more. `let_go` is set once what was held is free."""

    def __init__(self, leaves_after: int | None = None, stalls_after: int | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.let_go = asyncio.Event()
        self._left = asyncio.Event()
        self._leaves_after = leaves_after
        self._stalls_after = stalls_after

    async def send(self, message: Any) -> None:
        if len(self.sent) == self._stalls_after:
            await asyncio.Event().wait()
        self.sent.append(message)
        if len(self.sent) == self._leaves_after:
            self._left.set()
        await asyncio.sleep(0)

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def stream(self, parts: AsyncIterator[list[Sequence[Cell]]], method: str = "GET") -> bytes:
        holding = AsyncExitStack()
        holding.callback(self.let_go.set)
        headers = {"Seatledger-Position": "7"}
        response = CsvStream("things", ("a", "b"), parts, holding, headers, stall_seconds=0.05)
        await response({"type": "http", "method": method}, self.receive, self.send)
        return b"".join(message.get("body", b"") for message in self.sent)


async def numbers(many: int) -> AsyncIterator[list[Sequence[Cell]]]:
    for number in range(many):
        yield [(number, "x")]


async def test_a_file_has_a_name_a_header_row_and_no_length() -> None:
    exchange = Exchange()
    assert await exchange.stream(numbers(2)) == b"a,b\r\n0,x\r\n1,x\r\n"
    headers = dict(exchange.sent[0]["headers"])
    assert headers[b"content-type"] == b"text/csv; charset=utf-8; header=present"
    assert headers[b"content-disposition"] == b'attachment; filename="things.csv"'
    assert headers[b"seatledger-position"] == b"7"
    assert b"content-length" not in headers
    assert exchange.sent[-1].get("more_body", False) is False
    assert exchange.let_go.is_set()


async def test_the_head_of_a_file_reads_no_rows() -> None:
    exchange = Exchange()
    assert await exchange.stream(numbers(10**9), "HEAD") == b""
    assert exchange.let_go.is_set()


async def test_nothing_is_read_for_somebody_who_has_gone() -> None:
    exchange = Exchange(leaves_after=5)
    await exchange.stream(numbers(10**9))
    assert len(exchange.sent) < 20
    assert exchange.let_go.is_set()


async def test_what_fails_on_the_way_lets_go_too() -> None:
    async def failing() -> AsyncIterator[list[Sequence[Cell]]]:
        yield [(1, "x")]
        raise ConnectionError

    exchange = Exchange()
    with pytest.raises(ConnectionError):
        await exchange.stream(failing())
    assert exchange.let_go.is_set()


async def test_a_client_that_reads_no_more_is_given_up_without_an_end() -> None:
    exchange = Exchange(stalls_after=4)
    await exchange.stream(numbers(10**9))
    assert exchange.sent[-1]["more_body"] is True
    assert exchange.let_go.is_set()


def test_every_table_is_written_by_the_one_writer_that_knows_formulas() -> None:
    root = Path(__file__).parents[2]
    floors = ("audit_api", "cli", "command_api", "projections", "query_api", "resources", "runtime")
    writers = [
        str(path.relative_to(root))
        for floor in floors
        for path in (root / floor).rglob("*.py")
        if re.search(r"^\s*(import csv|from csv import)", path.read_text(), re.MULTILINE)
    ]
    assert writers == ["runtime/http/csv_cells.py"]
