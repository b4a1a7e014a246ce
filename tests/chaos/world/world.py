"""Everything that runs in a run of chaos: the database, seven programs, the wires between them and to their clients."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random

import asyncpg

from cli.database import DATABASE as DATABASE_NAME
from cli.migrations import migration_sources
from runtime.ids import new_bytes
from runtime.master_key import KEY_BYTES
from runtime.migrations import migrate
from tests.chaos.program import CLOCK, MISTAKE, PARENT
from tests.chaos.schedule import COMMANDS, PROGRAMS, QUERIES
from tests.chaos.world.clocks import Clocks
from tests.chaos.world.database import RunningDatabase
from tests.chaos.world.disk import SmallDisk
from tests.chaos.world.kept_program import COMMAND, ROOT, KeptProgram
from tests.chaos.world.wire import Wire
from tests.programs import environment
from tests.signing import trust
from tests.system.http import ask
from tests.system.servers import free_port

READY_SECONDS_MAX = 150.0
VERBS = {"command": ("serve", "command-api"), "query": ("serve", "query-api"), "projector": ("project",)}


class World:
    """`wires` lead from programs to the database, `doors` from clients to programs."""

    def __init__(
        self, folder: Path, disk: SmallDisk, chance: Random, programs: Sequence[str], mistake: str | None
    ) -> None:
        self.folder = folder
        self.disk = disk
        self.database = RunningDatabase(disk.folder, chance)
        self.clocks = Clocks(_made(folder / "clocks"))
        self.wires = {name: Wire(self.database.connect) for name in programs}
        self.doors: dict[str, Wire] = {}
        self.programs: dict[str, KeptProgram] = {}
        self.settings = {
            "SEATLEDGER_DATA_DIR": str(_made(folder / "secrets")),
            "SEATLEDGER_MASTER_KEY": new_bytes(KEY_BYTES).hex(),
            "SEATLEDGER_LOG_LEVEL": "warning",
            "SEATLEDGER_LOG_FORMAT": "text",
            "SEATLEDGER_SHUTDOWN_GRACE_SECONDS": "3",
            "SEATLEDGER_POOL_MAX_CONNECTIONS": "5",
            "SEATLEDGER_AUDIT_CONNECTIONS": "2",
            "SEATLEDGER_SEAL_SECONDS": "1",
        }
        self._mistake = mistake
        self._ports: dict[str, int] = {}

    async def start(self) -> None:
        await self.database.start()
        await _migrate(self.database.dsn)
        for wire in self.wires.values():
            await wire.start()
        logs = _made(self.folder / "logs")
        for name in self.wires:
            arguments = list(VERBS[name.split()[0]])
            if name not in (*COMMANDS, *QUERIES):
                self.programs[name] = self._program(name, arguments, logs)
                continue
            self._ports[name] = port = free_port()
            self.programs[name] = self._program(name, [*arguments, "--port", str(port)], logs)
            self.doors[name] = Wire(partial(asyncio.open_connection, "127.0.0.1", port))
            await self.doors[name].start()
        await asyncio.gather(*(program.start() for program in self.programs.values()))
        await self.until_ready()
        await trust(self.database.dsn)

    def _program(self, name: str, arguments: list[str], logs: Path) -> KeptProgram:
        own = {
            **self.settings,
            "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{self.wires[name].port}/{DATABASE_NAME}"
            "?sslmode=disable",
            CLOCK: str(self.clocks.file_of(name)),
            PARENT: str(os.getpid()),
            **({MISTAKE: self._mistake} if self._mistake else {}),
        }
        return KeptProgram(name, arguments, environment(own), logs / f"{name.replace(' ', '-')}.log")

    async def until_ready(self) -> None:
        """Every server says that it is. Raises TimeoutError naming those that do not."""
        waiting = set(self.doors)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while waiting:
            waiting = {name for name in waiting if not await self._is_ready(name)}
            if waiting and time.monotonic() > deadline:
                raise TimeoutError(f"not ready after {READY_SECONDS_MAX:.0f} s: {', '.join(sorted(waiting))}")
            await asyncio.sleep(0.1)

    async def _is_ready(self, name: str) -> bool:
        with suppress(OSError, EOFError):
            async with asyncio.timeout(2):
                return (await ask(self._ports[name], "GET", "/livez")).status == 200
        return False

    async def outcome_of_verb(self, *words: str) -> tuple[int, str, str]:
        """Its exit code, what it printed, and what it said on standard error."""
        own = {
            **self.settings,
            "DATABASE_URL": self.database.dsn,
            CLOCK: str(self.clocks.file_of("verb")),
            PARENT: str(os.getpid()),
        }
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *words,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(own),
        )
        output, errors = await process.communicate()
        return process.returncode or 0, output.decode(), errors.decode()

    def deaths(self) -> list[str]:
        return [
            *self.database.deaths,
            *(death for program in self.programs.values() for death in program.deaths),
        ]

    async def stop(self) -> None:
        await asyncio.gather(*(program.end(signal.SIGTERM) for program in self.programs.values()))
        for wire in (*self.doors.values(), *(wire for wire in self.wires.values() if wire.port)):
            await wire.close()
        await self.database.stop()


@asynccontextmanager
async def world(
    folder: Path,
    chance: Random,
    *,
    programs: Sequence[str] = PROGRAMS,
    on_small_disk: bool,
    mistake: str | None = None,
) -> AsyncIterator[World]:
    """A world in `folder`, which is there and may be passed through by other users."""
    disk = SmallDisk(folder / "disk", is_wanted=on_small_disk)
    made = World(folder, disk, chance, programs, mistake)
    try:
        await made.start()
        yield made
    finally:
        try:
            await made.stop()
        finally:
            disk.unmount()


async def _migrate(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await migrate(connection, migration_sources())
    finally:
        await connection.close()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
