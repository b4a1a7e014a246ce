"""One projector following the log: batch by batch, rows and checkpoint in one transaction."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, auto
from time import perf_counter

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresLease, PostgresSubscriptions
from projections import lag
from projections.parking import Parking
from projections.projector import Projector
from projections.schema import LIVE, Standing, make_tables, record, standing
from projections.shared_pages import SharedPages

log = logging.getLogger(__name__)


class Step(Enum):
    """What came of one look at the log."""

    MORE = auto()  # there may be more: look again at once
    CAUGHT_UP = auto()  # applied all there was
    NOTHING_NEW = auto()
    TAKEN = auto()  # another worker holds the lease
    OUTDATED = auto()  # the live tables are of an older version: rebuild them
    NEWER = auto()  # the live tables are of a newer version: this code must not touch them


class Follower:
    """Takes one step at a time; `projections.worker` says when."""

    def __init__(
        self, projector: Projector, pool: asyncpg.Pool, pages: SharedPages, now: Callable[[], datetime]
    ) -> None:
        self.projector = projector
        self._subscriptions = PostgresSubscriptions(pool)
        self._pages = pages
        self._now = now

    async def step(self) -> Step:
        """Apply the next page, if it is ours to apply.

        Raises `StoreUnavailable`, and whatever went wrong that is no fact's fault; then nothing was applied.
        """
        started_at = perf_counter()
        async with self._subscriptions.lease(self.projector.name) as lease:
            if lease is None:
                return Step.TAKEN
            stands = await standing(lease.connection, self.projector.name)
            lag.PARKED.labels(self.projector.name).set(len(stands.parked))
            if stands.version is None:
                await self._make_tables(lease)
            elif stands.version < self.projector.version:
                return Step.OUTDATED
            elif stands.version > self.projector.version:
                return Step.NEWER
            reader = PostgresStore(lease.connection)
            page = await self._pages.after(reader, lease.position)
            if page.facts:
                await self._apply(lease, page.facts, stands)
            behind = await reader.last_position() - lease.position if page.more else 0
        self._report(page.facts, behind, perf_counter() - started_at)
        if not page.facts:
            return Step.NOTHING_NEW
        return Step.MORE if page.more else Step.CAUGHT_UP

    async def _apply(self, lease: PostgresLease, facts: Sequence[RecordedFact], stands: Standing) -> None:
        parking = Parking(self.projector, stands.parked)
        await parking.apply(lease.connection, facts)
        await parking.save(lease.connection, self._now())
        await lease.advance(facts[-1].position, facts[-1].recorded_at)
        lag.PARKED.labels(self.projector.name).inc(len(parking.parked))

    async def _make_tables(self, lease: PostgresLease) -> None:
        await make_tables(lease.connection, self.projector, LIVE)
        await record(lease.connection, self.projector, self._now())
        # Tables may be missing because somebody dropped them: whatever was applied before is gone with them.
        await lease.advance(0)
        log.info("made the tables of %s, version %d", self.projector.name, self.projector.version)

    def _report(self, facts: Sequence[RecordedFact], behind: int, seconds: float) -> None:
        name = self.projector.name
        lag.LAG_FACTS.labels(name).set(behind)
        oldest = (self._now() - facts[-1].recorded_at).total_seconds() if behind and facts else 0.0
        lag.LAG_SECONDS.labels(name).set(max(0.0, oldest))
        if facts:
            lag.APPLIED.labels(name).inc(len(facts))
            lag.BATCH_SECONDS.labels(name).observe(seconds)
