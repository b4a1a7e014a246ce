"""What is in a database, for the manifest and for the proof afterwards; all of it in one snapshot."""

from importlib.metadata import version

import asyncpg

from cli.backing_up.manifest import BackedUpFile, LogStand, Manifest, Migration
from cli.backing_up.owners import owners
from cli.backing_up.wrapped_by import wrapped_by
from cli.stopped import Stopped
from eventstore.hashing import moment
from eventstore.postgres.log_root import log_root
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from projections.read_models import PROJECTORS
from projections.rebuilding.digest import digest
from runtime.database import connect
from runtime.ids import utc_now
from runtime.migrations import applied_migrations

HAS_A_LOG = "SELECT to_regclass('eventstore.log') IS NOT NULL"
# Whole tables are looked at, and their times are compared as text.
SETTINGS = {
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "timezone": "UTC",
    "datestyle": "ISO",
    "application_name": "seatledger backup",
}

VERSIONS = "SELECT name, version FROM projections.projectors"


async def connected(dsn: str) -> asyncpg.Connection:
    """As the owner of the database, without haste."""
    return await connect(dsn, server_settings=SETTINGS)


async def stand_of(
    connection: asyncpg.Connection, *, kind: str, files: list[BackedUpFile], read_tables: bool
) -> Manifest:
    """As the snapshot of the transaction has it. Raises Stopped where there is no log."""
    if not await connection.fetchval(HAS_A_LOG):
        raise Stopped("this database has no log yet: there is nothing to back up")
    applied = await applied_migrations(connection)
    roles, members, owned = await owners(connection)
    return Manifest(
        kind=kind,
        made_at=moment(utc_now()),
        program=version("seatledger"),
        server=connection.get_server_version().major,
        log=await log_stand(connection),
        migrations=[
            Migration(source, number, checksum) for (source, number), (_, checksum) in applied.items()
        ],
        master_keys=await wrapped_by(connection),
        roles=roles,
        members=members,
        owned=owned,
        read_tables=await read_table_digests(connection) if read_tables else {},
        files=files,
    )


async def log_stand(connection: asyncpg.Connection, position: int | None = None) -> LogStand:
    """Up to a position, or to the end."""
    at = await PostgresStore(connection).last_position() if position is None else position
    last = await PostgresSeals(connection).last()
    sealed_to = min(at, 0 if last is None else last.size)
    return LogStand(at, (await log_root(connection, at)).hex(), sealed_to)


async def read_table_digests(connection: asyncpg.Connection) -> dict[str, dict[str, str]]:
    """Of the read models whose live tables are of this program's version."""
    live = {row[0]: row[1] for row in await connection.fetch(VERSIONS)}
    return {
        name: await digest(connection, projector)
        for name, projector in PROJECTORS.items()
        if live.get(name) == projector.version
    }
