"""Memory that a program has let go of, given back to the system.

Freed objects leave it with the allocators. CPython keeps some thousand tuples for the next ones, and each of them keeps
the arena in which it lies; the C library keeps what is free in the midst of its heap. A full collection empties the
first, a trim the second. Both stop everybody, for some milliseconds (ADR 45), so they wait for a quiet moment, and they
are seldom.
"""

import asyncio
import ctypes
import gc
import logging
from collections.abc import Callable
from time import perf_counter

from prometheus_client import Gauge, Histogram

from runtime.metrics import REGISTRY

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
LATE_SECONDS = 0.005
"""A look that comes later than this was held up by work."""

QUIET_LOOKS = 5
LOOKS_MAX = 100
"""Whoever is never quiet is interrupted all the same."""

PAUSE_SHARE_MAX = 1 / 1_000
"""Of all time, to be spent on this."""

PAUSES = Histogram(
    "memory_given_back_seconds",
    "Pauses for giving memory back to the system",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
    registry=REGISTRY,
)
DUE = Gauge(
    "memory_to_give_back",
    "Whether memory waits for a quiet moment to be given back to the system",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)


def collect_and_trim() -> None:
    """Stops everybody."""
    gc.collect()
    _trim(0)


def _cannot_trim(_keep: int) -> int:
    """Other C libraries than glibc's keep little, or have no word for it."""
    return 0


try:
    _trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):
    _trim = _cannot_trim


class GivingBack:
    """Of one process, on its event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, give_back: Callable[[], None] = collect_and_trim
    ) -> None:
        self._loop = loop
        self._give_back = give_back
        self._is_due = False
        self._looks = 0
        self._quiet_looks = 0
        self._not_before = 0.0

    def soon(self) -> None:
        """Something large was let go of."""
        if self._is_due:
            return
        self._is_due = True
        DUE.set(1)
        self._looks = self._quiet_looks = 0
        self._look_at(max(self._not_before, self._loop.time() + LOOK_SECONDS))

    def _look_at(self, due: float) -> None:
        self._loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        now = self._loop.time()
        self._looks += 1
        self._quiet_looks = 0 if now - due > LATE_SECONDS else self._quiet_looks + 1
        if self._quiet_looks < QUIET_LOOKS and self._looks < LOOKS_MAX:
            self._look_at(now + LOOK_SECONDS)
            return
        began = perf_counter()
        self._give_back()
        pause = perf_counter() - began
        PAUSES.observe(pause)
        log.info("memory was given back in %.1f ms", 1000 * pause)
        self._is_due = False
        DUE.set(0)
        self._not_before = now + pause / PAUSE_SHARE_MAX
