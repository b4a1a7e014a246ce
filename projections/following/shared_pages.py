"""Pages of the log, read once for all the projectors of a process.

They follow the same log at nearly the same place, so what one has just read is what the next one asks for.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

from eventstore.facts import RecordedFact
from eventstore.store import LogReader

PAGES_KEPT = 4


@dataclass(frozen=True)
class Page:
    """`more` is False only when the log held nothing after `facts` at the time of asking."""

    facts: list[RecordedFact]
    more: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of its facts, by which a projector sees whether any concerns it."""
        return frozenset(fact.name for fact in self.facts)


class Reading:
    """A page that somebody is reading or has read. Who asks before it is `under_way` may believe where it ends."""

    __slots__ = ("page", "under_way")

    def __init__(self) -> None:
        self.page: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self.under_way = False


class SharedPages:
    """The last few pages. One that was short when it was read is still a true beginning of what follows."""

    def __init__(self, facts_max: int) -> None:
        self._facts_max = facts_max
        self._readings: OrderedDict[int, Reading] = OrderedDict()

    async def after(self, reader: LogReader, position: int) -> Page:
        """The facts after `position`, `facts_max` at most; none only when there are none. Raises as `reader` does."""
        while (known := self._readings.get(position)) is not None:
            in_time = not known.under_way
            await asyncio.wait((known.page,))
            if not known.page.cancelled():
                page = known.page.result()
                if in_time or page.more:
                    return page
                if page.facts:
                    # It may have been read before our asking: what was the end then need not be it now.
                    return Page(page.facts, more=True)
            self._forget(position, known)
        return await self._read(reader, position)

    async def at_once(self, reader: LogReader, position: int) -> Page:
        """The same for somebody who holds a lease, and a connection with it: nobody else's reading is waited for, which
        may itself be waiting for a connection.
        """
        known = self._readings.get(position)
        if known is not None and known.page.done() and not known.page.cancelled():
            return Page(known.page.result().facts, more=True)
        facts = await reader.read_log(position, self._facts_max)
        return Page(facts, more=len(facts) == self._facts_max)

    def forget(self) -> None:
        """Whatever was read may be of another log. Who waits for a reading gets it still."""
        self._readings.clear()

    async def _read(self, reader: LogReader, position: int) -> Page:
        reading = Reading()
        self._readings[position] = reading
        if len(self._readings) > PAGES_KEPT:
            self._readings.popitem(last=False)
        try:
            # One notice wakes all projectors: let those that ask for the same page in this moment join.
            await asyncio.sleep(0)
            reading.under_way = True
            facts = await reader.read_log(position, self._facts_max)
        except BaseException:
            # The others read for themselves, each with its own connection and its own error.
            reading.page.cancel()
            self._forget(position, reading)
            raise
        page = Page(facts, more=len(facts) == self._facts_max)
        reading.page.set_result(page)
        if not facts:
            self._forget(position, reading)
        return page

    def _forget(self, position: int, reading: Reading) -> None:
        if self._readings.get(position) is reading:
            del self._readings[position]
