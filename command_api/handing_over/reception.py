"""Where the other workers of the host come to with what this one owns."""

import asyncio
from contextlib import suppress
from pathlib import Path

from command_api.handing_over.receiving import Receiving, Take


class Reception:
    """Opened by `open`; `leave` and then `close` end it so that nobody is left without an answer."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._links: set[Receiving] = set()
        self._server: asyncio.Server | None = None
        self._path: Path | None = None
        self._is_leaving = False

    async def open(self, path: Path) -> None:
        """Listen at `path`. Raises OSError where that cannot be: it is too long for a socket, for example."""
        self._server = await self._loop.create_unix_server(self._made, path)
        self._path = path

    def _made(self) -> Receiving:
        return Receiving(self._loop, self._take, self._links, is_leaving=self._is_leaving)

    def tell_crowd(self, show_id: str, places: int | None) -> int | None:
        """There is room for so many more at a show: those who ask get a share each. Gives what is left for here."""
        if places is None:
            for link in self._links:
                link.tell_crowd(show_id, None)
            return None
        share = max(0, places) // (len(self._links) + 1)
        for link in self._links:
            link.tell_crowd(show_id, share)
        return max(0, places) - share * len(self._links)

    def leave(self) -> None:
        """Take nothing more: whoever asks is told so, and decides for itself."""
        self._is_leaving = True
        if self._server is not None:
            self._server.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()
        for link in self._links:
            link.leave()

    async def close(self) -> None:
        """Answer what is under way, then hang up."""
        under_way = [each for link in self._links for each in link.under_way.values()]
        if under_way:
            await asyncio.wait(under_way)
        links = list(self._links)
        for link in links:
            link.end()
        if links:
            await asyncio.wait([link.lost for link in links])
