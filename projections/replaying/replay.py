"""Replay one read model: fill it anew in a scratch schema and compare it with the live tables at one position."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from eventstore.postgres.errors import unavailable_is_said
from projections.applying import Connection
from projections.parked.parking import Parking
from projections.projector import Projector
from projections.rebuilding.filling import ERASED
from projections.rebuilding.proving import NothingToCompare, stands_of
from projections.replaying.comparing import COLUMNS, Comparison, compare
from projections.replaying.scratch import SCRATCH, Reached, Scratch
from projections.replaying.source import Source, patiently
from projections.schema import NO_HURRY, qualified
from runtime.privacy.keyring import Keyring

BATCH_MAX = 1_000

ROUNDS_MAX = 20
"""How often it follows live tables that move on, before it takes a snapshot and does the rest within."""


ERASED_MEANWHILE = "somebody has been erased whose words were there at that position"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the log says about a read model at `position`, beside the live tables, which stood at `live`.

    `not_compared` gives for each table that could not be compared why not. Streams that one of the two lacks because a
    fact of theirs could not be applied are `parked_live` and `parked_replayed`: they account for differences.
    """

    name: str
    position: int
    live: int | None
    tables: list[Comparison] = field(default_factory=list)
    not_compared: dict[str, str] = field(default_factory=dict)
    parked_live: frozenset[str] = frozenset()
    parked_replayed: frozenset[str] = frozenset()

    @property
    def differing(self) -> int:
        return sum(each.differing for each in self.tables)


@dataclass(frozen=True, slots=True)
class Replaying:
    """`connection` is a scratch session. Facts come from `source`. `to` is the position that was asked for, at most the
    source's end; None is where the live tables stand, for a source that reaches them wherever that is. Of each table
    the first `shown_max` differences are kept.
    """

    connection: Connection
    source: Source
    keyring: Keyring
    to: int | None
    shown_max: int
    batch_max: int = BATCH_MAX

    async def replay(self, projector: Projector, reached: Callable[[int, int], None]) -> Replayed:
        """Tells how far it is and how far it has to go. Raises `StoreUnavailable`, and what the source raises."""
        with unavailable_is_said():
            return await self._replay(projector, reached)

    async def _replay(self, projector: Projector, reached: Callable[[int, int], None]) -> Replayed:
        try:
            stands, _ = await stands_of(self.connection, projector)
        except NothingToCompare as why:
            return _nothing(projector, 0, None, str(why))
        target = stands if self.to is None else min(stands, self.to)
        made = Scratch(self.connection, projector, Parking(projector, self.keyring), self.batch_max)

        def told(position: int) -> None:
            reached(position, max(target, position))

        erased = await self.connection.fetchval(ERASED)
        await made.make()
        try:
            await self._fill(made, target, told)
            await made.analyze()
            found = await self._unless_erased(await self._compare(made, told), projector, erased)
        except NothingToCompare as why:
            found = _nothing(projector, made.position, stands, str(why))
        # After anything worse the whole session is discarded.
        await made.drop()
        return found

    @property
    def _follows(self) -> bool:
        """Whether live tables that move on are followed."""
        return self.to is None

    async def _fill(self, made: Scratch, target: int, told: Reached) -> None:
        await made.fill(self.source, target, told)
        for _ in range(ROUNDS_MAX):
            stands, _ = await stands_of(self.connection, made.projector)
            if not self._follows or stands - made.position <= self.batch_max:
                return
            await made.fill(self.source, stands, told)

    async def _compare(self, made: Scratch, told: Reached) -> Replayed:
        """Rows and checkpoint commit together, so one snapshot has both, and live goes on while we look at it."""
        projector = made.projector
        async with self.connection.transaction(isolation="repeatable_read", readonly=True):
            await self.connection.execute(NO_HURRY)
            stands, parked = await stands_of(self.connection, projector)
            if stands < made.position:
                raise NothingToCompare(f"the live tables have gone back to position {stands:,} meanwhile")
            if self._follows:
                await made.fill(self.source, stands, told)
            found = Replayed(
                projector.name,
                made.position,
                stands,
                parked_live=parked,
                parked_replayed=frozenset(made.parking.parked),
            )
            same = await self._nothing_between(projector, made.position, stands)
            for table in projector.table_names:
                until = None if same else made.position
                if until is not None and not await self._keeps(projector, table):
                    found.not_compared[table] = f"the live rows are those at position {stands:,}"
                    continue
                found.tables.append(
                    await compare(
                        self.connection, table, self.shown_max, until=until, values=projector.opens is None
                    )
                )
        return found

    async def _nothing_between(self, projector: Projector, position: int, stands: int) -> bool:
        """Whether the live tables, which stand further on, are what they were at `position`."""
        if position == stands:
            return True
        unconcerned = list(projector.unconcerned)
        return not await patiently(self.connection, CONCERNED_BETWEEN, position, stands, unconcerned)

    async def _keeps(self, projector: Projector, table: str) -> bool:
        """Whether its rows stay as they are and say at which position they came."""
        keeping = {each.versions for each in projector.tables} | {each.names[0] for each in projector.ledgers}
        if table not in keeping:
            return False
        columns = await self.connection.fetch(COLUMNS, qualified(SCRATCH, [table]))
        return any(row[0] == "position" for row in columns)

    async def _unless_erased(self, found: Replayed, projector: Projector, erased: int) -> Replayed:
        """Somebody's key is gone at once, and their words from the live tables when the fact of it is applied."""
        if projector.opens is None or not found.differing:
            return found
        behind = await patiently(self.connection, ERASED_AFTER, found.position)
        if behind or await self.connection.fetchval(ERASED) != erased:
            return _nothing(projector, found.position, found.live, ERASED_MEANWHILE)
        return found


CONCERNED_BETWEEN = """SELECT EXISTS (SELECT FROM eventstore.events
                                      WHERE log_id = 1 AND position > $1 AND position <= $2 AND name <> ALL ($3))"""

ERASED_AFTER = """SELECT EXISTS (SELECT FROM eventstore.events
                                 WHERE log_id = 1 AND position > $1 AND name = 'PersonErased')"""


def _nothing(projector: Projector, position: int, live: int | None, why: str) -> Replayed:
    return Replayed(projector.name, position, live, not_compared=dict.fromkeys(projector.table_names, why))


async def position_of(source: Source, as_of: int | datetime) -> int:
    """The position of a moment, or the one that was asked for, as far as the source goes."""
    if isinstance(as_of, datetime):
        return await source.position_at(as_of)
    return min(as_of, await source.head())
