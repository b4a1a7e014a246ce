"""uvicorn's HTTP protocol over httptools, with a bound on everything that a client can make us hold or wait for.

uvicorn has no hooks for this, so it rests on what `uvicorn.protocols.http.httptools_impl` does as of uvicorn 0.54: that
the parser calls `on_message_begin`, `on_headers_complete` and `on_message_complete` on the protocol; that the second
makes the cycle that serves the request, of which ours is in `exchange`; that a finished answer calls
`on_response_complete`, which starts the next of the `pipeline`; that `headers`, `url`, `flow` and `cycle` are what is
known of the connection; and that an exception raised by one of the callbacks ends `feed_data` as an
`HttpParserError`. `tests/runtime/connections/` holds it to that over real sockets.

Nothing here starts a timer for a request. A connection only notes until when it has to have got on, and `watch`
looks at all of them now and then.
"""

import asyncio
from math import inf
from typing import Any
from urllib.parse import unquote

import httptools
from prometheus_client import Counter
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from runtime.http.client_gone import LEFT
from runtime.http.connections import refusals
from runtime.http.connections.config import LimitedConfig
from runtime.http.connections.exchange import Exchange
from runtime.http.connections.shedding import Crowd
from runtime.http.connections.stall import Stall
from runtime.http.traffic import observe_request
from runtime.metrics import REGISTRY
from runtime.problems import ProblemDetail

PIPELINED_MAX = 16
ANNOUNCE_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
HELD_BYTES_MAX = 16_384
LINGER_SECONDS = 2.0
"""What a client that was refused has to hear it, before we hang up."""

CUT = Counter("http_connections_cut", "Connections ended for what they did", ("reason",), registry=REGISTRY)


