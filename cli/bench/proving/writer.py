"""Whoever appends as fast as it can."""

from collections.abc import Sequence
from time import perf_counter

from cli.bench.stage import Stage
from cli.stopped import Stopped
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY, canonical
from eventstore.postgres.store import PostgresStore
from runtime.ids import new_id, utc_now

BATCH = 50
"""Facts in one append, as group commit makes them in an on-sale."""

DATA = canonical({"at": "2027-01-10T09:00:00Z", "text": "x" * 400})
METADATA = canonical({"by": {"id": "bench", "role": "admin"}, "command": "Bench"})


class Writer:
    """Appends to one stream, batches of 50."""

    def __init__(self, stage: Stage, stream: str) -> None:
        self._store = PostgresStore(stage.database)
        self._stream = stream
        self._head: StreamHead = EMPTY

    async def append(self, seconds: float) -> int:
        """For so long; how many facts."""
        facts, until = 0, perf_counter() + seconds
        while perf_counter() < until:
            new = [NewFact("Benched", 1, DATA, METADATA, (), new_id()) for _ in range(BATCH)]
            self._head = await appended(self._store, self._stream, self._head, new)
            facts += BATCH
        return facts


async def appended(store: PostgresStore, stream: str, head: StreamHead, new: Sequence[NewFact]) -> StreamHead:
    """The stream's next head. Raises `Stopped` where somebody else writes to it."""
    [outcome] = await store.append([Item(stream, head, new)], utc_now())
    if not isinstance(outcome, Appended):
        raise Stopped(f"the append came to {outcome}")
    return outcome.head
