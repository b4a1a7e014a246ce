"""Apply a batch of facts to a projector's tables: load the rows they touch, fold, store what changed.

One statement per table to load, one to store and, rarely, one to remove, however many facts: row by row would cost a
round trip each.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from asyncpg.pool import PoolConnectionProxy

from eventstore.facts import RecordedFact
from projections.batch import Batch
from projections.projector import Projector
from projections.table import Table

Connection = PoolConnectionProxy

# A thousand facts fold in ten milliseconds; requests served by the same event loop should not wait that long.
FACTS_AT_A_TIME = 100


async def apply(projector: Projector, connection: Connection, facts: Sequence[RecordedFact]) -> int:
    """Fold `facts`, in order, into the tables the search path leads to. Returns how many concerned the projector.

    Raises whatever decoding, folding or storing raises; then nothing of the batch may be committed.
    """
    concerning = [fact for each in facts if (fact := projector.decode(each)) is not None]
    if concerning:
        batch = await load(projector, connection, concerning)
        await fold(projector, batch, concerning)
        for table, rows, removed in batch.changes():
            if rows:
                await connection.execute(table.store, table.written(rows))
            if removed:
                await connection.execute(table.remove, removed)
    return len(concerning)


async def load(projector: Projector, connection: Connection, facts: Sequence[Any]) -> Batch:
    """The rows that are there of those the facts will look at."""
    keys: dict[Table[Any], set[str]] = {table: set() for table in projector.tables}
    for fact in facts:
        for table, field in projector.folds[type(fact)].reads.items():
            keys[table].add(getattr(fact, field))
    return Batch({table: await load_rows(table, connection, wanted) for table, wanted in keys.items()})


async def load_rows(table: Table[Any], connection: Connection, keys: set[str]) -> dict[str, Any]:
    return table.read(await connection.fetch(table.load, list(keys))) if keys else {}


async def fold(projector: Projector, batch: Batch, facts: Sequence[Any]) -> None:
    for number, fact in enumerate(facts, start=1):
        projector.folds[type(fact)].fold(batch, fact)
        if number % FACTS_AT_A_TIME == 0:
            await asyncio.sleep(0)
