"""A file that is written while it is read: however long it is, it takes little memory."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

log = logging.getLogger(__name__)

STALL_SECONDS = 30.0
"""A client that takes nothing for so long has forgotten us. Shorter than a session may be idle in its transaction."""


class FileStream(Response):
    """`pieces` are what is in the file called `name`, in order. `holding` is what they are read from: it is let go when
    all is sent, when something fails, when nobody listens any more, and when a client has taken nothing for
    `stall_seconds`.
    """

    def __init__(
        self,
        name: str,
        media_type: str,
        pieces: AsyncIterator[bytes],
        holding: AsyncExitStack,
        headers: Mapping[str, str],
        *,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        super().__init__(
            headers={**headers, "Content-Disposition": f'attachment; filename="{name}"'},
            media_type=media_type,
        )
        # Its length is not known before the end.
        del self.headers["content-length"]
        self._pieces = pieces
        self._holding = holding
        self._stall_seconds = stall_seconds

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._holding:
            gone = asyncio.create_task(_gone(receive))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                if scope["method"] != "HEAD":
                    await self._send_pieces(send, gone)
                await send({"type": "http.response.body", "body": b""})
            except TimeoutError:
                # Ended without its end, so that nobody takes for the whole what is a part: the server hangs up.
                log.warning("a client has stopped reading a file")
            finally:
                gone.cancel()
                with suppress(asyncio.CancelledError):
                    await gone

    async def _send_pieces(self, send: Send, gone: "asyncio.Task[None]") -> None:
        """To somebody who has gone, a server lets us send for ever."""
        async for piece in self._pieces:
            if gone.done():
                return
            if piece:
                async with asyncio.timeout(self._stall_seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Ends when the client has."""
    while (await receive())["type"] != "http.disconnect":
        pass
