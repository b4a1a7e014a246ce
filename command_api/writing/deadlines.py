"""Nobody waits past their deadline, not even for a log that has gone silent in the middle of a call."""

import asyncio
from collections import deque

from command_api.writing.failures import OutcomeUnknown
from command_api.writing.pending import Pending

LOOK_SECONDS = 1.0


class Deadlines:
    """Looks now and then at who still waits: a timer for each command would cost more than deciding it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Pending] = deque()
        self._looks = False

    def watch(self, pending: Pending) -> None:
        """Those who were answered go as others come: all of a second at once would hold everybody up."""
        self._forget_answered()
        self._waiting.append(pending)
        if not self._looks:
            self._looks = True
            self._loop.call_later(LOOK_SECONDS, self._look)

    def _forget_answered(self) -> None:
        waiting = self._waiting
        while waiting and waiting[0].future.done():
            waiting.popleft()

    def _look(self) -> None:
        clock = self._loop.time()
        for pending in self._waiting:
            if pending.deadline < clock:
                # Whether it was sent is not asked: that it is unknown is true in any case.
                pending.fail(OutcomeUnknown())
        self._waiting = deque(pending for pending in self._waiting if not pending.future.done())
        self._looks = bool(self._waiting)
        if self._looks:
            self._loop.call_later(LOOK_SECONDS, self._look)
