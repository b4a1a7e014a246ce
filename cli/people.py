"""The people of a database, for programs that write about them without serving anybody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import command_api.app
from runtime.database import create_pool
from runtime.master_key import MasterKey
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People


@asynccontextmanager
async def people(dsn: str, master_key: MasterKey) -> AsyncIterator[People]:
    """Over a connection of their own, with the command side's role. Raises `DatabaseUnavailable`."""
    pool = await create_pool(
        dsn, role=command_api.app.ROLE, application_name="seatledger people", min_size=1, max_size=1
    )
    try:
        known = People(pool, Keyring(pool, master_key), master_key)
        await known.prepare()
        yield known
    finally:
        await pool.close()
