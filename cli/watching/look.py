"""What the watchman has found and how far it is, as anybody may know it."""

from typing import NamedTuple

import asyncpg

from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.postgres.violations import PostgresViolations
from eventstore.violations import Tally, Violation
from projections.watching.watchman import SUBSCRIPTION

NAMED_MAX = 20


class WatchLook(NamedTuple):
    """`position` is how far it has seen the log, which is `lag_facts` longer."""

    position: int
    lag_facts: int
    tally: tuple[Tally, ...] = ()
    open: tuple[Violation, ...] = ()

    @property
    def open_count(self) -> int:
        return sum(each.open for each in self.tally)

    @property
    def warning(self) -> str | None:
        """In one line, if anything is open."""
        if not self.open_count:
            return None
        kinds = ", ".join(f"{each.invariant} ({each.open})" for each in self.tally if each.open)
        return f"{self.open_count} open violations: {kinds}; see `seatledger watch --list`"


async def look(pool: "asyncpg.Pool") -> WatchLook:
    """Any role of ours may. Raises `StoreUnavailable`."""
    # The position first: an end that is read later can only be further.
    position = (await PostgresSubscriptions(pool).positions()).get(SUBSCRIPTION, (0, None))[0]
    end = await PostgresStore(pool).last_position()
    violations = PostgresViolations(pool)
    tally = tuple(await violations.tally())
    still_open = tuple(await violations.open()) if any(each.open for each in tally) else ()
    return WatchLook(position, max(0, end - position), tally, still_open)
