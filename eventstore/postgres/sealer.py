"""Seals the log behind its last position.

A sealer signs only what continues what is signed already: it first makes the tree at the last seal anew and compares it
with that seal, whose signature it checks. One lease makes sealers take turns, and everything that belongs to a seal
commits at one moment, so a crash leaves what was there before.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import Enum, auto

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.seal_keys import SealKeyring
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import LOG_ID, PostgresStore
from eventstore.postgres.subscriptions import PostgresLease, PostgresSubscriptions
from eventstore.postgres.tree import BLOCK, BLOCK_LEVEL, PostgresTree, TreeBroken, perfect
from eventstore.seals.kept import KeptSeals
from eventstore.seals.key import SealKey, Signer
from eventstore.seals.keys import Keys
from eventstore.seals.proofs import Part
from eventstore.seals.seal import BEFORE_THE_FIRST, Seal, digest, statement
from eventstore.seals.tree import Tree
from eventstore.seals.wrapping import Wrapping

SUBSCRIPTION = "seals"

FACTS_MAX = 10_000
"""Under one seal, at most: a few milliseconds of hashing, in which the event loop does nothing else."""

LINES_MAX = 1_000


class SealingRefused(Exception):
    """The log is not what was sealed, or what was kept outside says otherwise: nothing is signed on top of that."""


class Step(Enum):
    """What a sealer's step came to."""

    SEALED = auto()
    NOTHING_NEW = auto()
    TAKEN = auto()


INSERT_SEAL = """INSERT INTO eventstore.seals (log_id, size, root, previous, sealed_at, key_id, signature)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"""

INSERT_NODES = """INSERT INTO eventstore.seal_nodes (log_id, level, number, hash)
                  SELECT $1, n.level, n.number, n.hash
                  FROM unnest($2::smallint[], $3::bigint[], $4::bytea[]) AS n (level, number, hash)"""


