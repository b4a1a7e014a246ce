"""What the audit operations work with; made once by the lifespan, read from `request.state.audit`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from eventstore.postgres.chains import PostgresChains
from eventstore.store import LogReader


@dataclass(frozen=True)
class AuditServices:
    """`verifying` has as many places as verifications may run at once in this process."""

    store: LogReader
    chains: PostgresChains
    now: Callable[[], datetime]
    verifying: asyncio.Semaphore


class AuditState(TypedDict):
    """What the lifespan adds to every request's state."""

    audit: AuditServices
