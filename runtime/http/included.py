"""Routers as an application includes them, worked out once for all applications that have the same ones.

What FastAPI makes of each route when its router is included (signatures, models, fields) is most of what it takes to
make an application. It is kept in what was included, and here that is shared.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fastapi import APIRouter
from starlette.routing import BaseRoute
from typing_extensions import override


class _Same(NamedTuple):
    """A router known by who it is: by itself it is compared by its routes, and so has no hash."""

    router: APIRouter

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.router is self.router

    @override
    def __hash__(self) -> int:
        return id(self.router)


def included(routers: Sequence[APIRouter]) -> Sequence[BaseRoute]:
    """The routes of `routers`, for the router of an application. What is added to one of them later is in it too."""
    return _included(tuple(map(_Same, routers)))


@lru_cache(maxsize=8)
def _included(known: tuple[_Same, ...]) -> Sequence[BaseRoute]:
    outer = APIRouter()
    for each in known:
        outer.include_router(each.router)
    return tuple(outer.routes)
