"""One application out of the routers of one or more floors: each floor alone, or all on one port."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from runtime.http.access import Authenticator, NobodyIsKnown
from runtime.http.body_limit import BodyLimit
from runtime.http.client_address import ClientAddress
from runtime.http.connections.shedding import Shedding
from runtime.http.dispatch import Dispatch
from runtime.http.documents import documents_router
from runtime.http.envelope import Envelope
from runtime.http.event_stream import Streams
from runtime.http.failures import Failures
from runtime.http.health import Check
from runtime.http.included import included
from runtime.http.lanes import Lanes
from runtime.http.lifespans import Lifespan, in_order
from runtime.http.openapi import completed
from runtime.http.operations import operations_router
from runtime.http.rate_limits.limits import RateLimited, RateLimits
from runtime.http.route_table import RouteTable
from runtime.metrics import REGISTRY
from runtime.settings import Mode, Settings

TOKEN_URL = "/api/v1/auth/login"  # noqa: S105 - an address, not a password
EXPOSED_HEADERS = (
    "Content-Disposition",
    "ETag",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Seatledger-Match",
    "Seatledger-Position",
    "Idempotent-Replayed",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)


class Application(FastAPI):
    """FastAPI with our own layers around the routes, because its default ones cost as much as a hot route.

    All errors become answers in `runtime.http.failures`; handlers added with `exception_handler` are not used.
    """

    body_max_bytes: int
    strict_transport: bool
    client_address: ClientAddress
    rate_limits: RateLimits
    lanes: Lanes
    token_url: str
    authenticator: Authenticator
    table: RouteTable
    """All there is to be served, and to whom: what is added to the router later is not."""
    streams: Streams
    """The live streams that are open: whoever serves it ends them when it stops."""
    shedding: Shedding
    """What is too crowded to be looked at, for whoever serves this."""
    leaving = False
    """Told to stop: it still serves, but wants no more requests."""

    def leave(self) -> None:
        """/readyz fails from now on."""
        self.leaving = True

    @override
    def build_middleware_stack(self) -> ASGIApp:
        served: ASGIApp = Dispatch(self.table, self.router, self.authenticator, self.lanes)
        served = BodyLimit(served, self.body_max_bytes)
        served = Failures(RateLimited(served, self.rate_limits, self.client_address))
        for layer, args, kwargs in reversed(self.user_middleware):
            served = layer(served, *args, **kwargs)
        return Envelope(served, strict_transport=self.strict_transport)

    @override
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:  # type: ignore[override]
        # The framework's own is two coroutines deep: at each request they cost as much as finding the route.
        if scope["type"] != "http" or self.middleware_stack is None:
            return super().__call__(scope, receive, send)
        scope["app"] = self
        return self.middleware_stack(scope, receive, send)

    @override
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = completed(super().openapi(), self.token_url, self.table)
        return self.openapi_schema


def create_application(
    *,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    settings: Settings,
    authenticator: Authenticator | None = None,
    lifespans: Sequence[Lifespan] = (),
    checks: Mapping[str, Check] | None = None,
    description: str = "",
    tags: Mapping[str, str] | None = None,
    token_url: str = TOKEN_URL,
    registry: CollectorRegistry = REGISTRY,
) -> Application:
    """The application that serves `routers`, the standing pages and the documentation.

    `checks` are what /readyz and /health look at, by name. `lifespans` are entered in order; what they yield is
    in `request.state`. Without an `authenticator` nobody is let in where a token is required. `tags` says what the
    groups of operations are about.

    Raises ValueError for a route that does not say who may call it.
    """
    app = Application(
        title=title,
        version=version,
        description=description,
        openapi_tags=[{"name": name, "description": about} for name, about in (tags or {}).items()],
        lifespan=in_order(lifespans),
        middleware=_cross_origin(settings),
        servers=[{"url": "/"}],
        openapi_url=None,
        redirect_slashes=False,
        # Ours are in `traffic` and `envelope`; FastAPI's would look for OpenTelemetry at every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.body_max_bytes = settings.body_max_bytes
    app.strict_transport = settings.strict_transport or settings.mode is Mode.PRODUCTION
    app.client_address = ClientAddress(settings.trusted_proxies)
    app.rate_limits = RateLimits(settings)
    app.lanes = Lanes.of(settings)
    app.shedding = Shedding()
    app.token_url = token_url
    app.authenticator = authenticator or NobodyIsKnown()
    app.streams = Streams(
        settings.streams_max, settings.stream_heartbeat_seconds, settings.stream_seconds_max
    )
    app.router.routes.extend(included(routers))
    for router in (operations_router(app, checks or {}, registry), documents_router(app)):
        app.include_router(router)
    app.table = RouteTable(app.router.routes)
    return app


def _cross_origin(settings: Settings) -> list[Middleware]:
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("*",),
            expose_headers=EXPOSED_HEADERS,
            max_age=600,
        )
    ]
