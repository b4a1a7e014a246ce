"""The database of a run: a server of our own with durable settings, which can be killed, frozen and crashed."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

from cli.database import DATABASE
from runtime.embedded_postgres.errors import EmbeddedPostgresError
from runtime.embedded_postgres.server import EmbeddedPostgres

SETTINGS = {
    # So few that somebody else can have them all, and so small that a small disk holds them.
    "max_connections": "90",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "96MB",
    "checkpoint_timeout": "30s",
}
AGAIN_SECONDS = 0.3
PORT = 5432

ACCESS = """local all all trust
host all all 127.0.0.0/8 trust
"""
"""Over TCP, too: a Unix socket loses no packets."""


class RunningDatabase:
    """Kept running as programs are; `deaths` are the ends that nobody has asked for. `dsn` is the superuser's, by the
    shortest way.
    """

    def __init__(self, folder: Path, chance: Random) -> None:
        self._folder = folder
        self._chance = chance
        # An address of this machine that nobody else listens at.
        self._address = f"127.{chance.randint(16, 250)}.{chance.randint(1, 250)}.{os.getpid() % 250 + 1}"
        access = folder / "access.conf"
        access.write_text(ACCESS)
        settings = {**SETTINGS, "listen_addresses": self._address, "hba_file": str(access)}
        self._server = EmbeddedPostgres(folder, settings=settings, database=DATABASE)
        self._keeper: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._is_struck = False
        self.deaths: list[str] = []

    @property
    def _pid(self) -> int:
        return self._server.process_id

    async def start(self) -> None:
        await self._start_server()
        self._is_wanted = True
        self._keeper = asyncio.create_task(self._keep())

    async def _start_server(self) -> None:
        self.dsn = await asyncio.to_thread(self._server.start)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._address, PORT)

    async def _keep(self) -> None:
        while self._is_wanted:
            await asyncio.sleep(AGAIN_SECONDS)
            if not self._is_struck and not self._server.is_running:
                self.deaths.append(f"the database ended: {self._server.log.cause(None)[:300]}")
                await self._start_again()

    async def _start_again(self) -> None:
        while self._is_wanted:
            with suppress(EmbeddedPostgresError):
                await asyncio.to_thread(self._server.stop)
                await self._start_server()
                return
            await asyncio.sleep(AGAIN_SECONDS)

    async def kill(self, seconds: float) -> None:
        """kill -9, and start it again after a while."""
        self._is_struck = True
        try:
            with suppress(ProcessLookupError, RuntimeError):
                os.kill(self._pid, signal.SIGKILL)
            await asyncio.sleep(seconds)
            await self._start_again()
        finally:
            self._is_struck = False

    async def freeze(self, seconds: float) -> None:
        """All of its processes."""
        frozen = self._processes()
        for number in frozen:
            _tell(number, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            for number in {*frozen, *self._processes()}:
                _tell(number, signal.SIGCONT)

    def crash(self) -> None:
        """kill -9 of one session: the server cannot know what it has spoiled, and starts over from the log."""
        sessions = [number for number in self._processes()[1:] if DATABASE.encode() in _title(number)]
        if sessions:
            _tell(self._chance.choice(sessions), signal.SIGKILL)

    def _processes(self) -> list[int]:
        try:
            children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text()
        except (OSError, RuntimeError):
            return []
        return [self._pid, *map(int, children.split())]

    async def stop(self) -> None:
        self._is_wanted = False
        if self._keeper is not None:
            await self._keeper
        await asyncio.to_thread(self._server.stop)


def _tell(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


def _title(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""
