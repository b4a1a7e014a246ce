"""No audit on the command line begins before it is recorded that it does, as none over HTTP is answered before."""

import platform
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from audit_api.reads.ledger import Asking, Reader, ReadLedger
from audit_api.reads.recording import bounded
from cli.machine_user import machine_user
from cli.stopped import Stopped
from eventstore.postgres.errors import unavailable_is_said
from eventstore.store import StoreUnavailable
from runtime.ids import new_id, utc_now

ROLE = "operator"
"""Of whoever uses the command line: what they may is the database's to say."""

NO_REQUEST = ""

LOGIN = "SELECT session_user::text"


@dataclass
class Telling:
    """What comes of it: how many facts were told, and 404 where there was nothing to tell of."""

    facts: int = 0
    status: int = 200


@asynccontextmanager
async def recorded(
    pool: "asyncpg.Pool", verb: str, ids: Mapping[str, object], options: Mapping[str, object]
) -> AsyncIterator[Telling]:
    """Record that `seatledger audit VERB` begins, and at the end of the block what was told. What was broken off has no
    end. Raises `Stopped` where it cannot be recorded.
    """
    reads = ReadLedger(pool, utc_now, new_id)
    asking = Asking(f"seatledger audit {verb}", _said(ids), _said(options))
    try:
        with unavailable_is_said():
            reader = Reader(operator(), f"database:{await pool.fetchval(LOGIN)}", ROLE)
        read_id = await reads.record(reader, asking, NO_REQUEST, status=200, facts=None)
    except (StoreUnavailable, asyncpg.PostgresError) as error:
        raise _not_recorded(error) from None
    telling = Telling()
    yield telling
    try:
        await reads.record(
            reader, asking, NO_REQUEST, status=telling.status, facts=telling.facts, ends=read_id
        )
    except (StoreUnavailable, asyncpg.PostgresError) as error:
        raise _not_recorded(error) from None


def operator() -> str:
    """Who uses this machine, as it says itself; the database knows no more than the login."""
    return f"cli:{machine_user()}@{platform.node()}"


def _said(options: Mapping[str, object]) -> dict[str, str]:
    """Those that were given, as they are typed."""
    return bounded({name: _typed(value) for name, value in options.items() if value})


def _typed(value: object) -> str:
    match value:
        case Mapping():
            return ",".join(f"{name}={each}" for name, each in value.items())
        case True:
            return "true"
        case _:
            return str(value)


def _not_recorded(error: Exception) -> Exception:
    if isinstance(error, asyncpg.UndefinedTableError):
        return error
    return Stopped(
        f"that this is asked cannot be recorded in audit.reads, so it is not answered: {error}. Ask the primary, as a "
        "user that may act as seatledger_audit; or verify an export, which needs no database"
    )
