"""Every stream of a kind folded, one after the other, so that memory holds what one of them has led to.

A log of any length is walked through in pages, stream by stream and not in the order of positions: a cancelled booking
takes with it what was paid for it, and remembering that of all bookings would be remembering the log.
"""

from collections.abc import AsyncIterator, Callable
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from audit_api.moments.folding import fold_all
from eventstore.postgres.streams import PostgresStreams, SaidFact

Progress = Callable[[int], None]
"""Told after each page how many facts it had."""


class Folded(Protocol):
    """What a stream has led to."""

    def fold(self, recorded: SaidFact, fact: Any) -> None: ...


F = TypeVar("F", bound=Folded)


async def walk(
    streams: PostgresStreams, beginning: str, upto: int, make: Callable[[], F], progress: Progress
) -> AsyncIterator[F]:
    """What each stream whose name begins like that has led to at position `upto`.

    Raises Problem 409 `facts-unreadable`, and `StoreUnavailable`.
    """
    stream, folded = "", None
    async for page in streams.walk(beginning, upto):
        for name, facts in groupby(page, key=attrgetter("stream")):
            if name != stream:
                if folded is not None:
                    yield folded
                stream, folded = name, make()
            if folded is not None:
                fold_all(facts, folded.fold)
        progress(len(page))
    if folded is not None:
        yield folded
