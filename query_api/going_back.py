"""Whether the log, or a read model, is still the one that was read before.

A log that was restored to an earlier state gives its positions out again, and read tables that were made anew, or lost
their last moments in a crash, are others. By the number alone nobody can tell, once it has grown past what it was.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from operator import attrgetter

import asyncpg

from query_api.standing import UNKNOWN, Standing

Standings = Mapping[str, Standing]


STAND = """SELECT bool_and(eventstore.stands(1::smallint, f.position, decode(f.hash, 'hex'), f.position))
           FROM unnest($1::bigint[], $2::text[]) AS f (position, hash)"""


HEARD_MAX = 128
"""More than what comes between two looks while anything is restored and made anew."""


class Remembered:
    """How far each is known to have got, also while that is in doubt, and at which fact."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.furthest: Standings = {}
        # What was heard since the last look: tables may have got somewhere, and be made anew, before the next one.
        self._heard: deque[Standing] = deque(maxlen=HEARD_MAX)
        # What the last look has found: since then all of them may have been made anew from another log.
        self._anchor: Standing | None = None

    def went_back_as_heard(self, moved: Standings) -> bool:
        """Whether what these say is less than they had."""
        before = self.furthest
        self.furthest = {**before, **moved}
        last = _last(moved.values())
        if last is not None:
            self._heard.append(last)
        return _lost({name: before[name] for name in moved if name in before}, moved)

    async def went_back_as_found(self, before: Standings, found: Standings) -> bool:
        """Whether what was found is less than `before`, or the log has lost a fact that any of them stood at."""
        heard = list(self._heard)
        self._heard.clear()
        if _lost(before, found):
            return True
        known = [each for each in (self._anchor, _last(before.values()), *heard) if each is not None]
        return bool(known) and not await self._log_has(known)

    def are(self, found: Standings, heard: Standings) -> None:
        """This is how they stand; what was heard meanwhile is newer."""
        self.furthest = {**found, **heard}
        self._anchor = _last(found.values())

    async def _log_has(self, known: list[Standing]) -> bool:
        stands: bool = await self._pool.fetchval(
            STAND, [each.position for each in known], [each.fact for each in known]
        )
        return stands


def _lost(before: Standings, after: Standings) -> bool:
    return any(
        (now := after.get(name, UNKNOWN)).position < each.position or (each.is_astray and not now.is_astray)
        for name, each in before.items()
        if each.is_told
    )


def _last(standings: Iterable[Standing]) -> Standing | None:
    """The one that has got furthest, of those that are known to be of this log."""
    known = (each for each in standings if each.fact is not None and not each.is_astray)
    return max(known, key=attrgetter("position"), default=None)
