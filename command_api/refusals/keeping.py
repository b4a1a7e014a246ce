"""Keeps refusals: at once in memory, a moment later in the database, many of them in one statement."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import asyncpg

from command_api.refusals.allowance import Allowance
from command_api.refusals.line import No, bare_line, line
from command_api.refusals.observed import RefusalMetrics
from command_api.refusals.table import RefusalTable
from command_api.writing.pending import Pending
from eventstore.store import StoreUnavailable

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.25
"""How long refusals gather: what a process that is killed loses."""
BLOCK_LINES_MAX = 1_000
BLOCK_BYTES_MAX = 4 * 1024 * 1024
WAITING_BYTES_MAX = 16 * 1024 * 1024
"""What waits in memory: about 25,000 refused bookings. Beyond it refusals are counted and not kept."""
RETRY_SECONDS = 1.0


class KeptRefusals:
    """`keep` never waits and never fails. `run` writes what it was given, and `close` what is left; what is more than
    `waiting_bytes_max`, or than the `allowance`, is counted and not kept.
    """

    def __init__(
        self,
        table: RefusalTable,
        metrics: RefusalMetrics,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        *,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
        allowance: Allowance | None = None,
    ) -> None:
        self._table = table
        self._metrics = metrics
        self._now = now
        self._new_id = new_id
        self._bytes_max = waiting_bytes_max
        self._allowance = allowance or Allowance()
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._block = asyncio.Event()
        self._writing = asyncio.Lock()

    def keep(self, pending: Pending, no: No, stream: str, version: int) -> None:
        """A writer has refused `pending` on `stream` as it stood at `version`."""
        self._put(pending.metadata, lambda new: line(new, pending, no, stream, version))

    def keep_bare(self, command_id: str, metadata: bytes, no: No, stranger: str | None = None) -> None:
        """A command was refused that does not go through the writers. `stranger` is the address of whoever asked, where
        they have not signed in: it is counted by and not kept.
        """
        self._put(metadata, lambda new: bare_line(new, command_id, metadata, no), stranger)

    def _put(self, metadata: bytes, line_of: Callable[[str], bytes], stranger: str | None = None) -> None:
        try:
            line = line_of(self._new_id())
            fits = self._bytes + len(line) <= self._bytes_max
            admitted = fits and self._allowance.admits(metadata, len(line), self._now(), stranger)
        except Exception:
            # Whatever it is, the no has to be said all the same, and those behind it in the queue have to be decided.
            log.exception("a refusal cannot be kept")
            self._metrics.dropped.inc()
            return
        if not admitted:
            (self._metrics.limited if fits else self._metrics.dropped).inc()
            return
        self._lines.append(line)
        self._bytes += len(line)
        if len(self._lines) == 1:
            self._some.set()
        elif len(self._lines) == BLOCK_LINES_MAX:
            self._block.set()

    async def run(self) -> None:
        """Until it is cancelled. While the database is away what is kept waits in memory."""
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._block.wait()
            try:
                await self.flush()
            except StoreUnavailable as error:
                log.warning("refusals wait for the database: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("refusals wait")
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """Write what is left, once; call it when `run` has ended."""
        try:
            await self.flush()
        except StoreUnavailable as error:
            log.warning("%d refusals are not kept: %s", len(self._lines), error)
            self._metrics.dropped.inc(len(self._lines))

    async def flush(self) -> None:
        """Write all that waits. Raises `StoreUnavailable`, and nothing is lost then."""
        async with self._writing:
            self._some.clear()
            self._block.clear()
            while self._lines:
                block = self._next_block()
                try:
                    await self._write_block(block)
                except BaseException:
                    self._lines.extendleft(reversed(block))
                    self._some.set()
                    raise
                self._bytes -= sum(map(len, block))

    def _next_block(self) -> list[bytes]:
        block, size = [self._lines.popleft()], 0
        while self._lines and len(block) < BLOCK_LINES_MAX and size < BLOCK_BYTES_MAX:
            block.append(self._lines.popleft())
            size += len(block[-1])
        return block

    async def _write_block(self, block: list[bytes]) -> None:
        try:
            await self._table.add(block, self._now())
        except asyncpg.DataError:
            # One line is at fault, such as a text with a sign that no table takes; the others must not suffer for it.
            if len(block) > 1:
                for each in block:
                    await self._write_block([each])
                return
            self._unwritable(block)
        except asyncpg.PostgresError:
            self._unwritable(block)
        else:
            self._metrics.kept.inc(len(block))

    def _unwritable(self, block: list[bytes]) -> None:
        log.exception("%d refusals cannot be kept", len(block))
        self._metrics.dropped.inc(len(block))
