"""Apply a batch of facts to a projector's tables: load the rows they touch, fold, store what changed.

One statement to load the rows of all tables, one per table to store and, rarely, one to remove, however many facts: row
by row would cost a round trip each.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from asyncpg.pool import PoolConnectionProxy

from eventstore.facts import RecordedFact
from projections.batch import Batch
from projections.following.decoding import Decode, decoded
from projections.projector import Projector
from projections.table import Table

Connection = PoolConnectionProxy
Decoded = Sequence[tuple[RecordedFact, Any]]
"""Facts as recorded, each with what it says."""

# A thousand facts fold in ten milliseconds; requests served by the same event loop should not wait that long.
FACTS_AT_A_TIME = 100


async def apply(
    projector: Projector, connection: Connection, facts: Sequence[RecordedFact], decode: Decode = decoded
) -> int:
    """Fold `facts`, in order, into the tables the search path leads to. Returns how many concerned the projector.

    Raises whatever decoding, folding or storing raises; then nothing of the batch may be committed.
    """
    concerning = projector.concerning(facts, decode)
    if concerning:
        batch = await load(projector, connection, concerning)
        await fold(projector, batch, concerning)
        for statement, arguments in batch.changes():
            await connection.execute(statement, *arguments)
    return len(concerning)


async def load(projector: Projector, connection: Connection, facts: Decoded) -> Batch:
    """The rows that are there of those the facts will look at."""
    first: dict[Table[Any], set[str]] = defaultdict(set)
    for _, fact in facts:
        for table, field in projector.folds[type(fact)].reads.items():
            first[table].add(getattr(fact, field))
    loaded = await load_rows(connection, first)
    batch = Batch({table: loaded.get(table, {}) for table in projector.tables})
    further: dict[Table[Any], set[str]] = defaultdict(set)
    for _, fact in facts:
        on = projector.folds[type(fact)]
        if on.then is not None:
            for table, keys in on.then(batch, fact).items():
                # What the first look has found is not loaded over.
                further[table].update(key for key in keys if key not in first[table])
    for table, rows in (await load_rows(connection, further)).items():
        batch[table].add(rows)
    return batch


async def load_rows(
    connection: Connection, wanted: Mapping[Table[Any], Collection[str]]
) -> dict[Table[Any], dict[str, Any]]:
    """The rows of these keys, of all tables in one round trip."""
    asked = [(table, list(keys)) for table, keys in wanted.items() if keys]
    if not asked:
        return {}
    statement = " UNION ALL ".join(table.load(number) for number, (table, _) in enumerate(asked, start=1))
    found: dict[int, list[str]] = defaultdict(list)
    for number, row in await connection.fetch(statement, *(keys for _, keys in asked)):
        found[number].append(row)
    return {table: table.read(found[number]) for number, (table, _) in enumerate(asked, start=1)}


async def fold(projector: Projector, batch: Batch, facts: Decoded) -> None:
    for number, (recorded, fact) in enumerate(facts, start=1):
        batch.begin(recorded)
        projector.folds[type(fact)].fold(batch, fact)
        batch.end()
        if number % FACTS_AT_A_TIME == 0:
            await asyncio.sleep(0)
