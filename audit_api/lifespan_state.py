"""What the audit operations work with; made once by the lifespan, read from `request.state.audit`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import asyncpg

from audit_api.reads.ledger import ReadLedger
from audit_api.refusals.table import RefusalTable
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.selections import PostgresSelections
from eventstore.postgres.tagged import PostgresTagged
from eventstore.postgres.tree import PostgresTree
from eventstore.store import LogReader
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring


@dataclass(frozen=True)
class AuditServices:
    """`verifying` has as many places as verifications may run at once in this process."""

    pool: asyncpg.Pool
    store: LogReader
    chains: PostgresChains
    tagged: PostgresTagged
    selections: PostgresSelections
    refusals: RefusalTable
    reads: ReadLedger
    seals: PostgresSeals
    tree: PostgresTree
    keyring: Keyring
    erasures: Erasures
    now: Callable[[], datetime]
    verifying: asyncio.Semaphore


class AuditState(TypedDict):
    """What the lifespan adds to every request's state."""

    audit: AuditServices
