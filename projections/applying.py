"""Apply a batch of facts to a projector's tables: load the rows they touch, fold, store what changed.

One statement to load the rows of all tables, one per table to store and, rarely, one to remove, however many facts: row
by row would cost a round trip each.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from asyncpg.pool import PoolConnectionProxy

from domain.person.facts import PersonErased
from eventstore.facts import RecordedFact
from projections.batch import Batch
from projections.following.decoding import Decode, decoded
from projections.projector import Projector
from projections.quoting import nobody_is_quoted
from projections.table import Table
from runtime.privacy.keyring import Keyring, people_in

Connection = PoolConnectionProxy
Decoded = Sequence[tuple[RecordedFact, Any]]
"""Facts as recorded, each with what it says."""

# A thousand facts fold in ten milliseconds; requests served by the same event loop should not wait that long.
FACTS_AT_A_TIME = 100


async def apply(
    projector: Projector,
    connection: Connection,
    facts: Sequence[RecordedFact],
    keyring: Keyring,
    decode: Decode = decoded,
) -> int:
    """Fold `facts`, in order, into the tables the search path leads to. Returns how many concerned the projector.

    Raises whatever decoding, folding or storing raises; then nothing of the batch may be committed.
    """
    concerning = projector.concerning(facts, decode)
    if concerning:
        with nobody_is_quoted(projector):
            batch = await load(projector, connection, concerning, keyring)
            await fold(projector, batch, concerning)
            for statement, arguments in batch.changes():
                await connection.execute(statement, *arguments)
    return len(concerning)


async def load(projector: Projector, connection: Connection, facts: Decoded, keyring: Keyring) -> Batch:
    """The rows that are there of those the facts will look at, and the keys of the people in them."""
    first: dict[Table[Any], set[str]] = defaultdict(set)
    about: dict[Table[Any], set[str]] = defaultdict(set)
    for _, fact in facts:
        on = projector.folds[type(fact)]
        for table, field in on.reads.items():
            first[table].add(getattr(fact, field))
        for table, field in on.about.items():
            about[table].add(getattr(fact, field))
    people: set[str] = set()
    if projector.opens is not None:
        people = {whose for recorded, _ in facts for whose in people_in(recorded.data)}
        first[projector.opens] |= people
    loaded = await load_rows(connection, first, about)
    batch = Batch(
        {table: loaded.get(table, {}) for table in projector.tables},
        await keyring.keys(people, over=connection) if people else None,
    )
    if projector.opens is not None:
        forget_erased(projector.opens, batch, facts, keyring)
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


def forget_erased(erased: Table[Any], batch: Batch, facts: Decoded, keyring: Keyring) -> None:
    """Use no key of somebody who had been erased when this batch begins, and remember none of who is within it.

    The rows say it, and not the keyring alone: another worker may have folded the erasure while this process still
    knows the key, and a command that was under way meanwhile may be recorded after it.
    """
    for person_id in batch[erased]:
        batch.forget(person_id)
        keyring.forget(person_id)
    for _, fact in facts:
        if isinstance(fact, PersonErased):
            keyring.forget(fact.person_id)


async def load_rows(
    connection: Connection,
    wanted: Mapping[Table[Any], Collection[str]],
    about: Mapping[Table[Any], Collection[str]] = MappingProxyType({}),
) -> dict[Table[Any], dict[str, Any]]:
    """The rows of these keys, and those about these people, of all tables in one round trip."""
    asked = [(table, table.load, list(keys)) for table, keys in wanted.items() if keys]
    asked += [(table, table.load_about, list(people)) for table, people in about.items() if people]
    if not asked:
        return {}
    statement = " UNION ALL ".join(load(number) for number, (_, load, _) in enumerate(asked, start=1))
    found: dict[int, list[str]] = defaultdict(list)
    for number, row in await connection.fetch(statement, *(keys for _, _, keys in asked)):
        found[number].append(row)
    rows: dict[Table[Any], dict[str, Any]] = {}
    for number, (table, _, _) in enumerate(asked, start=1):
        rows.setdefault(table, {}).update(table.read(found[number]))
    return rows


async def fold(projector: Projector, batch: Batch, facts: Decoded) -> None:
    for number, (recorded, fact) in enumerate(facts, start=1):
        batch.begin(recorded)
        projector.folds[type(fact)].fold(batch, fact)
        batch.end()
        if number % FACTS_AT_A_TIME == 0:
            await asyncio.sleep(0)
