"""Follows the log with one or many projectors until it is told to stop.

Any number of workers may run the same projectors: each batch is applied by whoever holds the lease.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from projections.following.follower import Follower
from projections.following.presence import be_present
from projections.following.run import WAIT_SECONDS_MAX, Run
from projections.following.sharing import Sharing
from projections.projector import Projector
from projections.read_models import PROJECTORS, projector_named
from runtime.ids import utc_now
from runtime.notices import LOG_CHANNEL, Listener
from runtime.privacy.keyring import Keyring
from runtime.settings import Settings

log = logging.getLogger(__name__)


async def run(
    pool: asyncpg.Pool,
    names: Sequence[str],
    stop: asyncio.Event,
    settings: Settings,
    keyring: Keyring,
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Run the projectors of these names, or all when there are none, until `stop` is set; then end after the batch in
    hand. `pool` acts as `seatledger_projections`. Raises `NoSuchProjector` before anything starts.
    """
    chosen = [projector_named(name) for name in names] or list(PROJECTORS.values())
    await run_all(pool, chosen, stop, settings.projection_batch_max, keyring, now=now)


async def run_all(
    pool: asyncpg.Pool,
    projectors: Sequence[Projector],
    stop: asyncio.Event,
    batch_max: int,
    keyring: Keyring,
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """The same, of projectors that need not be among the known ones."""
    sharing = Sharing.over(pool, batch_max, keyring)
    listener = Listener(pool, LOG_CHANNEL)
    runs = [Run(Follower(each, pool, sharing, now), pool, sharing, stop) for each in projectors]
    beside = [
        asyncio.create_task(wake(runs, listener)),
        asyncio.create_task(wake_to_stop(runs, stop)),
        asyncio.create_task(be_present(pool, [each.name for each in projectors])),
    ]
    try:
        await asyncio.gather(*(each.until_stopped() for each in runs))
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await listener.close()


async def wake(runs: Sequence[Run], listener: Listener) -> None:
    """Let every run look at the log whenever there may be something new."""
    while True:
        # Nothing is awaited between the end of a wait and `arm`, so no notice falls between them.
        listener.arm()
        try:
            await listener.wait()
        except Exception:
            # Without this task nobody would look at the log again, so nothing may end it.
            log.exception("listening for new facts failed; looking at the log every few seconds meanwhile")
            await asyncio.sleep(WAIT_SECONDS_MAX)
        for each in runs:
            each.awake.set()


async def wake_to_stop(runs: Sequence[Run], stop: asyncio.Event) -> None:
    """Let every run see that it is time to stop."""
    await stop.wait()
    for each in runs:
        each.awake.set()
