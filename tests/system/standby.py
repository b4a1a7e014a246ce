"""A second PostgreSQL that follows a first one, and can take over from it."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import asyncpg

from runtime.embedded_postgres.binaries import find_binaries
from runtime.embedded_postgres.identity import try_out
from runtime.embedded_postgres.kept_process import environment
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.embedded_postgres.socket_folder import dsn
from runtime.embedded_postgres.tuning import SETTINGS, command_line

NAME = "standby"
SECONDS_MAX = 90.0

FOLLOWS = "SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'"


class Standby:
    """Used as a context. `primary` waits for it with every commit as soon as `follow_synchronously` has returned."""

    def __init__(self, primary: EmbeddedPostgres, folder: Path) -> None:
        self._primary = primary
        self._folder = folder
        self._installation = try_out(find_binaries())
        self.cluster = folder / "cluster"
        self.socket = folder / "socket"

    @property
    def dsn(self) -> str:
        return dsn(self.socket, user="postgres", database=self._primary.database)

    @property
    def dsn_of_both(self) -> str:
        """As an operator writes it: either host, whichever takes writes."""
        return (
            f"postgresql://postgres@/{self._primary.database}?host={self._primary.socket_folder},{self.socket}"
            "&port=5432,5432&target_session_attrs=read-write"
        )

    def __enter__(self) -> Self:
        for folder in (self.cluster, self.socket):
            folder.mkdir(mode=0o700)
            self._installation.identity.own(folder)
        conninfo = f"host={self._primary.socket_folder} port=5432 user=postgres application_name={NAME}"
        copy = [
            "--pgdata",
            str(self.cluster),
            "--dbname",
            conninfo,
            "--checkpoint=fast",
            "--write-recovery-conf",
        ]
        made = subprocess.run(
            self._installation.command("pg_basebackup", *copy, "--no-sync"),
            capture_output=True, text=True, check=False, cwd=self._folder, env=environment(),
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket)}
        with (self._folder / "log").open("wb") as output:
            self._process = subprocess.Popen(
                self._installation.command("postgres", "-D", str(self.cluster), *command_line(settings)),
                cwd=self._folder, stdout=output, stderr=output, env=environment(),
            )  # fmt: skip
        return self

    async def follow_synchronously(self) -> None:
        """From now on no commit of the primary is done before it is on this server's disk, too."""
        primary = await asyncpg.connect(self._primary.dsn)
        try:
            await primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
            await primary.execute("SELECT pg_reload_conf()")
            deadline = time.monotonic() + SECONDS_MAX
            while not await primary.fetchval(FOLLOWS, NAME):
                assert time.monotonic() < deadline, (self._folder / "log").read_text()
                await asyncio.sleep(0.02)
        finally:
            await primary.close()

    async def promote(self) -> None:
        """Take over: the operator's or their cluster manager's decision."""
        own = await asyncpg.connect(self.dsn)
        try:
            assert await own.fetchval("SELECT pg_promote(true, 30)")
        finally:
            await own.close()

    def freeze(self) -> None:
        """It answers no more, and hangs nothing up."""
        for process in self._processes():
            os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self._processes():
            os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        """The server, and all it has started."""
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(SECONDS_MAX)
