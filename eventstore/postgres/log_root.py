"""What the log is up to a position, in one hash: the root over all facts up to there."""

import asyncpg
import asyncpg.pool

from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.tree import PostgresTree
from eventstore.seals.tree import Tree

LEAVES_MAX = 10_000

Database = asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


async def log_root(database: "Database", position: int) -> bytes:
    """The root of the first `position` facts, which is what a seal of that size says.

    Of what is sealed it reads the few rows that are needed, of what is not every fact. Raises `StoreUnavailable`,
    `TreeBroken`.
    """
    stored = PostgresTree(database)
    last = await PostgresSeals(database).last()
    sealed = min(position, 0 if last is None else last.size)
    tree: Tree = await stored.at(sealed)
    while tree.size < position:
        for leaf in await stored.leaves(tree.size, min(position, tree.size + LEAVES_MAX)):
            tree.add(leaf)
    return tree.root
