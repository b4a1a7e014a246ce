"""Files that are written while their client reads them.

Each keeps a connection for as long as that takes, so they may never be so many that other reads find none.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from query_api.problems import OVERLOADED
from runtime.problems import Problem

SHARE_OF_POOL = 4
"""One in so many connections."""


class Exports:
    """Those of one process. `connections` are as many as there are for all reads together."""

    def __init__(self, connections: int) -> None:
        self._room = max(1, connections // SHARE_OF_POOL)

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """For as long as a file is written. Raises Problem 503 `overloaded` where there is no room for it."""
        if not self._room:
            raise Problem(OVERLOADED)
        self._room -= 1
        try:
            yield
        finally:
            self._room += 1
