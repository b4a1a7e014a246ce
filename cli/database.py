"""Which database a command works on: the one of DATABASE_URL, the one a running `up` has started, or our own."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.stopped import Stopped
from runtime.embedded_postgres.cluster import clusters_in
from runtime.embedded_postgres.keeping import Kept
from runtime.embedded_postgres.running import dsn_of_running
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.settings import Settings

DATABASE = "seatledger"


@contextmanager
def own_database(settings: Settings) -> Iterator[str]:
    """The DSN for a program that is to run for long: an embedded server is started, and stopped at the end."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with (
        EmbeddedPostgres(settings.data_dir, database=DATABASE, archive=settings.wal_archive) as server,
        Kept(server),
    ):
        yield server.dsn


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The DSN for one command: a server that `up` runs on the same data folder is used while it runs."""
    running = (
        None if settings.database_url else dsn_of_running(settings.data_dir.absolute(), database=DATABASE)
    )
    if running is not None:
        yield running
        return
    with own_database(settings) as dsn:
        yield dsn


@contextmanager
def database_that_is_there(settings: Settings) -> Iterator[str]:
    """The same for a command that has no use for a new one. Raises Stopped where `database` would make it."""
    if settings.database_url is None and not clusters_in(settings.data_dir):
        raise Stopped(
            f"there is no database in {settings.data_dir.absolute()}: name the data folder with --data-dir, or the "
            "address of a server in DATABASE_URL"
        )
    with database(settings) as dsn:
        yield dsn
