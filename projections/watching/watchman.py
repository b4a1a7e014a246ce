"""Follows the log behind its last position and writes down what must not be, in one transaction with its checkpoint.

Any number may compete; one at a time watches. What it remembers of shows is only there to save reading: it is made from
the log, and a watchman that is killed goes on from the checkpoint.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum, auto

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresLease, PostgresSubscriptions
from eventstore.postgres.violations import PostgresViolations
from eventstore.violations import Finding, Violation
from projections.watching.chain import broken
from projections.watching.invariant import Invariant
from projections.watching.shows import SHOW_STREAM, WEIGHT_MAX, WatchedShows

log = logging.getLogger(__name__)

SUBSCRIPTION = "watch"

FACTS_MAX = 500
"""Looked at under one lease: some ten milliseconds."""

RECENT_MAX = 256


class Step(Enum):
    """What came of one look at the log."""

    MORE = auto()
    CAUGHT_UP = auto()
    TAKEN = auto()


class Watchman:
    """Takes one step at a time."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        now: Callable[[], datetime],
        facts_max: int = FACTS_MAX,
        weight_max: int = WEIGHT_MAX,
    ) -> None:
        self._subscriptions = PostgresSubscriptions(pool)
        self._now = now
        self._facts_max = facts_max
        self._shows = WatchedShows(weight_max)
        self._findings: list[Finding] = []
        self._recent: dict[str, None] = {}

    @property
    def recent(self) -> list[str]:
        """The streams of the shows that have changed last, each once, the newest last."""
        return list(self._recent)

    def report(self, findings: Iterable[Finding]) -> None:
        """What was found elsewhere: the next step writes it down."""
        self._findings += findings

    async def step(self) -> Step:
        """Look at the next page. Raises `StoreUnavailable`, and whatever else went wrong; then nothing is written."""
        reported = list(self._findings)
        try:
            async with self._subscriptions.lease(SUBSCRIPTION) as lease:
                if lease is None:
                    return Step.TAKEN
                page, found = await self._look(lease)
                new = await PostgresViolations(lease.connection).add([*reported, *found], self._now())
        except BaseException:
            # The shows may have seen facts that count as not seen.
            self._shows.forget()
            raise
        del self._findings[: len(reported)]
        tell(new)
        self._have_changed(fact.stream for fact in page if fact.stream.startswith(SHOW_STREAM))
        return Step.MORE if len(page) == self._facts_max else Step.CAUGHT_UP

    def _have_changed(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._recent.pop(stream, None)
            self._recent[stream] = None
        while len(self._recent) > RECENT_MAX:
            del self._recent[next(iter(self._recent))]

    async def _look(self, lease: PostgresLease) -> tuple[list[RecordedFact], list[Finding]]:
        store, after = PostgresStore(lease.connection), lease.position
        # The end first: a page that is read later has at least what was there then.
        end = await store.last_position()
        if end < after:
            return [], [await self._cut_off(lease, end)]
        if not lease.stands:
            return [], [await self._another(lease)]
        page = await store.read_log(after, self._facts_max)
        found = await broken(PostgresChains(lease.connection), store, after, page)
        found += await self._shows.see(store, page)
        read_to = page[-1].position if page else after
        if len(page) < self._facts_max and read_to < end:
            missing = f"position {read_to + 1} is missing from the log"
            found.append(Finding(Invariant.GAPLESS, missing, read_to + 1, missing))
        if page:
            await lease.advance(read_to, page[-1].recorded_at)
        return page, found

    async def _cut_off(self, lease: PostgresLease, end: int) -> Finding:
        """The log is shorter than it was: truncated, or restored to an earlier state. What comes next is looked at."""
        self._shows.forget()
        details = f"the log ends at position {end} and had been seen up to {lease.position}"
        await lease.advance(end)
        return Finding(Invariant.GAPLESS, details, end, details)

    async def _another(self, lease: PostgresLease) -> Finding:
        """The log was shorter in between, and has grown again. Since when is not known, so all of it is looked at."""
        self._shows.forget()
        details = f"the fact at position {lease.position} is not the one that was seen there"
        at = lease.position
        await lease.advance(0)
        return Finding(Invariant.GAPLESS, details, at, details)


def tell(violations: Iterable[Violation]) -> None:
    """One line for each, without anything about a person."""
    for each in violations:
        log.error(
            "violation %d of %s at position %d: %s", each.number, each.invariant, each.position, each.details
        )
