"""Servers as processes of their own, on free ports, with keys that tests can sign with."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from cli.database import DATABASE
from runtime.embedded_postgres.running import dsn_of_running
from runtime.identity import Caller, Role
from runtime.ids import new_bytes
from runtime.master_key import KEY_BYTES
from tests.programs import Program
from tests.signing import SignedTokens, trust
from tests.system.http import Answer, ask

MASTER_KEY = new_bytes(KEY_BYTES).hex()
READY_SECONDS_MAX = 120.0
GRACE_SECONDS = 15.0
"""What a server that is told to stop has for what it has begun."""

TOKENS = SignedTokens()
ADMIN = Caller("01900000-0000-7000-8000-0000000000f1", Role.ADMIN, "Adam Min", "adam@example.org")


def buyer(number: int) -> Caller:
    return Caller(
        f"01900000-0000-7000-8000-{number:012}",
        Role.CUSTOMER,
        f"Buyer {number}",
        f"buyer{number}@example.org",
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(data_dir: Path, database: str | None = None) -> dict[str, str]:
    """`database` None means the embedded one, in `data_dir`."""
    own = {
        "SEATLEDGER_DATA_DIR": str(data_dir),
        "SEATLEDGER_MASTER_KEY": MASTER_KEY,
        "SEATLEDGER_LOG_LEVEL": "warning",
        # On a machine that is busy with other tests a queue moves slowly: nobody is to be refused for that.
        "SEATLEDGER_QUEUE_SECONDS_MAX": "9",
        "SEATLEDGER_SHUTDOWN_GRACE_SECONDS": str(GRACE_SECONDS),
    }
    return own if database is None else {**own, "DATABASE_URL": database}


async def send(
    port: int, method: str, path: str, body: Any = None, *, by: Caller = ADMIN, key: str | None = None
) -> Answer:
    """One request of a caller to whatever listens on `port`."""
    headers = {"Authorization": f"Bearer {TOKENS.issue(by)}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return await ask(port, method, path, body, headers)


class Server:
    """A running server: `port` to call, `program` behind it."""

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self.port = port

    async def send(self, method: str, path: str, body: Any = None, **terms: Any) -> Answer:
        return await send(self.port, method, path, body, **terms)

    async def done(self, method: str, path: str, body: Any = None, **terms: Any) -> dict[str, Any]:
        """The JSON of a request that succeeds."""
        answer = await self.send(method, path, body, **terms)
        assert answer.status in {200, 201}, answer
        made: dict[str, Any] = answer.json()
        return made

    async def until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            with suppress(OSError, EOFError, json.JSONDecodeError):
                if (await ask(self.port, "GET", "/readyz")).status == 200:
                    return
            assert self.is_running, f"it ended: {''.join(self.program.said)}"
            await asyncio.sleep(0.05)
        raise AssertionError(f"not ready after {READY_SECONDS_MAX} s: {''.join(self.program.said)}")

    @property
    def is_running(self) -> bool:
        return self.program._process.poll() is None

    def kill(self) -> None:
        """As `kill -9` does it: nothing in the program gets a chance to do anything."""
        os.kill(self.program._process.pid, signal.SIGKILL)
        self.program._process.wait(60)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Not dead, and says nothing; what it is sent waits for it."""
        os.kill(self.program._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.program._process.pid, signal.SIGCONT)

    def terminate(self) -> None:
        self.program._process.terminate()


@asynccontextmanager
async def serving(
    *arguments: str, settings: Mapping[str, str], port: int | None = None
) -> AsyncIterator[Server]:
    """`seatledger ARGUMENTS` until the end of the context; ready when it is entered."""
    chosen = port or free_port()
    with Program(*arguments, "--port", str(chosen), settings=settings) as program:
        server = Server(program, chosen)
        await server.until_ready()
        running = dsn_of_running(Path(settings["SEATLEDGER_DATA_DIR"]).absolute(), database=DATABASE)
        await trust(settings.get("DATABASE_URL") or running or "")
        yield server


def command_api(database: str, data_dir: Path) -> AbstractAsyncContextManager[Server]:
    """A process with the command side alone."""
    return serving("serve", "command-api", settings=settings_for(data_dir, database))


async def until_refused(port: int) -> None:
    """Until nobody listens there any more."""
    async with asyncio.timeout(READY_SECONDS_MAX):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.01)
