"""Connections that were refused and are not listened to for a moment, so that refusing does not take the time of work.

The refusal itself went out at once. Who heeds its Retry-After never notices; who asks again at once waits, in the
buffers of the system, where waiting costs nobody anything.
"""

import asyncio
from collections import deque
from typing import Protocol

REST_SECONDS = 0.9
"""Less than any Retry-After of ours; longer only where more rest than can be woken."""

REST_SECONDS_MAX = 5.0

WINDOW_SECONDS = 0.05
FREE_IN_WINDOW = 10
"""So many who were refused may be heard again at once: two hundred a second cost a hundredth of a core."""

WOKEN_IN_WINDOW = 50
"""A thousand refusals a second cost a twentieth of a core. Those of twenty thousand connections would cost it all."""


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
        now, woken = loop.time(), 0
        while self._resting and self._may_wake(now - self._resting[0][0], woken):
            self._resting.popleft()[1].listen()
            woken += 1
        if self._resting:
            # Not sooner than a window from now: those that are due a little later wake with them.
            loop.call_later(max(WINDOW_SECONDS, self._resting[0][0] - now), self._wake, loop)

    def _may_wake(self, overdue: float, woken: int) -> bool:
        """Whether one that should have been woken so long ago is, when so many have been woken just now."""
        return overdue >= (0 if woken < WOKEN_IN_WINDOW else REST_SECONDS_MAX - REST_SECONDS)
