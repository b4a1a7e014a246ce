"""Finds the route of a request by dictionary, where the framework walks the list of all routes.

Behind included routers FastAPI tries every pattern in turn, twice, before it runs one: with seventy routes that
walk costs more than the rest of a small request. Here the literal segments of a path decide, so `/things/all` wins
over `/things/{id}` whatever their order, and several routers may each serve some methods of one path.

The table has every route there is: one it cannot hold, or one that does not say who may call it, is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fastapi import params
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from runtime.http.access import Access, declared
from runtime.http.hot_route import Handler, HotRoute
from runtime.http.lanes import Lane, lane_of

Segments = tuple[str | None, ...]
"""A path cut at its slashes; None stands for a parameter."""


@dataclass(frozen=True, slots=True)
class Served:
    """One route as the table runs it for those of `access`: by `handler` when it is hot, else through `app`."""

    access: Access
    operation_id: str
    parameters: tuple[tuple[int, str], ...]
    route: BaseRoute
    app: ASGIApp
    handler: Handler | None
    takes_json: bool
    lane: Lane


@dataclass(frozen=True, slots=True)
class Resource:
    """All the routes that share a path, by method."""

    template: str
    by_method: dict[str, Served] = field(default_factory=dict)

    @property
    def allow(self) -> str:
        """The value of an `Allow` header: every method, those we answer for it included."""
        return ", ".join(sorted({*self.by_method, "OPTIONS"}))


class RouteTable:
    """The routes of an application, by path. A path is looked up in constant time.

    Raises ValueError for a route that has no access, or a path other than segments that are literal or a parameter.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._resources: dict[Segments, Resource] = {}
        # For each number of segments, the positions that hold parameters in some path of that length.
        self._shapes: dict[int, list[tuple[int, ...]]] = {}
        for context in iter_route_contexts(list(routes)):
            self._add(context)

    def find(self, path: str) -> tuple[Resource, list[str]] | None:
        """The resource at `path` and the path's segments, or None when the table does not hold it."""
        segments = path.split("/")
        for shape in self._shapes.get(len(segments), ()):
            key: list[str | None] = list(segments)
            for position in shape:
                # A parameter stands for at least one character; an empty one matches nothing.
                key[position] = None if segments[position] else ""
            resource = self._resources.get(tuple(key))
            if resource is not None:
                return resource, segments
        return None

    def __iter__(self) -> Iterator[tuple[str, str, Served]]:
        """Method, path and route of every operation."""
        for resource in self._resources.values():
            for method, served in resource.by_method.items():
                if method != "HEAD":
                    yield method, resource.template, served

    def _add(self, context: RouteContext) -> None:
        path, route = context.path_format, context.original_route
        segments = None
        if path is not None and isinstance(route, Route):
            segments = _cut(path, context.param_convertors)
        if path is None or segments is None:
            raise ValueError(
                f"no request would find {route!r}: only plain segments and parameters are looked up"
            )
        shape = tuple(position for position, segment in enumerate(segments) if segment is None)
        shapes = self._shapes.setdefault(len(segments), [])
        if shape not in shapes:
            shapes.append(shape)
            # The fewer parameters, the more exact the match: those shapes are tried first.
            shapes.sort(key=lambda positions: (len(positions), [-position for position in positions]))
        served = _served(context, path, shape)
        by_method = self._resources.setdefault(segments, Resource(path)).by_method
        for method in context.methods or ():
            by_method.setdefault(method, served)
        if "GET" in by_method:
            # Whoever may GET may ask for the head of it; the server leaves the body out.
            by_method.setdefault("HEAD", by_method["GET"])


def _cut(path: str, convertors: Mapping[str, object]) -> Segments | None:
    """The segments of a path template, or None when a plain comparison of segments cannot decide it."""
    segments: list[str | None] = []
    for segment in path.split("/"):
        if "{" not in segment:
            segments.append(segment)
        elif (
            segment[0] == "{"
            and segment.index("}") == len(segment) - 1
            and _is_plain(convertors[segment[1:-1]])
        ):
            segments.append(None)
        else:
            return None
    return tuple(segments)


def _is_plain(convertor: object) -> bool:
    return type(convertor).__name__ == "StringConvertor"


def _served(context: RouteContext, path: str, shape: tuple[int, ...]) -> Served:
    route = context.original_route
    access = declared(context.endpoint)
    if access is None:
        raise ValueError(f"{context.endpoint!r} at {path} does not say who may call it")
    cut = path.split("/")
    body = getattr(context, "body_field", None)
    return Served(
        access=access,
        operation_id=getattr(context, "operation_id", None) or str(context.name),
        parameters=tuple((position, cut[position][1:-1]) for position in shape),
        route=route,
        app=AsyncExitStackMiddleware(context.app) if isinstance(route, APIRoute) else context.app,
        handler=route.handler if isinstance(route, HotRoute) else None,
        takes_json=body is not None and not isinstance(body.field_info, params.Form),
        lane=_lane(route),
    )


def _lane(route: BaseRoute) -> Lane:
    return lane_of(route.handler if isinstance(route, HotRoute) else getattr(route, "endpoint", None))
