"""The Merkle tree in Postgres: subtrees from blocks of facts upwards are rows, what is below comes from the facts."""

from collections.abc import AsyncIterator, Sequence

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from eventstore.seals.proofs import Part, Span, parts, roots
from eventstore.seals.tree import Tree, leaf, node

BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL
"""Facts under the smallest subtree that is a row. A proof reads one or two such blocks, and a row a level above."""


class TreeBroken(Exception):
    """The tree cannot be read: a fact or a subtree of the log is missing."""


LEAVES = """SELECT position, stream, version, hash FROM eventstore.events
            WHERE log_id = $1 AND position > $2 AND position <= $3 ORDER BY position"""

NODES = """SELECT n.level, n.number, n.hash
           FROM unnest($2::smallint[], $3::bigint[]) AS w (level, number)
           JOIN eventstore.seal_nodes AS n ON n.log_id = $1 AND n.level = w.level AND n.number = w.number"""

BLOCKS_PAGE = 10_000

BLOCKS = """SELECT number, hash FROM eventstore.seal_nodes
            WHERE log_id = $1 AND level = $2 AND number >= $3 AND number < $4 ORDER BY number LIMIT $5"""


class PostgresTree:
    """Reads O(log n) rows and a block of facts, whatever is asked. All raise `StoreUnavailable` and `TreeBroken`."""

    def __init__(
        self, database: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy"
    ) -> None:
        self._database = database

    async def roots(self, spans: Sequence[Span]) -> list[bytes]:
        """The root over each of the spans of a proof, within what is sealed."""
        wanted = list(dict.fromkeys(part for span in spans for part in parts(span)))
        known = await self._nodes([part for part in wanted if part.level >= BLOCK_LEVEL])
        for part in wanted:
            if part.level < BLOCK_LEVEL:
                known[part] = await self._small(part)
        return roots(spans, known)

    async def at(self, size: int) -> Tree:
        """The tree of the first `size` facts, which are sealed."""
        peaks = parts(Span(0, size))
        known = await self._nodes([part for part in peaks if part.level >= BLOCK_LEVEL])
        whole = size // BLOCK * BLOCK
        tree = Tree(whole, [known[part] for part in peaks if part.level >= BLOCK_LEVEL])
        for digest in await self.leaves(whole, size):
            tree.add(digest)
        return tree

    async def blocks(self, to: int) -> AsyncIterator[tuple[int, bytes]]:
        """The number and root of each block below number `to`, in order, up to the first that is missing."""
        following = 0
        while following < to:
            with unavailable_is_said():
                rows = await self._database.fetch(BLOCKS, LOG_ID, BLOCK_LEVEL, following, to, BLOCKS_PAGE)
            for number, digest in rows:
                if number != following:
                    return
                yield number, digest
                following += 1
            if not rows:
                return

    async def leaves(self, after: int, to: int) -> list[bytes]:
        """Those of the facts at the positions after `after` up to `to`."""
        if after == to:
            return []
        with unavailable_is_said():
            rows = await self._database.fetch(LEAVES, LOG_ID, after, to)
        if [row[0] for row in rows] != list(range(after + 1, to + 1)):
            raise TreeBroken(f"a fact is missing after position {after} and up to {to}")
        return [leaf(position, stream, version, digest) for position, stream, version, digest in rows]

    async def _small(self, part: Part) -> bytes:
        """A subtree below the blocks."""
        begin = part.number << part.level
        digests = await self.leaves(begin, begin + (1 << part.level))
        return perfect(digests)

    async def _nodes(self, wanted: Sequence[Part]) -> dict[Part, bytes]:
        if not wanted:
            return {}
        levels, numbers = [part.level for part in wanted], [part.number for part in wanted]
        with unavailable_is_said():
            rows = await self._database.fetch(NODES, LOG_ID, levels, numbers)
        if len(rows) != len(wanted):
            raise TreeBroken("a subtree of the log is missing from eventstore.seal_nodes")
        return {Part(level, number): digest for level, number, digest in rows}


def perfect(digests: list[bytes]) -> bytes:
    """The root over as many leaves as a power of two."""
    while len(digests) > 1:
        digests = [node(left, right) for left, right in zip(digests[::2], digests[1::2], strict=True)]
    return digests[0]
