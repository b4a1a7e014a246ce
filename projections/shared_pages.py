"""Pages of the log, read once for all the projectors of a process.

They follow the same log at nearly the same place, so what one has just read is what the next one asks for.
"""

import asyncio
from collections import OrderedDict

from eventstore.facts import RecordedFact
from eventstore.store import LogReader

PAGES_KEPT = 4


class SharedPages:
    """The last few pages. A page that was short when it was read is still a true beginning of what follows."""

    def __init__(self, facts_max: int) -> None:
        self.facts_max = facts_max
        self._pages: OrderedDict[int, asyncio.Future[list[RecordedFact]]] = OrderedDict()

    async def after(self, reader: LogReader, position: int) -> list[RecordedFact]:
        """Up to `facts_max` facts after `position`; none only when there are none. Raises as `reader` does."""
        while (known := self._pages.get(position)) is not None:
            try:
                return await asyncio.shield(known)
            except asyncio.CancelledError:
                # Whoever was reading has failed: read ourselves. But if it is us who are being cancelled, stop.
                if not known.cancelled():
                    raise
                self._forget(position, known)
        return await self._read(reader, position)

    async def _read(self, reader: LogReader, position: int) -> list[RecordedFact]:
        page: asyncio.Future[list[RecordedFact]] = asyncio.get_running_loop().create_future()
        self._pages[position] = page
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        try:
            facts = await reader.read_log(position, self.facts_max)
        except BaseException:
            page.cancel()
            self._forget(position, page)
            raise
        page.set_result(facts)
        if not facts:
            self._forget(position, page)
        return facts

    def _forget(self, position: int, page: asyncio.Future[list[RecordedFact]]) -> None:
        if self._pages.get(position) is page:
            del self._pages[position]
