"""Runs an ASGI application under uvicorn until a signal, or its owner, says stop."""

import asyncio
import errno
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from runtime.access_log import write_block
from runtime.collecting import collect_seldom
from runtime.http.connections.config import LimitedConfig
from runtime.http.connections.limits import ConnectionLimits
from runtime.http.connections.shedding import Shedding
from runtime.http.connections.watch import watch
from runtime.http.envelope import STREAMED
from runtime.lost_peers import Patience, notice_when_lost
from runtime.open_files import allow_open_files

BACKLOG = 2048
STREAMS_END_SECONDS = 1.0
"""What clients of live streams have to take the end of it."""

TICK_SECONDS = 0.1

T = TypeVar("T")


class CannotListen(Exception):
    """One line that says why an address cannot be listened on."""


class PortInUse(CannotListen):
    """One line that says which port is taken."""


class StartFailed(Exception):
    """The application's lifespan failed; its log has the trace."""


OF_CLIENTS = Patience(idle_seconds=20, again_seconds=5, asks=2, unacknowledged_seconds=30)
"""Whoever reads nothing for thirty seconds is cut off, and so is whoever is not there to read."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on `host`:`port`, which child processes may inherit. Port 0 takes a free one.

    Raises PortInUse or CannotListen. Bound before anything else starts, a taken port costs nobody a half start.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"cannot listen on {host}: {error.strerror or error}") from None
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        notice_when_lost(listener, OF_CLIENTS)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(f"port {port} on {host} is in use by another program") from None
        raise CannotListen(f"cannot listen on {host}, port {port}: {error.strerror}") from None
    listener.setblocking(False)
    listener.set_inheritable(True)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds what listens on `listener`."""
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reachable}:{port}"


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    grace_seconds: int,
    wait_seconds: float = 0.0,
    on_ready: Callable[[str], None] | None = None,
    on_leaving: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
    listener: socket.socket | None = None,
    stop: asyncio.Event | None = None,
    limits: ConnectionLimits | None = None,
    shedding: Shedding | None = None,
) -> None:
    """Serve `app` until SIGINT, SIGTERM or `stop`; then let requests in flight end, `grace_seconds` at most.

    `on_ready` is called with the URL once connections are accepted. `on_leaving` is called at the signal; from then on
    each answer is the last on its connection, and for `wait_seconds` requests are still taken, so that whoever sends
    them here can notice. `on_stop` is called when it is time to end, before requests
    in flight are waited for: what would go on for ever must end itself then. `listener` is a socket from `bind`, for
    workers that share one; otherwise `host` and `port` are bound. A second SIGINT stops at once; being cancelled
    stops it like a signal. Signals are heard in the main thread only. On Windows, which has no httptools, `limits` do
    not hold, and nothing is shed.
    Raises PortInUse or CannotListen before the application has started, StartFailed when its lifespan fails.
    """
    sock = listener or bind(host, port)
    allow_open_files()
    limits = limits or ConnectionLimits()
    config = LimitedConfig(
        app,
        limits,
        shedding or Shedding(),
        http=_protocol(),
        # Not found out by looking: our application is a function that returns a coroutine, and none itself.
        interface="asgi3",
        loop="none",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        # Not uvicorn's, which believes anybody on this machine: ours is in `runtime.http.client_address`.
        proxy_headers=False,
        timeout_keep_alive=limits.keep_alive_seconds,
        timeout_graceful_shutdown=grace_seconds,
    )
    server = _Server(config, wait_seconds)
    server.on_ready = (lambda: on_ready(url_of(sock))) if on_ready else _nothing
    server.on_leaving = on_leaving or _nothing
    server.on_stop = on_stop or _nothing
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    watcher = asyncio.create_task(server.stop_when(stop)) if stop else None
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        # Cancelled with the rest of the program, it still lets requests in flight end.
        server.should_exit = True
        await serving
        raise
    finally:
        if watcher:
            watcher.cancel()
        sock.close()
        write_block()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on the fastest event loop there is: uvloop, where it exists."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop  # noqa: PLC0415 - does not exist on Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def _protocol() -> Any:
    if sys.platform == "win32":
        return "auto"
    from runtime.http.connections.protocol import LimitedProtocol  # noqa: PLC0415 - does not exist on Windows

    return LimitedProtocol


def _nothing() -> None:
    pass


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it is ready, when it takes its leave and when it stops, and does not raise the
    signal again that stopped it.
    """

    on_ready: Callable[[], None]
    on_leaving: Callable[[], None]
    on_stop: Callable[[], None]

    def __init__(self, config: LimitedConfig, wait_seconds: float) -> None:
        super().__init__(config)
        self._limited = config
        self._wait_seconds = wait_seconds
        self._watching: asyncio.Task[None] | None = None

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            # uvicorn's way to say that the lifespan failed; whether to exit is not its to decide.
            raise StartFailed("the application did not start; the log says why") from None
        if sys.platform != "win32":
            limits = self._limited.limits
            times = (limits.head_seconds_max, limits.body_seconds_max, limits.stall_seconds_max)
            self._watching = asyncio.create_task(watch(self.server_state.connections, min(times)))
        collect_seldom()
        self.on_ready()

    async def stop_when(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.should_exit = True

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._take_leave()
        self.on_stop()
        cutting = asyncio.create_task(self._cut_streams())
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()
            if self._watching:
                self._watching.cancel()

    async def _take_leave(self) -> None:
        """Everybody is told to go elsewhere, and served until the wait is over."""
        self.on_leaving()
        self._limited.leaving = True
        connections: list[Any] = [] if sys.platform == "win32" else list(self.server_state.connections)
        for connection in connections:
            connection.take_leave()
        loop, ticks = asyncio.get_running_loop(), 0
        until = loop.time() + self._wait_seconds
        while (left := until - loop.time()) > 0 and not self.force_exit:
            await asyncio.sleep(min(left, TICK_SECONDS))
            ticks += 1
            # What uvicorn's own loop does meanwhile: the date of the answers.
            await self.on_tick(ticks)

    async def _cut_streams(self) -> None:
        """A client that does not read would keep the last bytes of its stream, and us, waiting."""
        await asyncio.sleep(STREAMS_END_SECONDS)
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and STREAMED in cycle.scope:
                connection.transport.abort()

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            try:
                yield
            finally:
                # On leaving, uvicorn raises again what it has captured; the signal has done its work.
                self._captured_signals.clear()
