"""Databases inside an embedded server: made when they are missing."""

import asyncio
import threading

import asyncpg

from runtime.embedded_postgres.errors import DidNotStart

CONNECT_SECONDS_MAX = 30.0

EXISTS = "SELECT 1 FROM pg_database WHERE datname = $1"


def ensure_database(maintenance_dsn: str, name: str) -> None:
    """Create database `name` unless it exists. Blocks, and may be called with or without a running event loop.

    Raises DidNotStart when the server does not answer.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(create_if_missing(maintenance_dsn, name))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            failures.append(error)

    # A loop of its own on a thread of its own: the caller's thread may already run one.
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    for failure in failures:
        raise DidNotStart(f"the server started but database {name} cannot be had: {failure}") from failure


async def create_if_missing(maintenance_dsn: str, name: str) -> None:
    """The same, on a loop."""
    connection = await asyncpg.connect(maintenance_dsn, timeout=CONNECT_SECONDS_MAX)
    try:
        if await connection.fetchval(EXISTS, name) is None:
            quoted = '"' + name.replace('"', '""') + '"'
            await connection.execute(f"CREATE DATABASE {quoted}")
    finally:
        await connection.close()
