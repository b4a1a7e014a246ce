"""A wire between two programs that can be cut, held up, slowed down, or made to lose what is said in one direction."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tests.chaos.world.black_hole import let_through, swallow

Connected = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
CHUNK_BYTES = 65_536


def _socket(line: asyncio.StreamWriter) -> Any:
    return line.get_extra_info("socket")


class Wire:
    """Listens on a port of this machine and passes on what comes to wherever `connect` leads, and back."""

    def __init__(self, connect: Connected) -> None:
        self._connect = connect
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._is_cut = False
        self._is_mute = False
        self._is_gone = False
        self._pause = 0.0
        self.swallowed = 0
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._arrived, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    # ------------------------------------------------------------------ faults

    def cut(self) -> None:
        """All connections are reset, and new ones at once, until it is mended."""
        self._is_cut = True
        self.hang_up()

    def hold(self) -> None:
        """Nothing passes until it is mended, and then everything."""
        self._open.clear()

    def mute(self) -> None:
        """Nothing of what is answered passes, ever. Whoever mends it resets what has lost something."""
        self._is_mute = True

    def slow(self, seconds: float) -> None:
        """Everything takes `seconds` longer."""
        self._pause = seconds

    def vanish(self) -> None:
        """Packets to and from both ends are lost, those that would begin a connection, too, until it is mended.

        Then what nobody has given up meanwhile goes on.
        """
        self._is_gone = True
        self._open.clear()
        for wire in (*self._server.sockets, *(_socket(line) for line in self._lines)):
            swallow(wire)

    def mend(self) -> None:
        if self._is_mute:
            self.hang_up()
        if self._is_gone:
            for wire in (*self._server.sockets, *(_socket(line) for line in self._lines)):
                let_through(wire)
        self._is_cut = self._is_mute = self._is_gone = False
        self._pause = 0.0
        self._open.set()

    def hang_up(self) -> None:
        for line in self._lines:
            line.transport.abort()
        self._lines.clear()

    # ------------------------------------------------------------------ passing on

    async def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        self._add(writer)
        try:
            await self._open.wait()
            from_server, to_server = await self._connect()
        except OSError:
            writer.transport.abort()
            self._lines.discard(writer)
            return
        self._add(to_server)
        for source, target, is_answer in ((reader, to_server, False), (from_server, writer, True)):
            task = asyncio.create_task(self._pass_on(source, target, is_answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _add(self, line: asyncio.StreamWriter) -> None:
        self._lines.add(line)
        if self._is_gone:
            swallow(_socket(line))

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(CHUNK_BYTES):
                if self._pause:
                    await asyncio.sleep(self._pause)
                await self._open.wait()
                if is_answer and self._is_mute:
                    self.swallowed += len(data)
                    continue
                target.write(data)
                await target.drain()
        self._lines.discard(target)
        if self._is_gone:
            # The other end is not to hear of it yet, or ever: what it sends then finds nobody.
            await self._open.wait()
        target.close()

    async def close(self) -> None:
        self._server.close()
        self.mend()
        self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
