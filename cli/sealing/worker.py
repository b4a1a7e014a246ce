"""Follows the log with a sealer until it is told to stop. Any number may; they take turns."""

import asyncio
import logging
from contextlib import suppress

import asyncpg

from cli.secrets import master_key
from eventstore.postgres.sealer import Sealer, SealingRefused, Step
from eventstore.postgres.store import LOG_ID
from eventstore.seals.kept import KeptSeals, file_at
from eventstore.seals.key import SECRET_BYTES
from eventstore.store import StoreUnavailable
from runtime.ids import new_bytes, utc_now
from runtime.notices import LOG_CHANNEL, Listener
from runtime.settings import Settings

log = logging.getLogger(__name__)

TAKEN_SECONDS = 0.2
WAIT_SECONDS_MIN = 0.5
WAIT_SECONDS_MAX = 15.0


def sealer(pool: asyncpg.Pool, settings: Settings) -> Sealer:
    """As the settings say. Raises BadSettings where the master key cannot be read."""
    kept = None if settings.seals_path is None else KeptSeals(file_at(settings.seals_path, LOG_ID))
    return Sealer(pool, master_key(settings), lambda: new_bytes(SECRET_BYTES), utc_now, kept)


async def run(pool: asyncpg.Pool, settings: Settings, stop: asyncio.Event) -> None:
    """Seal until `stop` is set, and then what is left. `pool` acts as `seatledger_projections`.

    Nothing that goes wrong ends it: what cannot be sealed now is tried again, and whoever watches sees the age of the
    oldest fact that is not sealed.
    """
    listener = Listener(pool, LOG_CHANNEL)
    one, failures = None, 0
    try:
        while True:
            # Armed before looking: what is appended while we look wakes us again.
            listener.arm()
            try:
                one = one or sealer(pool, settings)
                done = await seal_all(one)
                failures = 0
            except Exception as error:  # noqa: BLE001 - logged; whatever it was, a later try may fare better
                failures += 1
                tell(error, failures)
                await _wait(stop, min(WAIT_SECONDS_MAX, WAIT_SECONDS_MIN * 2 ** min(failures, 10)))
                done = Step.TAKEN
            if stop.is_set():
                return
            if done is Step.TAKEN:
                await _wait(stop, TAKEN_SECONDS)
            else:
                await _news(listener, stop)
                # The first fact waits for others to share its seal.
                await _wait(stop, settings.seal_seconds)
    finally:
        await listener.close()


async def seal_all(one: Sealer) -> Step:
    """Seal until there is nothing new, or somebody else is at it. Raises as `Sealer.step` does."""
    while (done := await one.step()) is Step.SEALED:
        # The copy outside gets this seal with the next step, under the same lease.
        pass
    return done


def tell(error: Exception, failures: int) -> None:
    """Log it: an alteration every time, since nothing is worse; a database that is away once."""
    match error:
        case SealingRefused():
            log.critical("nothing is sealed any more: %s", error)
        case StoreUnavailable():
            if failures == 1:
                log.warning("sealing waits for the database: %s", error)
        case _:
            log.error("sealing failed and will be tried again: %s", error, exc_info=error)


async def _news(listener: Listener, stop: asyncio.Event) -> None:
    """Until something may be new, or we are told to stop."""
    waiting, stopping = asyncio.ensure_future(listener.wait()), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((waiting, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (waiting, stopping):
            task.cancel()
        await asyncio.gather(waiting, stopping, return_exceptions=True)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    """That long, or until we are told to stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
