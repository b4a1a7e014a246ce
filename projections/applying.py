"""Apply a batch of facts to a projector's tables: load the rows they touch, fold, store what changed.

One statement per table to load, one to store and, rarely, one to remove, however many facts: row by row would cost a
round trip each.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from asyncpg.pool import PoolConnectionProxy

from eventstore.facts import RecordedFact
from projections.batch import Batch
from projections.projector import Projector
from projections.table import Table

Connection = PoolConnectionProxy
Decoded = Sequence[tuple[RecordedFact, Any]]
"""Facts as recorded, each with what it says."""

# A thousand facts fold in ten milliseconds; requests served by the same event loop should not wait that long.
FACTS_AT_A_TIME = 100


async def apply(projector: Projector, connection: Connection, facts: Sequence[RecordedFact]) -> int:
    """Fold `facts`, in order, into the tables the search path leads to. Returns how many concerned the projector.

    Raises whatever decoding, folding or storing raises; then nothing of the batch may be committed.
    """
    concerning = [(each, fact) for each in facts if (fact := projector.decode(each)) is not None]
    if concerning:
        batch = await load(projector, connection, concerning)
        await fold(projector, batch, concerning)
        for statement, argument in batch.changes():
            await connection.execute(statement, argument)
    return len(concerning)


async def load(projector: Projector, connection: Connection, facts: Decoded) -> Batch:
    """The rows that are there of those the facts will look at."""
    first: dict[Table[Any], set[str]] = defaultdict(set)
    for _, fact in facts:
        for table, field in projector.folds[type(fact)].reads.items():
            first[table].add(getattr(fact, field))
    batch = Batch({table: await load_rows(table, connection, first[table]) for table in projector.tables})
    further: dict[Table[Any], set[str]] = defaultdict(set)
    for _, fact in facts:
        on = projector.folds[type(fact)]
        if on.then is not None:
            for table, keys in on.then(batch, fact).items():
                further[table].update(keys)
    for table, keys in further.items():
        # What the first look has found is not loaded over.
        batch[table].add(await load_rows(table, connection, keys - first[table]))
    return batch


async def load_rows(table: Table[Any], connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
    wanted = list(keys)
    return table.read(await connection.fetch(table.load, wanted)) if wanted else {}


async def fold(projector: Projector, batch: Batch, facts: Decoded) -> None:
    for number, (recorded, fact) in enumerate(facts, start=1):
        batch.begin(recorded)
        projector.folds[type(fact)].fold(batch, fact)
        batch.end()
        if number % FACTS_AT_A_TIME == 0:
            await asyncio.sleep(0)