class LimitedProtocol(HttpToolsProtocol):
    """One connection. `cut_at` is when it ends unless it gets on, by the loop's clock."""

    def __init__(
        self,
        config: LimitedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.cut_at = inf
        self._limited = config
        self._limits = config.limits
        self._doors = config.doors
        self._shedding = config.shedding
        self._resting = config.resting
        self._pacing = config.pacing
        # What is to run once its body is here, unless it is shed.
        self._held: Any = None
        # In which the request that is under way has a place until it is answered, and what was said of it then.
        self._crowd: Crowd | None = None
        self._said = 0
        # Whose turn it is: uvicorn's `cycle` is the last that has come, and others may wait before that.
        self._turn: RequestResponseCycle | None = None
        self._stall = Stall(config.limits.stall_seconds_max)
        self._inside = False
        # After a refusal, and after a request to speak another protocol, nothing more is listened to.
        self._deaf = False
        self._in_head = True
        self._in_body = False
        self._received = 0
        self._head_bytes = 0
        self._refusal: ProblemDetail | None = None

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._inside = self._doors.enter(self._address)
        if self._inside:
            self.cut_at = self.loop.time() + self._limits.head_seconds_max
        else:
            self._deaf = True
            CUT.labels(refusals.FULL.code).inc()
            transport.write(refusals.refusal(refusals.FULL))
            transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._inside:
            self._inside = False
            self._doors.leave(self._address)
        self._held = None
        self._give_back()
        turn = self._turn
        if turn is not None and not turn.response_complete:
            turn.disconnected = True
            turn.message_event.set()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._received = len(data)
        self._head_bytes += self._received
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # We speak nothing else; what was asked is answered as the plain request it also is.
            self._deaf = True
        except httptools.HttpParserError:
            self._refuse(self._refusal or refusals.MALFORMED)
        else:
            if self._in_head and self._head_bytes > self._limits.head_max_bytes:
                self._refuse(self._too_large())

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[LEFT] = self.transport.is_closing  # type: ignore[literal-required]
        self._in_head = True
        # More than it has had so far, at most by what stood before it in the same piece.
        self._head_bytes = self._received
        self.cut_at = self.loop.time() + self._limits.head_seconds_max

    @override
    def on_headers_complete(self) -> None:
        self._check_head()
        self._in_head, self._in_body = False, True
        self.cut_at = self.loop.time() + self._limits.body_seconds_max
        waits = self._under_way()
        self.cycle = self._exchange()
        if waits:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Not yet, where it may be shed: then its body is waited for, unless there is a reason to hear it out."""
        self._turn = cycle
        if (
            self._shedding.concerns(cycle.scope["path"])
            and cycle.more_body
            and cycle.keep_alive
            and not (cycle.waiting_for_100_continue or self.flow.write_paused)
        ):
            self._held = app
        else:
            super()._start_asgi_task(cycle, app)

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._held is not None and len(self.cycle.body) > HELD_BYTES_MAX:
            self._let_go()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body = False
        if self._held is not None:
            self._shed_or_let_go()
        # Now it is our turn; unless the answer was quicker than the body.
        self.cut_at = self._idle_until() if self.cycle.response_complete else inf

    def _let_go(self) -> None:
        app, self._held = self._held, None
        super()._start_asgi_task(self.cycle, app)

    def _shed_or_let_go(self) -> None:
        cycle = self.cycle
        path: str = cycle.scope["path"]
        answer = self._shedding.judged(path, cycle.body)
        if answer is None:
            self._let_go()
            return
        app, self._held = self._held, None
        if isinstance(answer, Crowd):
            self._crowd, self._said = answer, answer.said
            self._pacing.let_in(answer, self, cycle, app, self.loop)
            return
        cycle.response_started = cycle.response_complete = True
        self.transport.write(answer)
        observe_request(cycle.scope["method"], path, 503, None)
        self.on_response_complete()
        if not self._doors.is_proxy(self._address):
            self._resting.refused(self, self.loop)

    def _give_back(self) -> None:
        if self._crowd is not None:
            self._crowd.give_back(self._said)
            self._crowd = None

    def start_held(self, cycle: Exchange, app: Any) -> None:
        """Its crowd lets it in. Nobody would hear the answer of one whose connection is lost."""
        if self._crowd is not None and not self.transport.is_closing():
            self._said = self._crowd.said
            super()._start_asgi_task(cycle, app)

    def rest(self) -> None:
        """Read nothing for now."""
        self.flow.pause_reading()

    def listen(self) -> None:
        """Read again."""
        if not self.transport.is_closing():
            self.flow.resume_reading()

    @override
    def on_response_complete(self) -> None:
        # uvicorn's own would start a timer at each answer, and stop it at the next request.
        self.server_state.total_requests += 1
        self._give_back()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._in_body:
            # Answered before the body has come, and nobody waits for the rest of it.
            self.cut_at = min(self.cut_at, self.loop.time() + LINGER_SECONDS)
        elif not self._in_head:
            self.cut_at = self._idle_until()

    @override
    def resume_writing(self) -> None:
        self._stall.over()
        super().resume_writing()

    def take_leave(self) -> None:
        """The answer that is under way is the last one; it says so, unless it has begun."""
        if self._under_way():
            self.cycle.keep_alive = False

    def look_at(self, now: float) -> None:
        """Ends the connection when its time is over. While we do not read, it is not the client who is slow."""
        if now >= self.cut_at and not self.flow.read_paused:
            self._end()
            return
        unsent = self.transport.get_write_buffer_size()
        if not unsent or (
            self._under_way() and not self.flow.write_paused and not self.transport.is_closing()
        ):
            self._stall.over()
        elif self._stall.lasts(now, unsent):
            CUT.labels("stalled").inc()
            self.transport.abort()

    def _check_head(self) -> None:
        """Raises to end the parsing. Headers are only counted one by one where there are many bytes of them."""
        if len(self.pipeline) >= PIPELINED_MAX:
            self._refusal = refusals.PIPELINED
        elif len(self.url) > self._limits.url_max_bytes:
            self._refusal = refusals.URL_TOO_LONG
        elif len(self.headers) > self._limits.headers_max or (
            self._head_bytes > self._limits.head_max_bytes
            and self._exact_head_bytes() > self._limits.head_max_bytes
        ):
            self._refusal = refusals.HEAD_TOO_LARGE
        elif self.parser.should_upgrade() and any(name in ANNOUNCE_A_BODY for name, _ in self.headers):
            # The parser leaves the body to the other protocol: without it, the request would be another.
            self._refusal = refusals.UPGRADE
        if self._refusal is not None:
            raise ValueError(self._refusal.code)

    def _exchange(self) -> Exchange:
        """What uvicorn's own `on_headers_complete` makes, but of our kind."""
        version, parser, scope = self.parser.get_http_version(), self.parser, self.scope
        scope["method"] = parser.get_method().decode("ascii")
        if version != "1.1":
            scope["http_version"] = version
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        scope["raw_path"] = self.root_path.encode("ascii") + url.path
        scope["query_string"] = url.query or b""
        return Exchange(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self._limited.leaving,
            on_response=self.on_response_complete,
        )

    def _exact_head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _too_large(self) -> ProblemDetail:
        long_url = len(self.url) > self._limits.url_max_bytes
        return refusals.URL_TOO_LONG if long_url else refusals.HEAD_TOO_LARGE

    def _idle_until(self) -> float:
        return self.loop.time() + self._limits.keep_alive_seconds

    def _end(self) -> None:
        if self._deaf or self._in_body:
            if not self._deaf:
                CUT.labels("body-timeout").inc()
            self.transport.abort()
        elif self._in_head and self._head_bytes:
            self._refuse(refusals.TOO_SLOW)
        else:
            # Idle: the client may come again, and has nothing to hear.
            CUT.labels("idle").inc()
            self.cut_at = self.loop.time() + LINGER_SECONDS
            self._deaf = True
            self.transport.close()

    def _refuse(self, answer: ProblemDetail) -> None:
        CUT.labels(answer.code).inc()
        self._deaf = True
        if self.pipeline or (self._under_way() and self.cycle.response_started):
            # Nothing can be said in the midst of another answer.
            self.transport.abort()
            return
        self.cut_at = self.loop.time() + LINGER_SECONDS
        self.transport.write(refusals.refusal(answer))
        if self._under_way():
            # Its body will never be whole: whoever waits for it hears that the client has gone.
            self.transport.close()
        else:
            # Hanging up with bytes unread would take the answer back.
            self.transport.write_eof()

    def _under_way(self) -> bool:
        """Whether the last request that has begun is not answered yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete
