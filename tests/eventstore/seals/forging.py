"""What a forger does who may do anything in the database, and knows how it all works."""

from collections.abc import Callable
from hashlib import sha256

import asyncpg

from eventstore.hashing import BEFORE_THE_FIRST, expected_hash
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import perfect
from eventstore.seals import key as keys
from eventstore.seals import seal as seals
from eventstore.seals.key import SealKey, Signer
from eventstore.seals.tree import Tree, leaf

FORGER = Signer(sha256(b"the forger's own").digest())

RECHAINED = "UPDATE eventstore.events SET hash = $2 WHERE position = $1"
HEADS = """UPDATE eventstore.streams AS s SET version = e.version, head = e.hash
           FROM (SELECT DISTINCT ON (stream) stream, version, hash
                 FROM eventstore.events ORDER BY stream, version DESC) AS e
           WHERE e.stream = s.stream"""
END = "UPDATE eventstore.log SET last_position = (SELECT max(position) FROM eventstore.events)"
NODES = "SELECT level, number FROM eventstore.seal_nodes"
NODE = "UPDATE eventstore.seal_nodes SET hash = $3 WHERE level = $1 AND number = $2"
SEAL = "UPDATE eventstore.seals SET root = $2, previous = $3, key_id = $4, signature = $5 WHERE size = $1"


async def rechain(pool: asyncpg.Pool) -> None:
    """Every hash, head and node, and the end of the log, as if the facts had always been these."""
    heads: dict[str, bytes] = {}
    for fact in await PostgresStore(pool).read_log(0, 100_000):
        heads[fact.stream] = expected_hash(heads.get(fact.stream, BEFORE_THE_FIRST), fact)
        await pool.execute(RECHAINED, fact.position, heads[fact.stream])
    await pool.execute(HEADS)
    await pool.execute(END)
    facts = await PostgresStore(pool).read_log(0, 100_000)
    leaves = [leaf(fact.position, fact.stream, fact.version, fact.hash) for fact in facts]
    for level, number in await pool.fetch(NODES):
        under = leaves[number << level : (number + 1) << level]
        if len(under) == 1 << level:
            await pool.execute(NODE, level, number, perfect(under))


async def tree_at(pool: asyncpg.Pool, size: int) -> Tree:
    """Of the facts as they are now."""
    tree = Tree()
    for fact in await PostgresStore(pool).read_log(0, size):
        tree.add(leaf(fact.position, fact.stream, fact.version, fact.hash))
    return tree


async def reseal(pool: asyncpg.Pool, signed: Callable[[bytes], bytes], key_id: str) -> None:
    """Every seal anew, over the facts as they are now."""
    previous = seals.BEFORE_THE_FIRST
    for seal in await PostgresSeals(pool).read_seals(0):
        root = (await tree_at(pool, seal.size)).root
        made = seal._replace(root=root, previous=previous, key_id=key_id)
        made = made._replace(signature=signed(seals.statement(made)))
        await pool.execute(SEAL, made.size, made.root, made.previous, made.key_id, made.signature)
        previous = seals.digest(made)


async def replace_key(pool: asyncpg.Pool) -> SealKey:
    """The forger's own in the place of the first."""
    [key] = await PostgresSeals(pool).keys()
    made = key._replace(public=FORGER.public)
    made = made._replace(signature=FORGER.sign(keys.statement(made)))
    await pool.execute(
        "UPDATE eventstore.seal_keys SET public = $1, signature = $2", made.public, made.signature
    )
    return made
