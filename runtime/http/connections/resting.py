"""Connections that were refused and are not listened to for a moment, so that refusing does not take the time of work.

The refusal itself went out at once. Who heeds its Retry-After never notices; who asks again at once waits, in the
buffers of the system, where waiting costs nobody anything.
"""

import asyncio
from collections import deque
from typing import Protocol

REST_SECONDS = 0.9
"""Less than any Retry-After of ours."""

WINDOW_SECONDS = 0.05
FREE_IN_WINDOW = 10
"""So many who were refused may be heard again at once: two hundred a second cost a hundredth of a core."""


class Listener(Protocol):
    """A connection."""

    def rest(self) -> None: ...

    def listen(self) -> None: ...


class Resting:
    """Of one process. One timer wakes all of them, in the order in which they went to rest."""

    def __init__(self) -> None:
        self._resting: deque[tuple[float, Listener]] = deque()
        self._window_ends = 0.0
        self._refused = 0

    def refused(self, connection: Listener, loop: asyncio.AbstractEventLoop) -> None:
        """Let it rest, unless few were refused of late."""
        now = loop.time()
        if now >= self._window_ends:
            self._window_ends, self._refused = now + WINDOW_SECONDS, 0
        self._refused += 1
        if self._refused <= FREE_IN_WINDOW:
            return
        connection.rest()
        self._resting.append((now + REST_SECONDS, connection))
        if len(self._resting) == 1:
            loop.call_later(REST_SECONDS, self._wake, loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._resting and self._resting[0][0] <= now:
            self._resting.popleft()[1].listen()
        if self._resting:
            # Not sooner than a window from now: those that are due a little later wake with them.
            loop.call_later(max(WINDOW_SECONDS, self._resting[0][0] - now), self._wake, loop)
