"""Pages of the log, read once for all the projectors of a process.

They follow the same log at nearly the same place, so what one has just read is what the next one asks for.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from eventstore.facts import RecordedFact
from eventstore.store import LogReader

PAGES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Page:
    """`more` is False only when the log held nothing after `facts` at the time of asking."""

    facts: list[RecordedFact]
    more: bool


class SharedPages:
    """The last few pages. One that was short when it was read is still a true beginning of what follows."""

    def __init__(self, facts_max: int) -> None:
        self._facts_max = facts_max
        self._pages: OrderedDict[int, asyncio.Future[list[RecordedFact]]] = OrderedDict()

    async def after(self, reader: LogReader, position: int) -> Page:
        """The facts after `position`, `facts_max` at most; none only when there are none. Raises as `reader` does."""
        while (known := self._pages.get(position)) is not None:
            await asyncio.wait((known,))
            if not known.cancelled() and (facts := known.result()):
                # Whoever read it may have done so before our asking: what was the end then need not be it now.
                return Page(facts, more=True)
            self._forget(position, known)
        facts = await self._read(reader, position)
        return Page(facts, more=len(facts) == self._facts_max)

    async def _read(self, reader: LogReader, position: int) -> list[RecordedFact]:
        page: asyncio.Future[list[RecordedFact]] = asyncio.get_running_loop().create_future()
        self._pages[position] = page
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        try:
            facts = await reader.read_log(position, self._facts_max)
        except BaseException:
            # The others read for themselves, each with its own connection and its own error.
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
