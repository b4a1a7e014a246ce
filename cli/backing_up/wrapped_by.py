"""Which master keys wrap the secrets of a database. The keys themselves are not in it, nor in a backup."""

import asyncpg

from cli.keys.rewrapping import SEAL_SECRETS, WRAPPED
from cli.secrets import MASTER_KEY_FILE, master_key
from cli.stopped import Stopped
from runtime.master_key import ID_BYTES
from runtime.settings import Settings

COLUMNS = ((SEAL_SECRETS, "wrapped"), *((each.table, each.column) for each in WRAPPED))

KEYS = " UNION ".join(
    f"SELECT encode(substring({column} FROM 1 FOR {ID_BYTES}), 'hex') FROM {table}"  # noqa: S608 - our own names
    for table, column in COLUMNS
)


async def wrapped_by(connection: asyncpg.Connection) -> list[str]:
    """The ids of those keys, in hex."""
    return sorted(row[0] for row in await connection.fetch(KEYS))


def must_have_keys(settings: Settings, needed: list[str]) -> None:
    """Raises Stopped before anything is restored that could not be read."""
    given = settings.master_key is not None or (settings.data_dir / MASTER_KEY_FILE).exists()
    if not needed or (given and set(needed) <= set(master_key(settings).ids)):
        return
    raise Stopped(
        f"the secrets in this backup are wrapped by master key {', '.join(needed)}, which is not here: put it into "
        f"SEATLEDGER_MASTER_KEY or {settings.data_dir / MASTER_KEY_FILE}. With --without-key all is restored, but no "
        "name can be read any more and everybody signs in again"
    )
