"""Wake-ups between processes: something may be new. A notice only shortens a wait; every waiter also polls.

There is no NOTIFY inside the append, because it serialises commits. Whoever wrote calls `Notifier.poke` afterwards,
which sends at most one notice at a time however many writes there are.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg

from runtime.database import is_unavailable

LOG_CHANNEL = "seatledger_log"
READ_CHANNEL = "seatledger_read"
ACCESS_CHANNEL = "seatledger_access"

RETRY_SECONDS = 0.5

# A notice carries nothing that must survive a crash, so its commit need not wait for the disk.
NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"


class Notifier:
    """Sends notices on one channel, coalesced: while one is on its way, later ones wait and go as one."""

    def __init__(self, pool: "asyncpg.Pool", channel: str) -> None:
        self._pool = pool
        self._channel = channel
        self._payload: str | None = None
        self._task: asyncio.Task[None] | None = None

    def poke(self, payload: str = "") -> None:
        """Something is new; returns at once."""
        self._payload = payload
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while (payload := self._payload) is not None:
            self._payload = None
            try:
                await self._pool.execute(NOTIFY, self._channel, payload)
            except Exception as error:
                # Waiters poll as well, so a lost notice costs them a moment, never a fact.
                if not is_unavailable(error):
                    raise

    async def close(self) -> None:
        if self._task is not None:
            await self._task


Take = Callable[[str], bool]
"""Given what a notice says; whether that was all there is to do about it."""


def take_nothing(_payload: str) -> bool:
    """Every notice means that somebody must look."""
    return False


class Listener:
    """Keeps one connection listening on a channel, and reconnects by itself.

    A notice that `take` can deal with at once wakes nobody.
    """

    def __init__(
        self, pool: "asyncpg.Pool", channel: str, poll_seconds: float = 1.0, take: Take = take_nothing
    ) -> None:
        self._pool = pool
        self._channel = channel
        self._poll_seconds = poll_seconds
        self._take = take
        self._new = asyncio.Event()
        self._connection: Any = None

    def arm(self) -> None:
        """Forget earlier notices. Call it before looking, so that what comes while looking still wakes `wait`."""
        self._new.clear()

    async def wait(self) -> None:
        """Until a notice since `arm`, or the connection is lost or made, or for the polling interval."""
        await self._ensure_listening()
        # While nobody listens, nothing but looking again soon will do.
        seconds = self._poll_seconds if self._is_open() else min(self._poll_seconds, RETRY_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._new.wait()

    @property
    def is_listening(self) -> bool:
        """False from the moment on at which its connection is known to be lost."""
        return self._is_open()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # A connection that died is no loss, and whether it did is not worth asking first.
            with suppress(Exception):
                connection.remove_termination_listener(self._on_loss)
                await connection.remove_listener(self._channel, self._on_notice)
            with suppress(Exception):
                await self._pool.release(connection)

    def _on_notice(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        if not self._take(payload):
            self._new.set()

    def _on_loss(self, _connection: object) -> None:
        self._new.set()

    async def _ensure_listening(self) -> None:
        if self._is_open():
            return
        try:
            await self.close()
            self._connection = await self._listening()
            # What came before we listened is unknown: look once more at once.
            self._new.set()
        except Exception as error:
            if not is_unavailable(error):
                raise

    async def _listening(self) -> Any:
        connection: Any = await self._pool.acquire()
        try:
            connection.add_termination_listener(self._on_loss)
            await connection.add_listener(self._channel, self._on_notice)
        except BaseException:
            # Whoever gave up waiting has left one that may never listen: it looks open, and hears nothing.
            connection.terminate()
            raise
        return connection

    def _is_open(self) -> bool:
        try:
            return self._connection is not None and not self._connection.is_closed()
        except asyncpg.InterfaceError:
            # The pool has taken the dead connection back already.
            return False
