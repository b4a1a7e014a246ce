"""A pool that may read the log, and write nothing but that it did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

import audit_api.app
from cli.stopped import Stopped
from eventstore.store import StoreUnavailable
from runtime.database import create_pool


@asynccontextmanager
async def audit_pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Raises `Stopped` where there is no log."""
    pool = await create_pool(
        dsn, role=audit_api.app.ROLE, application_name="seatledger audit", min_size=1, max_size=1
    )
    try:
        yield pool
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        # The server may have our roles from another database while this one has no log.
        raise Stopped("this database has no log yet: run `seatledger migrate` first") from None
    except StoreUnavailable as error:
        raise Stopped(
            f"the database went away before the end: {error}. Nothing was changed: run it again"
        ) from None
    finally:
        await pool.close()
