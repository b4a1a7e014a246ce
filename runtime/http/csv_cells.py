"""CSV by RFC 4180, for spreadsheets: what somebody has typed can never become a formula there."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import StringIO

Cell = str | int | float | datetime | None

# With these a cell is taken for a formula, or for the end of the one before; some programs read the wide forms alike.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """`rows` as lines that end in CRLF, quoted where they have to be."""
    lines = StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([cell(each) for each in row] for row in rows)
    return lines.getvalue()


def cell(value: Cell) -> str | int | float:
    """Numbers are numbers, times RFC 3339 in UTC, nothing is an empty cell, and no text begins a formula."""
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return value
