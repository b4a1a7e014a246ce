"""Turns at writing a stream, as the server keeps them: locks of sessions, first come, first served."""

import asyncio
from collections import deque
from contextvars import Context, copy_context

from tests.simulation.loop import LIFE


class Turn:
    """One session's place in the line for `stream`. `granted` is done when its turn has come."""

    def __init__(self, stream: str, granted: "asyncio.Future[None]") -> None:
        self.stream = stream
        self.granted = granted


class Turns:
    """Of all streams. A session that died keeps its place until the server has noticed."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Turn]] = {}
        self._loop = asyncio.get_running_loop()
        self._context: Context = copy_context()
        self._context.run(LIFE.set, None)

    def ask(self, stream: str) -> Turn:
        turn = Turn(stream, self._loop.create_future())
        self._lines.setdefault(stream, deque()).append(turn)
        self._grant(stream)
        return turn

    def end(self, turn: Turn, after: float = 0.0) -> None:
        """However far it has got; the server notices `after` so many seconds."""
        if after:
            self._loop.call_later(after, self.end, turn, context=self._context)
            return
        line = self._lines[turn.stream]
        if turn in line:
            line.remove(turn)
            self._grant(turn.stream)

    def _grant(self, stream: str) -> None:
        line = self._lines[stream]
        if line and not line[0].granted.done():
            line[0].granted.set_result(None)
