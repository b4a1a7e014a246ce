"""What every exchange is wrapped in: a request id, standing headers, a log line and two metrics."""

import re
from collections.abc import Awaitable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.access_log import log_request
from runtime.http.traffic import observe_request
from runtime.ids import new_id
from runtime.request_id import REQUEST_ID

STANDING_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
NOTHING_LOADED = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""For data, of which a browser has nothing to load and nothing to run."""

NOT_STORED = (b"cache-control", b"private, no-store")
"""For whatever a signed-in caller is told without a word about caches."""

SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
UNMATCHED = "(unmatched)"
"""Stands for the path of a request that no route answers: the path itself is anybody's text."""

PAGE = "page"
"""In the scope of an exchange whose answer is for people to look at: it brings policies of its own."""

STANDING = "standing"
"""In the scope: which quota the request stands nearest to, and with what debt. Every answer tells of it."""

STREAMED = "streamed"
"""In the scope of an exchange that lasts until one side has had enough."""

CLIENT_GONE = 499
"""The status noted when nothing was answered."""


class Envelope:
    """The outermost layer. Leaves the id in `scope["state"]["request_id"]` and in `REQUEST_ID`.

    With `strict_transport` browsers are told to come by HTTPS only, for a year.
    """

    def __init__(self, app: ASGIApp, *, strict_transport: bool = False) -> None:
        self._app = app
        self._page = (*STANDING_HEADERS, STRICT_TRANSPORT) if strict_transport else STANDING_HEADERS
        self._data = (*self._page, NOTHING_LOADED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        request_id = _request_id(dict(scope["headers"]).get(b"x-request-id"))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        before = REQUEST_ID.set(request_id)
        status = CLIENT_GONE

        # No coroutine of its own: it only adds, and what `send` returns is what is waited for.
        def send_in_envelope(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = message.get("headers", ())
                always = self._page if PAGE in scope else self._data
                # A new list: a response may be kept and sent again, and must not gather ids.
                headers = message["headers"] = [*said, *always, (b"x-request-id", request_id.encode())]
                if STANDING in scope:
                    quota, debt = scope[STANDING]
                    headers += quota.headers(debt)
                if state.get("caller") is not None and NOT_STORED[0] not in dict(said):
                    headers.append(NOT_STORED)
            return send(message)

        try:
            await self._app(scope, receive, send_in_envelope)
        finally:
            seconds = perf_counter() - started_at
            route = scope.get("path_template", UNMATCHED)
            # How long somebody watched says nothing of how fast we answer.
            observe_request(scope["method"], route, status, None if STREAMED in scope else seconds)
            log_request(scope["method"], route, status, seconds, request_id)
            REQUEST_ID.reset(before)


def _request_id(offered: bytes | None) -> str:
    if offered is not None and SANE_REQUEST_ID.fullmatch(offered):
        return offered.decode()
    return new_id()
