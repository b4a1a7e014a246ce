"""A crowd is let in a few at a time, so that each turn of the event loop is short for everybody else.

Whatever is ready is served in one turn, and a request passes through half a dozen turns. Were hundreds started in one
of them, whoever asks for something else would wait for all of these, several times over.
"""

import asyncio
from collections import deque
from typing import Any, Protocol

from runtime.http.connections.shedding import Crowd

STARTED_AT_ONCE = 16
"""Starting one takes some 0.1 ms."""


class Starter(Protocol):
    """A connection."""

    def start_held(self, cycle: Any, app: Any) -> None: ...


class Pacing:
    """Of one process: first come, first started."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Crowd, Starter, Any, Any]] = deque()

    def let_in(
        self, crowd: Crowd, connection: Starter, cycle: Any, app: Any, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Start `cycle`, which has a place, when it is its turn."""
        crowd.coming += 1
        self._waiting.append((crowd, connection, cycle, app))
        if len(self._waiting) == 1:
            loop.call_soon(self._start_some, loop)

    def _start_some(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(min(STARTED_AT_ONCE, len(self._waiting))):
            crowd, connection, cycle, app = self._waiting.popleft()
            crowd.coming -= 1
            connection.start_held(cycle, app)
        if self._waiting:
            loop.call_soon(self._start_some, loop)
