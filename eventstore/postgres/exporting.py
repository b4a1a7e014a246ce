"""The log as lines: PostgreSQL writes them, and they pass through here in pieces, so memory does not grow with it.

Page by page, each a statement of its own: one that took hours would keep PostgreSQL from cleaning up meanwhile.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import asyncpg

from eventstore.hashing import moment
from eventstore.offline.lines import BEGIN, Header, Trailer, header_line, trailer_line
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import LOG_ID, PostgresStore
from eventstore.postgres.tree import PostgresTree
from eventstore.seals.key import key_line
from eventstore.seals.seal import Seal, seal_line

PAGE = 20_000
LEAVES_PAGE = 10_000

BELOW_EVERYTHING = -(2**63)
"""Where reading starts: a fact slipped in at position 0 or below is to be found, too."""

Write = Callable[[bytes], Awaitable[None]]

Progress = Callable[[int, int], None]
"""Told after each page: how many facts have been written, and of how many."""

# The form of `eventstore.offline.lines`, and in `data` that of `eventstore.hashing`. What is in it twice is made once.
_FORM = """{"specversion":"1.0","id":"%1$s","source":"urn:seatledger:log:%2$s","type":%3$s,"subject":%4$s,\
"time":"%5$s","hash":"%6$s%7$s","data":{"command_id":"%8$s","data":%9$s,"metadata":%10$s,"name":%3$s,"recorded_at":"%5$s",\
"schema_version":%11$s,"stream":%4$s,"tags":%12$s,"version":%13$s}}"""

_AT = """to_char(greatest('0001-01-02Z', least('9999-12-30Z', e.recorded_at)) AT TIME ZONE 'UTC',
                           'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

_LINE = f"""format('{_FORM}', e.position, e.log_id, to_json(e.name), to_json(e.stream),
                   {_AT},
                   encode(e.hash, 'hex'), %s, e.command_id, e.data, e.metadata, e.schema_version,
                   array_to_json(e.tags), e.version)"""

LINES = f"""SELECT {_LINE.replace(", %s,", ", NULL,")}
            FROM eventstore.events AS e
            WHERE e.log_id = $1 AND e.position > $2 AND e.position <= $3 ORDER BY e.position"""  # noqa: S608 - our own

_PREVIOUS = """'","previous":"' || encode(p.hash, 'hex')"""

# In an export from the middle of the log on: what comes before it is looked up.
LINES_AFTER = f"""SELECT {_LINE.replace(", %s,", f", {_PREVIOUS},")}
            FROM eventstore.events AS e
            LEFT JOIN eventstore.events AS p
                ON p.log_id = $1 AND p.stream = e.stream AND p.version = e.version - 1 AND p.position <= $4
            WHERE e.log_id = $1 AND e.position > $2 AND e.position <= $3 ORDER BY e.position"""  # noqa: S608 - our own


async def export(
    pool: asyncpg.Pool, after: int, exported_at: datetime, write: Write, progress: Progress
) -> Trailer:
    """Write the facts after `after` with all seals and keys of now. Raises `StoreUnavailable` and `TreeBroken`."""
    store, seals = PostgresStore(pool), PostgresSeals(pool)
    last = await seals.last()
    sealed, to = 0 if last is None else last.size, await store.last_position()
    after = min(after, to)
    peaks = await _peaks(pool, after, min(after, sealed))
    await write(header_line(Header(LOG_ID, after, to, peaks, moment(exported_at))) + b"\n")
    for key in await seals.keys():
        await write(key_line(key) + b"\n")
    written, at, sealed_lines = 0, after, 0
    while at < to:
        end = min(at + PAGE, to)
        page = _Page(write, [each async for each in _seals(seals, at, min(end, sealed))])
        written += await _copy(pool, page, at, end, after)
        sealed_lines += await page.end()
        at = end
        progress(at - after, to - after)
    # Seals of more facts than the log has come of an alteration, and show it.
    async for seal in _seals(seals, to, sealed):
        await write(seal_line(seal) + b"\n")
        sealed_lines += 1
    trailer = Trailer(written, sealed_lines)
    await write(trailer_line(trailer) + b"\n")
    return trailer


async def _peaks(pool: asyncpg.Pool, after: int, sealed: int) -> list[bytes]:
    tree = await PostgresTree(pool).at(sealed)
    while tree.size < after:
        for leaf in await PostgresTree(pool).leaves(tree.size, min(tree.size + LEAVES_PAGE, after)):
            tree.add(leaf)
    return tree.peaks


async def _seals(seals: PostgresSeals, after: int, to: int) -> AsyncIterator[Seal]:
    while page := await seals.read_seals(after, to=to):
        for seal in page:
            yield seal
        after = page[-1].size


async def _copy(pool: asyncpg.Pool, page: "_Page", at: int, end: int, after: int) -> int:
    """How many facts were written."""
    query, *more = (LINES_AFTER, after) if after else (LINES,)
    begin = at or BELOW_EVERYTHING
    with unavailable_is_said():
        async with pool.acquire() as connection:
            said = await connection.copy_from_query(query, LOG_ID, begin, end, *more, output=page.take)
    page.raise_if_failed()
    return int(said.removeprefix("COPY "))


class _Page:
    """Passes lines on as PostgreSQL sends them, and puts each seal behind the last fact that it covers."""

    def __init__(self, write: Write, seals: list[Seal]) -> None:
        self._write = write
        self._seals = seals
        self._passed = 0
        self._rest = b""
        self._failure: Exception | None = None

    async def take(self, text: bytes) -> None:
        """Lines, the last of them perhaps not whole yet. After a failure the rest is only heard out."""
        # Whoever raises into the driver's COPY leaves it waiting for an end that it never sees.
        if self._failure is None:
            try:
                await self._pass_on(text)
            except Exception as error:  # noqa: BLE001 - raised again when the server has said everything
                self._failure = error

    def raise_if_failed(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def _pass_on(self, text: bytes) -> None:
        text, rest = self._rest + text, b""
        if not text.endswith(b"\n"):
            text, line_end, rest = text.rpartition(b"\n")
            text += line_end
        self._rest = rest
        # COPY doubles each backslash. What else it escapes is in no JSON that we write: altered data stays unreadable.
        lines = text.replace(rb"\\", b"\\")
        begin, last = 0, _last_position(lines) if self._passed < len(self._seals) else 0
        while self._passed < len(self._seals):
            seal = self._seals[self._passed]
            if seal.size >= last:
                break
            found = lines.find(BEGIN + b'%d"' % (seal.size + 1), begin)
            if found < 0:
                break
            await self._write(lines[begin:found] + seal_line(seal) + b"\n")
            begin, self._passed = found, self._passed + 1
        await self._write(lines[begin:] if begin else lines)

    async def end(self) -> int:
        """Write the seals that are left, which cover the whole page; how many seals it had."""
        for seal in self._seals[self._passed :]:
            await self._write(seal_line(seal) + b"\n")
        return len(self._seals)


def _last_position(lines: bytes) -> int:
    """That of the last line; 0 where there is none, or it cannot be read."""
    begin = lines.rfind(BEGIN)
    found = lines[begin + len(BEGIN) : lines.find(b'"', begin + len(BEGIN))] if begin >= 0 else b""
    return int(found) if found.isdigit() else 0
