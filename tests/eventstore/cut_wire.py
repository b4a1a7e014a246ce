"""A wire to Postgres that can be cut in one direction: the request arrives, the answer does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class CutWire:
    """Passes bytes both ways; after `cut_answers` it swallows what the server says until it is closed."""

    def __init__(self, server: Path | tuple[str, int]) -> None:
        self._server = server
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.swallowed = asyncio.Event()
        self.answers_are_cut = False

    def cut_answers(self) -> None:
        self.answers_are_cut = True

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(self._server, Path):
            from_server, to_server = await asyncio.open_unix_connection(self._server)
        else:
            from_server, to_server = await asyncio.open_connection(*self._server)
        self._writers += [writer, to_server]
        for source, target, is_answer in ((reader, to_server, False), (from_server, writer, True)):
            task = asyncio.create_task(self._pass_on(source, target, is_answer))
            self._tasks.add(task)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, is_answer: bool
    ) -> None:
        try:
            while data := await source.read(65536):
                if is_answer and self.answers_are_cut:
                    self.swallowed.set()
                else:
                    target.write(data)
        except ConnectionError:
            pass

    async def close(self) -> None:
        self.hang_up()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def cut_wire(dsn: str, folder: Path) -> AsyncIterator[tuple[CutWire, str]]:
    """A wire to the server of `dsn`, and the DSN that leads through it."""
    url = urlsplit(dsn)
    query = parse_qs(url.query)
    host, port = query.get("host", [url.hostname or "localhost"])[0], query.get("port", [url.port or 5432])[0]
    wire = CutWire(Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, int(port)))
    server = await asyncio.start_unix_server(wire.connected, folder / ".s.PGSQL.5432")
    secret = f":{url.password}" if url.password else ""
    try:
        yield (
            wire,
            f"postgresql://{url.username or 'postgres'}{secret}@/{url.path.lstrip('/')}?host={folder}&port=5432",
        )
    finally:
        await wire.close()
        server.close()
        await server.wait_closed()
