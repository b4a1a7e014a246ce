"""The innermost step of serving: the request's route is looked up, the caller let in, and the route run."""

from collections.abc import Awaitable

from fastapi.routing import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from runtime.http.access import Authenticator, Token, authorization
from runtime.http.body_limit import strangers
from runtime.http.checked_body import checked_body
from runtime.http.lanes import BoundedLane, Lanes
from runtime.http.rate_limits.limits import admit
from runtime.http.route_table import Resource, RouteTable, Served
from runtime.http.whole_body import WholeRequest
from runtime.identity import FORBIDDEN, Caller
from runtime.problems import Problem, ProblemDetail

UNREADABLE_URL = ProblemDetail(400, "malformed-url", "The URL holds a character that no text may hold")

READING = ("GET", "HEAD")
"""Of these nobody looks at a body."""


class Dispatch:
    """Serves from `table`. The framework's `router` only starts and stops the application and declines sockets: were it
    to look for routes too, there would be a second way to a handler, past `authenticator`.
    """

    def __init__(
        self, table: RouteTable, router: APIRouter, authenticator: Authenticator, lanes: Lanes
    ) -> None:
        self._table = table
        self._router = router
        self._authenticator = authenticator
        self._lanes = lanes

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._router(scope, receive, send)
        path: str = scope["path"]
        if "\x00" in path or b"%00" in scope["query_string"]:
            # No text column of PostgreSQL can hold a NUL, so refused here it cannot surprise a query.
            raise Problem(UNREADABLE_URL)
        if path[-1:] == "/" and len(path) > 1:
            path = scope["path"] = path[:-1]
        root = scope.get("root_path")
        if root and path.startswith(root):
            path = path[len(root) :] or "/"
        found = self._table.find(path)
        if found is None:
            raise HTTPException(404)
        resource, segments = found
        scope["path_template"] = resource.template
        served = resource.by_method.get(scope["method"])
        if served is None:
            return _other_method(resource, scope["method"])(scope, receive, send)
        scope["path_params"] = {name: segments[position] for position, name in served.parameters}
        token = served.access.token
        shown = None if token is Token.IGNORED else authorization(scope["headers"])
        if shown is None and token is not Token.REQUIRED:
            return self._open(served, None, scope, receive, send)
        # Asked here, and not where one may wait: whom we remember costs no coroutine.
        caller = self._authenticator.remembered(shown) if shown else None
        if caller is None:
            return self._introduce(served, shown, scope, receive, send)
        return self._open(served, caller, scope, receive, send)

    async def _introduce(
        self, served: Served, shown: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """For who has not been here lately."""
        caller = await self._authenticator.authenticate(shown)
        await self._open(served, caller, scope, receive, send)

    def _open(
        self, served: Served, caller: Caller | None, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        """Let the caller in, or somebody unknown where that is all one has to be."""
        if caller is not None:
            admit(scope, caller)
            if caller.role not in served.access.admitted:
                raise Problem(FORBIDDEN)
        elif scope["method"] not in READING:
            receive = strangers(scope, receive)
        scope["state"]["caller"] = caller
        lane = self._lanes[served.lane]
        if lane is None:
            return self._run(served, scope, receive, send)
        return self._run_in(lane, served, scope, receive, send)

    async def _run_in(
        self, lane: BoundedLane, served: Served, scope: Scope, receive: Receive, send: Send
    ) -> None:
        async with lane.place():
            await self._run(served, scope, receive, send)

    async def _run(self, served: Served, scope: Scope, receive: Receive, send: Send) -> None:
        if served.handler is not None:
            response = await served.handler(WholeRequest(scope, receive, send))
            await response(scope, receive, send)
            return
        if served.takes_json:
            receive = await checked_body(scope, receive)
        scope["route"] = served.route
        scope["router"] = self._router
        await served.app(scope, receive, send)


def _other_method(resource: Resource, method: str) -> Response:
    if method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": resource.allow})
    raise Problem.of(
        405,
        "method-not-allowed",
        "This path does not take that method",
        headers={"Allow": resource.allow},
    )
