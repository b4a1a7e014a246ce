"""EmbeddedPostgres: a private PostgreSQL server that starts, and dies, with the program."""

import os
import re
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from runtime.embedded_postgres.archive import archive_settings
from runtime.embedded_postgres.binaries import find_binaries
from runtime.embedded_postgres.errors import DidNotStart, NotSupportedHere

if sys.platform == "win32":
    raise NotSupportedHere("the embedded PostgreSQL needs unix sockets: set DATABASE_URL to a server")

from runtime.embedded_postgres.cluster import SUPERUSER, cluster_folder, prepare_cluster
from runtime.embedded_postgres.databases import ensure_database
from runtime.embedded_postgres.folder_lock import FolderLock
from runtime.embedded_postgres.identity import Installation, try_out
from runtime.embedded_postgres.kept_process import KeptProcess
from runtime.embedded_postgres.orphan import take_from_orphan
from runtime.embedded_postgres.postmaster_file import forget_stale_pid, read_postmaster
from runtime.embedded_postgres.server_log import ServerLog
from runtime.embedded_postgres.socket_folder import SocketFolder, dsn
from runtime.embedded_postgres.tuning import SETTINGS, THROW_AWAY, command_line

# Recovery after a crash replays at most max_wal_size, which takes a slow disk a minute.
READY_SECONDS_MAX = 180.0
READY_POLL_SECONDS = 0.01
FAST_SHUTDOWN_SECONDS_MAX = 30.0
IMMEDIATE_SHUTDOWN_SECONDS_MAX = 5.0
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class EmbeddedPostgres:
    """One server on one data folder. Not thread-safe: one owner starts and stops it. Usable as a context manager."""

    def __init__(
        self,
        data_dir: Path,
        *,
        database: str = "seatledger",
        durable: bool = True,
        settings: Mapping[str, str] = NO_SETTINGS,
        binaries: Path | None = None,
        archive: Path | None = None,
        ready_seconds_max: float = READY_SECONDS_MAX,
    ) -> None:
        """Nothing is touched before `start`.

        `durable=False` trades every guarantee for speed; `settings` go on top of ours; `binaries` overrides the search.
        `archive` is a folder to keep the write-ahead log in. A start that takes longer than `ready_seconds_max` fails.
        """
        self.data_dir = data_dir.absolute()
        self.database = database
        self.durable = durable
        self.log = ServerLog(self.data_dir / "postgres.log")
        self._archive = archive.absolute() if archive else None
        kept = archive_settings(self._archive) if self._archive else {}
        self._settings = {**SETTINGS, **({} if durable else THROW_AWAY), **kept, **settings}
        self._ready_seconds_max = ready_seconds_max
        self._binaries = binaries
        self._process: KeptProcess | None = None
        self._major: int | None = None
        self._socket: SocketFolder | None = None
        self._program_lock = FolderLock(self.data_dir / "postgres.lock")
        self._server_lock = FolderLock(self.data_dir / "postgres-server.lock")

    def start(self) -> str:
        """Start the server and return the superuser's DSN on `database`. Blocks until connections are accepted.

        Raises EmbeddedPostgresError; nothing is left running or locked then.
        """
        if self._process is not None:
            raise RuntimeError(f"the server on {self.data_dir} is already started")
        installation = try_out(self._binaries or find_binaries())
        self._major = installation.major
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._program_lock.take_or_refuse(self.data_dir)
        try:
            self._start_locked(installation)
            ensure_database(self._dsn(SUPERUSER), self.database)
        except BaseException:
            self.stop()
            raise
        return self._dsn(self.database)

    def start_again(self) -> None:
        """After it has died by itself: at the same address, so that whoever has that finds it again.

        Raises EmbeddedPostgresError; then it may be tried once more.
        """
        if self.is_running or self._socket is None:
            raise RuntimeError(f"the server on {self.data_dir} was not started, or is running")
        if self._process is not None:
            # What is left of a try that took too long.
            self._process.end(signal.SIGKILL, within=IMMEDIATE_SHUTDOWN_SECONDS_MAX)
        # Its children have the lock too, and may still be about to end.
        self._server_lock.release()
        self._start_locked(try_out(self._binaries or find_binaries()))

    def _start_locked(self, installation: Installation) -> None:
        cluster = cluster_folder(self.data_dir, installation.major)
        take_from_orphan(self._server_lock, cluster)
        prepare_cluster(cluster, installation, durable=self.durable, lock=self._server_lock.descriptor)
        forget_stale_pid(cluster)
        if self._archive is not None:
            self._archive.mkdir(mode=0o700, parents=True, exist_ok=True)
            installation.identity.own(self._archive)
        if self._socket is None:
            self._socket = SocketFolder(self.data_dir, installation.identity)
        self._socket.clear()
        settings = {**self._settings, "unix_socket_directories": quoted(self._socket.path)}
        # SIGINT is the server's fast shutdown: sessions end, and the next start has nothing to recover.
        command = installation.command(
            "postgres", "-D", str(cluster), *command_line(settings), when_we_die=signal.SIGINT
        )
        with self.log.opened() as output:
            # The server inherits its lock: the folder counts as taken until the last process that may write is gone.
            self._process = KeptProcess(
                command, cwd=self.data_dir, output=output, inherits=self._server_lock.descriptor
            )
        self._wait_until_ready(self._process, cluster)

    def _wait_until_ready(self, process: KeptProcess, cluster: Path) -> None:
        deadline = time.monotonic() + self._ready_seconds_max
        while not process.ended.wait(READY_POLL_SECONDS):
            said = read_postmaster(cluster)
            # The file may still be an earlier server's: only our child's word counts.
            if said is not None and said.is_ready and said.pid == process.pid:
                return
            if time.monotonic() > deadline:
                raise DidNotStart(
                    f"PostgreSQL was not ready after {self._ready_seconds_max:.0f} s (log: {self.log.path})"
                )
        raise DidNotStart(
            f"PostgreSQL did not start: {self.log.cause(process.exit_code)} (log: {self.log.path})"
        )

    def stop(self) -> None:
        """Fast shutdown, then immediate, then kill, each with a bounded wait. Does nothing when it is not running."""
        if self._process is not None:
            _ = (
                self._process.end(signal.SIGINT, within=FAST_SHUTDOWN_SECONDS_MAX)
                or self._process.end(signal.SIGQUIT, within=IMMEDIATE_SHUTDOWN_SECONDS_MAX)
                or self._process.end(signal.SIGKILL, within=IMMEDIATE_SHUTDOWN_SECONDS_MAX)
            )
            self._process = None
        if self._socket is not None:
            self._socket.remove()
            self._socket = None
        self._server_lock.release()
        self._program_lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        """What `start` returned. Raises RuntimeError when the server is not started."""
        return self._dsn(self.database)

    @property
    def process_id(self) -> int:
        """The postmaster's. Raises RuntimeError when the server is not started."""
        if self._process is None:
            raise RuntimeError(f"the server on {self.data_dir} is not started")
        return self._process.pid

    @property
    def major_version(self) -> int:
        """PostgreSQL's, such as 18. Raises RuntimeError before the first start."""
        if self._major is None:
            raise RuntimeError(f"the server on {self.data_dir} was never started")
        return self._major

    @property
    def socket_folder(self) -> Path:
        """The folder that only we may enter. Raises RuntimeError when the server is not started."""
        if self._socket is None:
            raise RuntimeError(f"the server on {self.data_dir} is not started")
        return self._socket.path

    @property
    def is_running(self) -> bool:
        """False before `start`, after `stop`, and after the server died by itself."""
        return self._process is not None and not self._process.ended.is_set()

    def _dsn(self, database: str) -> str:
        return dsn(self.socket_folder, user=SUPERUSER, database=database)


def quoted(folder: Path) -> str:
    """`folder` as one item of a setting that is a list of names."""
    return '"' + re.sub('"', '""', os.fspath(folder)) + '"'
