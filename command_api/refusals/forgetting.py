"""Refusals that nobody has to keep any longer are deleted, some at a time, for as long as the process runs."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from command_api.refusals.table import RefusalTable

PAUSE_SECONDS = 600.0

log = logging.getLogger(__name__)


async def forget_old(table: RefusalTable, days: int, now: Callable[[], datetime]) -> None:
    """Until it is cancelled. With 0 days they are kept for ever. What goes wrong is tried again some minutes later."""
    while days:
        try:
            while await table.forget(now() - timedelta(days=days)):
                pass
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and the next time may be better
            log.warning("old refusals stay for now: %s", type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)
