"""What a side is: one way to serve the same booking."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import ASGIApp

from cli.bench.stage import Stage
from runtime.settings import Settings

PATH = "/api/v1/bookings"

Serving = Callable[[str, Settings], AbstractAsyncContextManager[ASGIApp]]
"""An application on the database of this DSN."""


class Checked(NamedTuple):
    """What a checker found of `acknowledged` bookings: all counts but the first two should be 0."""

    acknowledged: int
    found: int
    missing: int
    twice: int
    unacknowledged: int
    oversold: int

    @property
    def is_sound(self) -> bool:
        """Everything acknowledged is there exactly once, nothing else is, and nothing was sold twice."""
        return not (self.missing or self.twice or self.unacknowledged or self.oversold)


async def _nothing_on_sale(_stage: Stage, _url: str, event_id: str, _capacity: int) -> str:
    return event_id


async def _nothing_kept(_stage: Stage, _event_id: str, _acknowledged: Sequence[str]) -> Checked | None:
    return None


@dataclass(frozen=True)
class Side:
    """`serving` runs in the server process; the rest in the benchmark's own.

    `on_sale` opens the sale of `capacity` places of a fresh event and gives its id; it is offered one. `check` looks
    for the bookings that were acknowledged; None where nothing is kept. Several `processes` are `linked` as workers of
    one host are, or know nothing of each other.
    """

    name: str
    serving: Serving
    on_sale: Callable[[Stage, str, str, int], Awaitable[str]] = _nothing_on_sale
    check: Callable[[Stage, str, Sequence[str]], Awaitable[Checked | None]] = _nothing_kept
    keyed: bool = False
    processes: int = 1
    linked: bool = True
