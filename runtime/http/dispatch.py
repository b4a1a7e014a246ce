"""The innermost step of serving: the request's route is looked up and run."""

from fastapi.routing import APIRouter
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.http.checked_body import checked_body
from runtime.http.lanes import Lanes
from runtime.http.route_table import Resource, RouteTable, Served
from runtime.http.whole_body import WholeRequest
from runtime.problems import Problem, ProblemDetail

UNREADABLE_URL = ProblemDetail(400, "malformed-url", "The URL holds a character that no text may hold")


class Dispatch:
    """Serves from the table made at the first request; what it lacks goes to the framework's `router`."""

    def __init__(self, router: APIRouter, fallback: ASGIApp, lanes: Lanes) -> None:
        self._router = router
        self._fallback = fallback
        self._lanes = lanes
        self._table: RouteTable | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._fallback(scope, receive, send)
            return
        path: str = scope["path"]
        if "\x00" in path or b"%00" in scope["query_string"]:
            # No text column of PostgreSQL can hold a NUL, so refused here it cannot surprise a query.
            raise Problem(UNREADABLE_URL)
        if path[-1:] == "/" and len(path) > 1:
            path = scope["path"] = path[:-1]
        root = scope.get("root_path")
        if root and path.startswith(root):
            path = path[len(root) :] or "/"
        if self._table is None:
            self._table = RouteTable(self._router.routes)
        found = self._table.find(path)
        if found is None:
            await self._fallback(scope, receive, send)
        else:
            await self._serve(*found, scope, receive, send)

    async def _serve(
        self, resource: Resource, segments: list[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        scope["path_template"] = resource.template
        served = resource.by_method.get(scope["method"])
        if served is None:
            await _other_method(resource, scope["method"])(scope, receive, send)
            return
        scope["path_params"] = {name: segments[position] for position, name in served.parameters}
        lane = self._lanes[served.lane]
        if lane is None:
            await self._run(served, scope, receive, send)
        else:
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
