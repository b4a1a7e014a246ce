"""The shows that are being watched, as many as there is room for: any other is read again when it comes back."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from domain.codec import CODEC, UnknownFact
from eventstore.facts import RecordedFact
from eventstore.store import LogReader
from eventstore.violations import Finding
from projections.watching.invariant import Invariant
from projections.watching.show import WatchedShow

SHOW_STREAM = "show-"

WEIGHT_MAX = 200_000
"""Bookings and tickets that are remembered: of the order of 100 MB."""

FACTS_AT_A_TIME = 100
PAGE = 1_000


class _Watched:
    """A show and how far it was seen. One with a fact that cannot be read is not judged any more."""

    def __init__(self, stream: str) -> None:
        self.show = WatchedShow(stream)
        self.version = 0
        self.is_legible = True

    def see(self, recorded: RecordedFact) -> list[Finding]:
        self.version = recorded.version
        if not self.is_legible:
            return []
        try:
            fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
            return self.show.see(recorded.position, fact)
        except UnknownFact:
            # Written by newer code, which has a watchman of its own.
            self.is_legible = False
            return []
        except Exception as error:  # noqa: BLE001 - whatever an altered fact does, the others must still be watched
            self.is_legible = False
            where = f"{recorded.stream} version {recorded.version}"
            details = f"{where}, {recorded.name}, cannot be read: {type(error).__name__}"
            return [Finding(Invariant.READABLE, where, recorded.position, details)]


class WatchedShows:
    """What a show was before the page is read again from `reader` where it is not remembered. Memory grows to
    `weight_max` and by one show.
    """

    def __init__(self, weight_max: int = WEIGHT_MAX) -> None:
        self._weight_max = weight_max
        self._weight = 0
        self._watched: OrderedDict[str, _Watched] = OrderedDict()

    def forget(self) -> None:
        """All of it: what was seen last may not have been written down."""
        self._watched.clear()
        self._weight = 0

    async def see(self, reader: LogReader, page: Sequence[RecordedFact]) -> list[Finding]:
        """What must not be of the facts in `page`, which are in order of position."""
        own: dict[str, list[RecordedFact]] = {}
        for recorded in page:
            if recorded.stream.startswith(SHOW_STREAM):
                own.setdefault(recorded.stream, []).append(recorded)
        found: list[Finding] = []
        for stream, facts in own.items():
            watched = await self._before(reader, facts[0])
            for number, recorded in enumerate(facts):
                found += watched.see(recorded)
                if number % FACTS_AT_A_TIME == 0:
                    await asyncio.sleep(0)
            self._remember(stream, watched)
        return sorted(found, key=lambda each: each.position)

    async def _before(self, reader: LogReader, first: RecordedFact) -> _Watched:
        """The show as it was before that fact."""
        watched = self._watched.pop(first.stream, None)
        if watched is not None:
            self._weight -= watched.show.weight
        if watched is None or watched.version >= first.version:
            watched = _Watched(first.stream)
        while watched.version < first.version - 1:
            facts = await reader.read_stream(first.stream, watched.version, PAGE)
            earlier = [each for each in facts if each.position < first.position]
            for recorded in earlier:
                # What was wrong with these was told when they came by.
                watched.see(recorded)
            if len(earlier) < PAGE:
                break
            await asyncio.sleep(0)
        return watched

    def _remember(self, stream: str, watched: _Watched) -> None:
        """It is the last to be forgotten now."""
        self._watched[stream] = watched
        self._weight += watched.show.weight
        # The last one stays however heavy it is: to read it again for each page would take for ever.
        while self._weight > self._weight_max and len(self._watched) > 1:
            _, forgotten = self._watched.popitem(last=False)
            self._weight -= forgotten.show.weight