class Sealer:
    """Any number may compete; one at a time seals."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        wrapping: Wrapping,
        new_secret: Callable[[], bytes],
        now: Callable[[], datetime],
        kept: KeptSeals | None = None,
    ) -> None:
        """`new_secret` gives 32 bytes of chance. `kept` is a copy of the seals outside the database."""
        self._subscriptions = PostgresSubscriptions(pool)
        self._keyring = SealKeyring(wrapping, new_secret)
        self._now = now
        self._kept = kept

    async def step(self) -> Step:
        """Write to the copy outside what it lacks, then seal what is new, up to `FACTS_MAX` facts.

        Raises `StoreUnavailable`, `SealingRefused`, OSError, and what unwrapping raises.
        """
        async with self._lease() as lease:
            if lease is None:
                return Step.TAKEN
            with unavailable_is_said():
                return await self._step(lease)

    async def rotate(self) -> SealKey | None:
        """Let a new key take over from here on, signed by the old one, whose private half is destroyed.

        None while somebody else holds the lease. Raises as `step` does.
        """
        async with self._lease() as lease:
            if lease is None:
                return None
            seals = PostgresSeals(lease.connection)
            with unavailable_is_said():
                keys, last = await _checked(seals)
                after = 0 if last is None else last.size
                return await self._keyring.rotate(lease.connection, keys, after, self._now())

    async def rewrap(self) -> int | None:
        """Wrap the private key anew where the wrapping key is another by now; how many were.

        None while somebody else holds the lease. Raises `StoreUnavailable`, and what unwrapping raises.
        """
        async with self._lease() as lease:
            if lease is None:
                return None
            with unavailable_is_said():
                return await self._keyring.rewrap(lease.connection)

    def _lease(self) -> AbstractAsyncContextManager[PostgresLease | None]:
        return self._subscriptions.lease(SUBSCRIPTION)

    async def _step(self, lease: PostgresLease) -> Step:
        seals = PostgresSeals(lease.connection)
        keys, last = await _checked(seals)
        if self._kept is not None:
            await _catch_up(self._kept, seals, keys, last)
        size = 0 if last is None else last.size
        to = min(await PostgresStore(lease.connection).last_position(), size + FACTS_MAX)
        if to < size:
            raise SealingRefused(f"{size} facts were sealed, and the log says that it has {to}")
        if to == size:
            return Step.NOTHING_NEW
        signer = await self._keyring.signer(lease.connection, keys, self._now())
        await self._seal(lease, last, to, signer)
        return Step.SEALED

    async def _seal(self, lease: PostgresLease, last: Seal | None, to: int, signer: Signer) -> None:
        tree, nodes = await _grown(PostgresTree(lease.connection), last, to)
        previous = BEFORE_THE_FIRST if last is None else digest(last)
        unsigned = Seal(LOG_ID, to, tree.root, previous, self._now(), signer.key_id, b"")
        signed = unsigned._replace(signature=signer.sign(statement(unsigned)))
        await lease.connection.execute(INSERT_NODES, LOG_ID, *_columns(nodes))
        await lease.connection.execute(INSERT_SEAL, *signed)
        await lease.advance(to)


async def _checked(seals: PostgresSeals) -> tuple[Keys, Seal | None]:
    """The keys and the last seal, if they are signed as they must be. Raises SealingRefused."""
    keys = Keys()
    for key in await seals.keys():
        if problem := keys.add(key):
            raise SealingRefused(problem)
    last = await seals.last()
    if last is not None and (problem := keys.problem_with(last)):
        raise SealingRefused(problem)
    return keys, last


async def _grown(stored: PostgresTree, last: Seal | None, to: int) -> tuple[Tree, list[tuple[Part, bytes]]]:
    """The tree of the first `to` facts, and the subtrees that are complete now. Raises SealingRefused."""
    size = 0 if last is None else last.size
    # From the last whole block on, whose subtrees are rows.
    begin = size // BLOCK * BLOCK
    try:
        tree = await stored.at(begin)
        leaves = await stored.leaves(begin, to)
    except TreeBroken as error:
        raise SealingRefused(str(error)) from None
    if last is not None and _root(tree, leaves[: size - begin]) != last.root:
        raise SealingRefused(f"the facts up to {size} are not those that were sealed")
    nodes: list[tuple[Part, bytes]] = []
    whole = len(leaves) // BLOCK * BLOCK
    for begin in range(0, whole, BLOCK):
        block = tree.size >> BLOCK_LEVEL
        done = tree.add_block(BLOCK_LEVEL, perfect(leaves[begin : begin + BLOCK]))
        nodes += [(Part(BLOCK_LEVEL + above, block >> above), each) for above, each in enumerate(done)]
    for each in leaves[whole:]:
        tree.add(each)
    return tree, nodes


def _root(tree: Tree, more: Sequence[bytes]) -> bytes:
    """That of a tree with so many more leaves."""
    grown = Tree(tree.size, tree.peaks)
    for each in more:
        grown.add(each)
    return grown.root


async def _catch_up(kept: KeptSeals, seals: PostgresSeals, keys: Keys, last: Seal | None) -> None:
    """Write what the copy lacks. Raises SealingRefused where it says something else than the database."""
    there, written = kept.last()
    if there is not None and there != await seals.seal(there.size):
        raise SealingRefused(
            f"the seal of size {there.size} in {kept.path} is not in the database: "
            "the log was altered, or the database restored to an earlier state. If it was restored, keep that file "
            "elsewhere, as it is proof of what is lost: then a new one is begun"
        )
    # A key stands before its first seal, however far from the end that is.
    written = max(written, 0 if there is None else keys.number_of_id(there.key_id))
    after = 0 if there is None else there.size
    while last is not None and after < last.size:
        page = await seals.read_seals(after, LINES_MAX)
        lines: list[Seal | SealKey] = []
        for seal in page:
            number = keys.number_of_id(seal.key_id)
            lines += [key for each in range(written + 1, number + 1) if (key := keys.numbered(each))]
            lines.append(seal)
            written = max(written, number)
        kept.add(lines)
        after = page[-1].size


def _columns(nodes: Sequence[tuple[Part, bytes]]) -> tuple[list[int], list[int], list[bytes]]:
    return [part.level for part, _ in nodes], [part.number for part, _ in nodes], [each for _, each in nodes]
