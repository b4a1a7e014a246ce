"""One projector following the log: batch by batch, rows and checkpoint in one transaction."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from math import inf
from time import perf_counter

import asyncpg

from eventstore.postgres.store import PostgresStore
from projections.following import lag
from projections.following.leases import AnotherLog, Lease, lease
from projections.following.passing import Pass
from projections.following.shared_pages import Page
from projections.following.sharing import Sharing
from projections.parked.parking import Parking, is_the_facts_fault
from projections.projector import Projector
from projections.schema import LIVE, make_tables, record

log = logging.getLogger(__name__)

SURE_SECONDS = 2.0
"""Who has nothing to do makes sure so often that its tables are of this log and of this code."""


class Step(Enum):
    """What came of one look at the log."""

    MORE = auto()  # there may be more: look again at once
    CAUGHT_UP = auto()  # applied all there was
    NOTHING_NEW = auto()
    TAKEN = auto()  # another worker holds the lease
    OUTDATED = auto()  # the live tables are of an older version: rebuild them
    ASTRAY = (
        auto()
    )  # the live tables hold facts that are not in this log: somebody has to tell us to rebuild them
    NEWER = auto()  # the live tables are of a newer version: this code must not touch them


class Follower:
    """Takes one step at a time; `projections.following.worker` says when."""

    def __init__(
        self, projector: Projector, pool: asyncpg.Pool, sharing: Sharing, now: Callable[[], datetime]
    ) -> None:
        self.projector = projector
        self._pool = pool
        self._sharing = sharing
        self._now = now
        # Where the checkpoint of tables of our version stood when we last knew. It may have moved since: it is a place
        # from which to look, and everything that is done there makes sure.
        self._stands: int | None = None
        self._ahead: tuple[int, asyncio.Task[Page]] | None = None
        self._made_sure_at = -inf
        # When the last batch began: see `projections.run`.
        self.batch_began_at = -inf

    async def step(self) -> Step:
        """Apply the next page, if it is ours to apply.

        Raises `StoreUnavailable`, and whatever went wrong that is no fact's fault; then nothing was applied.
        """
        stands, page = self._stands, None
        if stands is not None:
            page = await self._page_after(stands)
            if not page.facts:
                # A log that went back has nothing to tell, perhaps for a long time.
                if perf_counter() - self._made_sure_at < SURE_SECONDS:
                    return Step.NOTHING_NEW
            elif page.names <= self.projector.unconcerned and await self._passed_over(stands, page):
                return Step.MORE if page.more else Step.CAUGHT_UP
        try:
            async with self._sharing.turns.turn(urgent=self.projector.urgent):
                return await self._step_in_turn(stands, page)
        except AnotherLog:
            # All of it was rolled back, and what was read ahead or is shared may be of the log before, too.
            self._ahead = None
            self._sharing.pages.forget()
            return Step.MORE

    async def _step_in_turn(self, stands: int | None, page: Page | None) -> Step:
        try:
            return await self._step_under_lease(stands, page)
        except Exception as error:
            if isinstance(error, AnotherLog) or not is_the_facts_fault(error):
                raise
            # All of it was rolled back. Once more, and bad facts are looked for.
            return await self._step_under_lease(stands, page, careful=True)

    async def _page_after(self, position: int) -> Page:
        """What comes after `position`: perhaps it has been read while the page before it was being applied."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == position:
            # What went wrong then need not go wrong now.
            with suppress(Exception):
                page = await ahead[1]
                if page.facts:
                    return Page(page.facts, more=True)
        return await self._sharing.pages.after(PostgresStore(self._pool), position)

    def _look_ahead(self, position: int) -> None:
        """Read on from there while the database is busy with what comes before."""
        reading = asyncio.create_task(self._sharing.pages.after(PostgresStore(self._pool), position))
        # Nobody may ever ask for it.
        reading.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._ahead = position, reading

    async def _passed_over(self, stands: int, page: Page) -> bool:
        """Whether that was all there is to do about a page that does not concern us."""
        last = page.facts[-1]
        over = Pass(self.projector.name, self.projector.version, stands, last)
        if not await self._sharing.passing.move(over):
            return False
        self._stands = last.position
        lag.APPLIED.labels(self.projector.name).inc(len(page.facts))
        return True

    async def _step_under_lease(
        self, stands: int | None, page: Page | None, *, careful: bool = False
    ) -> Step:
        """`page` is what comes after `stands`; it serves if the checkpoint is still there."""
        started_at = perf_counter()
        self._stands = None
        async with lease(self._pool, self.projector.name) as held:
            if held is None:
                return Step.TAKEN
            lag.PARKED.labels(self.projector.name).set(len(held.parked))
            if held.version is None:
                await self._make_tables(held)
            elif held.version < self.projector.version:
                return Step.OUTDATED
            elif held.version > self.projector.version:
                return Step.NEWER
            elif not held.stands:
                return Step.ASTRAY
            self._made_sure_at = started_at
            if page is None or held.position != stands:
                page = await self._sharing.pages.at_once(PostgresStore(held.connection), held.position)
            if page.facts:
                self.batch_began_at = started_at
                if page.more:
                    self._look_ahead(page.facts[-1].position)
                await self._apply(held, page, careful=careful)
        self._stands = held.position
        if not page.facts:
            return Step.NOTHING_NEW
        lag.APPLIED.labels(self.projector.name).inc(len(page.facts))
        lag.BATCH_SECONDS.labels(self.projector.name).observe(perf_counter() - started_at)
        return Step.MORE if page.more else Step.CAUGHT_UP

    async def _apply(self, held: Lease, page: Page, *, careful: bool) -> None:
        parking = Parking(self.projector, self._sharing.keyring, held.parked, self._sharing.decoding)
        if careful:
            concerned = await parking.apply(held.connection, page.facts)
            await parking.save(held.connection, self._now())
        else:
            concerned = await parking.apply_all(held.connection, page.facts)
        await held.advance_to(page.facts[-1], changed=concerned > 0)
        lag.PARKED.labels(self.projector.name).inc(len(parking.parked))

    async def _make_tables(self, held: Lease) -> None:
        await make_tables(held.connection, self.projector, LIVE)
        await record(held.connection, self.projector, self._now())
        # Tables may be missing because somebody dropped them: whatever was applied before is gone with them.
        await held.advance(0)
        log.info("made the tables of %s, version %d", self.projector.name, self.projector.version)
