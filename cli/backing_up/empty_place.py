"""A place to restore into. Nothing that is there is ever overwritten."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.backing_up.stand import connected
from cli.database import DATABASE
from cli.stopped import Stopped
from runtime.embedded_postgres.cluster import clusters_in
from runtime.embedded_postgres.folder_lock import is_locked
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.serving import run
from runtime.settings import Settings

SCRATCH = "restoring"
"""In the data folder, until what is in it is proved."""

# What an administrator may have prepared (an extension, its schema) is not in the way.
THINGS = """SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
                AND NOT EXISTS (SELECT FROM pg_depend AS d
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1 LIMIT 1"""


@contextmanager
def empty_server(settings: Settings) -> Iterator[str]:
    """The DSN of an empty database: that of DATABASE_URL, or one in a data folder that is made.

    A data folder gets it when the context ends well. Raises Stopped where there is something already.
    """
    if settings.database_url is not None:
        run(must_be_empty(settings.database_url))
        yield settings.database_url
        return
    with new_cluster(settings.data_dir) as scratch, EmbeddedPostgres(scratch, database=DATABASE) as server:
        yield server.dsn


async def must_be_empty(dsn: str) -> None:
    """Raises Stopped for a database with a table or anything else of somebody's in it."""
    connection = await connected(dsn)
    try:
        found = await connection.fetchval(THINGS)
    finally:
        await connection.close()
    if found is not None:
        raise Stopped(
            f"this database has something in it ({found}), and a restore overwrites nothing: make an empty one "
            "(CREATE DATABASE) and name it in DATABASE_URL"
        )


@contextmanager
def new_cluster(data_dir: Path, beside: str = "") -> Iterator[Path]:
    """A folder for a server of its own, whose data becomes that of `data_dir` when the context ends well.

    Killed half-way it leaves the data folder as it was. Raises Stopped where there is a database other than `beside`.
    """
    if there := [name for name in clusters_in(data_dir) if name != beside]:
        raise Stopped(
            f"{data_dir / there[0]} is a database, and a restore overwrites nothing: move it away, or name "
            "another folder with --data-dir"
        )
    scratch = data_dir / SCRATCH
    if is_locked(scratch / "postgres-server.lock"):
        raise Stopped(f"somebody else is restoring into {data_dir}")
    # Left by one that was killed: it never became a database.
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o755)
    try:
        yield scratch
        (made,) = (found for found in scratch.glob("postgres-*") if found.is_dir())
        made.rename(data_dir / made.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
