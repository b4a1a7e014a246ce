"""What the audit operations work with; made once by the lifespan, read from `request.state.audit`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import asyncpg

from audit_api.reads.ledger import ReadLedger
from audit_api.refusals.table import RefusalTable
from eventstore.postgres.bounds import PostgresBounds
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.selections import PostgresSelections
from eventstore.postgres.streams import PostgresStreams
from eventstore.postgres.tagged import PostgresTagged
from eventstore.postgres.tree import PostgresTree
from eventstore.store import LogReader
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring


@dataclass(frozen=True)
class AuditServices:
    """`walking` has as many places as there may be walks through the whole log at once in this process."""

    pool: asyncpg.Pool
    store: LogReader
    chains: PostgresChains
    tagged: PostgresTagged
    selections: PostgresSelections
    refusals: RefusalTable
    bounds: PostgresBounds
    streams: PostgresStreams
    reads: ReadLedger
    seals: PostgresSeals
    tree: PostgresTree
    keyring: Keyring
    erasures: Erasures
    now: Callable[[], datetime]
    walking: asyncio.Semaphore


class AuditState(TypedDict):
    """What the lifespan adds to every request's state."""

    audit: AuditServices
