"""Which show is compared next: one that has just changed, or any."""

import logging
from collections.abc import Sequence

import asyncpg

from domain.codec import UnknownFact
from eventstore.postgres.store import PostgresStore
from eventstore.store import StoreUnavailable
from eventstore.violations import Finding
from projections.watching.comparing import Chance, compared
from projections.watching.shows import SHOW_STREAM

log = logging.getLogger(__name__)

TRIES = 5


async def sampled(pool: "asyncpg.Pool", recent: Sequence[str], chance: Chance) -> list[Finding]:
    """What differs of one show; nothing where none was found. Raises `StoreUnavailable`, asyncpg's errors."""
    stream = await picked(pool, recent, chance)
    if stream is None:
        return []
    try:
        return await compared(pool, stream, chance)
    except (StoreUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError):
        raise
    except UnknownFact:
        # Written by newer code, which compares it.
        return []
    except Exception as error:  # noqa: BLE001 - a fact that cannot be folded was told when it came by
        log.warning("%s cannot be folded to compare it: %s", stream, type(error).__name__)
        return []


async def picked(pool: "asyncpg.Pool", recent: Sequence[str], chance: Chance) -> str | None:
    """Every other time one that has changed last, else the show of any fact of the log."""
    if recent and chance(2) == 0:
        return recent[chance(len(recent))]
    store = PostgresStore(pool)
    end = await store.last_position()
    for _ in range(TRIES if end else 0):
        facts = await store.read_log(chance(end), 1)
        if facts and facts[0].stream.startswith(SHOW_STREAM):
            return facts[0].stream
    return recent[-1] if recent else None
