"""The people of a database, for programs that write about them without serving anybody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.command_pool import command_pool
from runtime.master_key import MasterKey
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People


@asynccontextmanager
async def people(dsn: str, master_key: MasterKey) -> AsyncIterator[People]:
    """Over a connection of their own, with the command side's role. Raises `DatabaseUnavailable`."""
    async with command_pool(dsn, "people", 1) as pool:
        known = People(pool, Keyring(pool, master_key), master_key)
        await known.prepare()
        yield known
