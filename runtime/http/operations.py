"""The standing routes of every process: /, /livez, /readyz, /health and /metrics."""

from collections.abc import Mapping
from typing import Any, Protocol

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from runtime.http.access import PUBLIC
from runtime.http.health import Check, livez, readiness
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.metrics import CONTENT_TYPE, exposition

LINKS = {
    "docs": "/docs",
    "redoc": "/redoc",
    "openapi": "/openapi.json",
    "health": "/health",
    "metrics": "/metrics",
}


class Told(Protocol):
    """What these routes tell of, beside its checks."""

    title: str
    version: str
    leaving: bool


def operations_router(app: Told, checks: Mapping[str, Check], registry: CollectorRegistry) -> APIRouter:
    """The routes for operators; none of them asks who is calling."""
    router = APIRouter(tags=["operations"])
    public: dict[str, Any] = {"access": PUBLIC, "response_model": dict[str, Any]}

    @hot_route(router, "GET", "/", operation_id="Index", summary="What this is", **public)
    async def index(_request: Request) -> Response:
        """Name, version and where to go from here."""
        return json_answer({"name": app.title, "version": app.version, "links": LINKS})

    hot_route(router, "GET", "/livez", operation_id="Livez", summary="Is the process alive", **public)(livez)
    ready = readiness(checks, is_leaving=lambda: app.leaving)
    not_ready = {503: {"description": "One of the checks failed", "model": dict[str, Any]}}
    for path, operation_id in (("/readyz", "Readyz"), ("/health", "Health")):
        hot_route(
            router,
            "GET",
            path,
            operation_id=operation_id,
            summary="Can it serve",
            responses=not_ready,
            **public,
        )(ready)

    @hot_route(
        router,
        "GET",
        "/metrics",
        operation_id="Metrics",
        summary="Metrics for Prometheus",
        response_class=PlainTextResponse,
        access=PUBLIC,
    )
    async def metrics(_request: Request) -> Response:
        """Counters, gauges and histograms of this process, or of all workers when they share a folder."""
        return Response(exposition(registry), headers={"Content-Type": CONTENT_TYPE})

    return router
