"""A CSV file that is written while it is read: however long it is, it takes little memory."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from runtime.http.csv_cells import Cell, csv_text
from runtime.http.csv_wanted import MEDIA_TYPE

log = logging.getLogger(__name__)

Rows = Iterable[Sequence[Cell]]

STALL_SECONDS = 30.0
"""A client that takes nothing for so long has forgotten us. Shorter than a session may be idle in its transaction."""


class CsvStream(Response):
    """`parts` are the rows, some at a time. `holding` is what they are read from: it is let go when all is sent, when
    something fails, when nobody listens any more, and when a client has taken nothing for `stall_seconds`.
    """

    def __init__(
        self,
        name: str,
        header: Sequence[str],
        parts: AsyncIterator[Rows],
        holding: AsyncExitStack,
        headers: Mapping[str, str],
        *,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        super().__init__(
            headers={**headers, "Content-Disposition": f'attachment; filename="{name}.csv"'},
            media_type=f"{MEDIA_TYPE}; charset=utf-8; header=present",
        )
        # Its length is not known before the end.
        del self.headers["content-length"]
        self._header = header
        self._parts = parts
        self._holding = holding
        self._stall_seconds = stall_seconds

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._holding:
            gone = asyncio.create_task(_gone(receive))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                if scope["method"] != "HEAD":
                    await self._send_rows(send, gone)
                await send({"type": "http.response.body", "body": b""})
            except TimeoutError:
                # Ended without its end, so that nobody takes for the whole what is a part: the server hangs up.
                log.warning("a client has stopped reading a CSV file")
            finally:
                gone.cancel()
                with suppress(asyncio.CancelledError):
                    await gone

    async def _send_rows(self, send: Send, gone: "asyncio.Task[None]") -> None:
        """To somebody who has gone, a server lets us send for ever."""
        await self._send(send, csv_text([self._header]))
        async for rows in self._parts:
            if gone.done():
                return
            if text := csv_text(rows):
                await self._send(send, text)

    async def _send(self, send: Send, text: str) -> None:
        async with asyncio.timeout(self._stall_seconds):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    """Ends when the client has."""
    while (await receive())["type"] != "http.disconnect":
        pass
