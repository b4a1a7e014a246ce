"""Whether whoever asked is still there to hear the answer."""

from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import Scope

LEFT = "client_left"
"""In the scope, by servers that know: a function that says whether the connection is at its end."""


def _stays() -> bool:
    return False


def left_of(scope: Scope) -> Callable[[], bool]:
    """Asked at any time: has this request's client hung up?"""
    found: Callable[[], bool] = scope.get(LEFT, _stays)
    return found


def while_there(scope: Scope) -> Callable[..., None]:
    """To be called now and then by work that takes long. Raises ClientDisconnect once nobody would hear its answer."""
    has_left = left_of(scope)

    def look(*_progress: int) -> None:
        if has_left():
            raise ClientDisconnect

    return look
