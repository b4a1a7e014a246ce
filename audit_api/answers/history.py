"""A history as an answer: a page of JSON, or a file that is written while it is read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Literal

from starlette.requests import Request

from audit_api.answers.entry import COLUMNS, entry_body, entry_row
from audit_api.answers.opened import opened_answer
from audit_api.asking import position_header
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.histories.entry import Entry, Found
from audit_api.lifespan_state import AuditServices
from audit_api.reads.recording import Telling, Told, ToldInFile
from eventstore.offline.lines import fact_line
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from eventstore.wanted import Wanted
from runtime.http.csv_cells import Cell
from runtime.http.csv_stream import CsvStream, Rows
from runtime.http.csv_wanted import MEDIA_TYPE as CSV
from runtime.http.csv_wanted import wants_csv
from runtime.http.file_stream import FileStream
from runtime.http.pages import LIMIT_DEFAULT

NDJSON = "application/x-ndjson"
AT_ONCE = 500
"""So many facts of a file are in memory together."""

FILES: dict[str, Any] = {CSV: {"schema": {"type": "string"}}, NDJSON: {"schema": {"type": "string"}}}
"""In the `content` of an answer that may be a file."""

Page = Callable[[Wanted, int], Awaitable[Found]]
"""A page of a history. Raises `StoreUnavailable`."""

Body = Callable[[Entry], dict[str, Any]]


async def answer_history(
    request: Request,
    services: AuditServices,
    query: Filtered,
    page: Page,
    name: str,
    *,
    position: int,
    body: Body = entry_body,
) -> Told | ToldInFile:
    """What `query` asks for of a history that comes in pages, up to `position`; a file is called `name`."""
    wanted = query.wanted(position)
    if wanted_format(request, query) != "json":
        return file_of(request, services, query, page, name, position=position)
    with reading_the_log():
        entries, goes_on = await page(wanted, query.limit or LIMIT_DEFAULT)
    told = {"items": [body(entry) for entry in entries], "next": goes_on}
    return Told(opened_answer(services, told, position, as_hashed=query.as_hashed), len(entries))


def file_of(
    request: Request, services: AuditServices, query: Filtered, page: Page, name: str, *, position: int
) -> ToldInFile:
    """All of it as a file, in the format that is wanted."""
    telling, holding = Telling(), AsyncExitStack()
    pages = _pages(services, page, query.wanted(position), query.limit, telling)
    headers = {**position_header(position), "Cache-Control": "private, no-store"}
    if wanted_format(request, query) == "csv":
        rows = _rows(services, pages, as_hashed=bool(query.as_hashed))
        answer: FileStream = CsvStream(name, COLUMNS, rows, holding, headers)
    else:
        lines = _lines(services, pages, as_hashed=bool(query.as_hashed))
        answer = FileStream(f"{name}.ndjson", NDJSON, lines, holding, headers)
    return ToldInFile(answer, telling, holding)


def wanted_format(request: Request, query: Filtered) -> Literal["json", "csv", "ndjson"]:
    """`format` decides where it is given; else a file has to be named."""
    if query.format is not None:
        return query.format
    accepted = request.headers.get("accept", "").split(",")
    if any(each.split(";")[0].strip().lower() == NDJSON for each in accepted):
        return "ndjson"
    return "csv" if wants_csv(request, None) else "json"


def tells_changes(request: Request, query: Filtered) -> bool:
    """Whether the answer says what each fact changed: lines that can be verified hold nothing but what was recorded."""
    return wanted_format(request, query) != "ndjson"


async def _pages(
    services: AuditServices, page: Page, wanted: Wanted, limit: int | None, telling: Telling
) -> AsyncIterator[list[Entry]]:
    goes_on: int | None = 0
    while goes_on is not None and (limit is None or telling.facts < limit):
        entries, goes_on = await page(
            wanted, AT_ONCE if limit is None else min(AT_ONCE, limit - telling.facts)
        )
        wanted = replace(wanted, after=goes_on)
        # Counted before it goes out: rather one too many is said to have been told than one too few.
        telling.facts += len(entries)
        with unavailable_is_said():
            # What comes from the log is as new as can be, and so is who was erased.
            await services.erasures.look()
        yield entries


async def _rows(
    services: AuditServices, pages: AsyncIterator[list[Entry]], *, as_hashed: bool
) -> AsyncIterator[Rows]:
    async for entries in pages:
        rows = [entry_row(entry) for entry in entries]
        yield rows if as_hashed else [[await _opened(services, cell) for cell in row] for row in rows]


async def _opened(services: AuditServices, cell: Cell) -> Cell:
    """Where there is anything to be opened, it is in JSON, and stays JSON."""
    if not isinstance(cell, str) or "pd1." not in cell:
        return cell
    return (await services.keyring.opened_json(cell.encode())).decode()


async def _lines(
    services: AuditServices, pages: AsyncIterator[list[Entry]], *, as_hashed: bool
) -> AsyncIterator[bytes]:
    async for entries in pages:
        facts = [entry.fact for entry in entries]
        before = await services.chains.previous_hashes(facts)
        lines = b"".join(
            fact_line(fact, LOG_ID, None if fact.version == 1 else previous) + b"\n"
            for fact, previous in zip(facts, before, strict=True)
        )
        yield lines if as_hashed else await services.keyring.opened_json(lines)
