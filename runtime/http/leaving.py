"""What is to be done when a client goes away while something is being done on its behalf."""

from collections.abc import Callable

from starlette.types import Scope

LEAVING = "leaving"
"""In the scope, where the server tells of it: the list of what to call."""


def when_client_leaves(scope: Scope, call: Callable[[], object]) -> None:
    """`call` will be called, once, if the client hangs up before its answer is complete."""
    calls: list[Callable[[], object]] | None = scope.get(LEAVING)
    if calls is not None:
        calls.append(call)


def client_left(scope: Scope) -> None:
    """The client has hung up."""
    calls: list[Callable[[], object]] = scope.get(LEAVING, [])
    while calls:
        calls.pop()()
