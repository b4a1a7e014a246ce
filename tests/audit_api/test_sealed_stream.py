"""One stream is held against the seals: what its own chain cannot show is shown by the tree."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from audit_api.known import Known
from audit_api.sealed_stream import SealedStream
from audit_api.verification import verify_stream
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import PostgresTree
from eventstore.seals.key import SealKey, Signer
from eventstore.seals.seal import Seal
from eventstore.verify import Guarantee, Verdict
from tests.eventstore.seals.forging import FORGER, rechain, replace_key, reseal
from tests.eventstore.seals.sealing import Streams, seal_all, sealer, secrets

OURS = Signer(next(secrets()))


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def kept(pool: asyncpg.Pool) -> list[Seal | SealKey]:
    """600 facts of a and b, and one of c, sealed; two more of a and b each, sealed; one of a. Two blocks are rows."""
    streams, one = Streams(PostgresStore(pool)), sealer(pool)
    for _ in range(3):
        await streams.append("a", "b", batch=100)
    await streams.append("c")
    await seal_all(one)
    await streams.append("a", "b", batch=2)
    await seal_all(one)
    await streams.append("a")
    seals = PostgresSeals(pool)
    return [*await seals.keys(), *await seals.read_seals(0)]


async def verdict(pool: asyncpg.Pool, stream: str, known: Known | None = None) -> Verdict:
    sealed = SealedStream(PostgresSeals(pool), PostgresTree(pool), known or Known())
    found = await verify_stream(PostgresStore(pool), PostgresChains(pool), sealed, stream, lambda *_: None)
    assert found is not None
    return found


async def test_a_stream_that_nobody_touched_is_what_was_sealed(
    pool: asyncpg.Pool, kept: list[Seal | SealKey]
) -> None:
    [key, first, _] = kept
    assert isinstance(key, SealKey)
    for known, seals in (
        (Known(), 1),
        (Known(key.public), 1),
        (Known(key.public, [key, first]), 2),
        (Known(None, kept), 1),
    ):
        assert await verdict(pool, "a", known) == Verdict(303, 1, 606, None, seals, 605, 1)
        assert await verdict(pool, "c", known) == Verdict(1, 1, 606, None, seals, 605, 0)


async def forged(pool: asyncpg.Pool) -> None:
    """A fact of the first block, with its chain and everything that hangs on it but the tree."""
    nodes = await pool.fetch("SELECT * FROM eventstore.seal_nodes")
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)
    for row in nodes:
        await pool.execute(
            "UPDATE eventstore.seal_nodes SET hash = $3 WHERE level = $1 AND number = $2",
            row["level"], row["number"], row["hash"],
        )  # fmt: skip


async def forged_with_the_tree(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)


async def behind_the_last_block(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 602")
    await rechain(pool)


async def exchanged(pool: asyncpg.Pool) -> None:
    """Two facts of different streams change positions."""
    for old, new in ((100, -1), (101, 100), (-1, 101)):
        await pool.execute("UPDATE eventstore.events SET position = $2 WHERE position = $1", old, new)


async def neighbour_gone(pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM eventstore.events WHERE position = 150")


async def node_gone(pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM eventstore.seal_nodes WHERE level = 8 AND number = 1")


async def seal_altered(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE eventstore.seals SET root = sha256('x') WHERE size = 605")


async def seal_beyond_the_end(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE eventstore.log SET last_position = 604")


async def key_altered(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE eventstore.seal_keys SET public = sha256('x')")


TAMPERINGS = {
    forged: (256, Guarantee.TREE, "the facts 1 to 256, some of them its own, are not what was sealed at size 605"),
    forged_with_the_tree: (605, Guarantee.TREE, "the facts up to here are not those that were sealed at size 605"),
    behind_the_last_block: (605, Guarantee.TREE, "the facts up to here are not those that were sealed at size 605"),
    neighbour_gone: (256, Guarantee.NO_GAPS, "a fact is missing after position 0 and up to 256"),
    node_gone: (256, Guarantee.TREE, "a subtree of the log is missing from eventstore.seal_nodes"),
    seal_altered: (605, Guarantee.SIGNATURE, "the signature of the seal of size 605 is not by its key"),
    seal_beyond_the_end: (604, Guarantee.TREE, "the seal of size 605 is not where the log has that size"),
    key_altered: (0, Guarantee.KEYS, "key 1 is not signed by its own private key"),
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
async def test_what_its_own_chain_does_not_show_the_latest_seal_does(
    pool: asyncpg.Pool, kept: list[Seal | SealKey], tamper: object
) -> None:
    await tamper(pool)  # type: ignore[operator]
    bad = (await verdict(pool, "a")).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee, bad.problem) == TAMPERINGS[tamper]  # type: ignore[index]


async def test_an_exchange_with_another_stream_is_seen_from_both(
    pool: asyncpg.Pool, kept: list[Seal | SealKey]
) -> None:
    await exchanged(pool)
    for stream in "ab":
        bad = (await verdict(pool, stream)).first_bad
        assert bad is not None
        assert (bad.position, bad.guarantee) == (256, Guarantee.TREE)
    assert (await verdict(pool, "c")).first_bad is None


async def test_what_agrees_with_itself_is_found_by_what_was_kept_elsewhere(
    pool: asyncpg.Pool, kept: list[Seal | SealKey]
) -> None:
    [key, first, _] = kept
    assert isinstance(key, SealKey)
    await forged_with_the_tree(pool)
    await pool.execute("DELETE FROM eventstore.seal_nodes")
    await pool.execute("DELETE FROM eventstore.seals")
    assert (await verdict(pool, "a")).first_bad is None
    bad = (await verdict(pool, "a", Known(None, [first]))).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (601, Guarantee.SAVED_SEALS)
    await replace_key(pool)
    for known, guarantee in (
        (Known(key.public), Guarantee.KEYS),
        (Known(None, [key]), Guarantee.SAVED_SEALS),
        (Known(FORGER.public), Guarantee.KEYS),
    ):
        bad = (await verdict(pool, "a", known)).first_bad
        assert bad is not None
        assert bad.guarantee is guarantee


async def test_with_our_own_key_history_is_still_not_that_of_a_saved_seal(
    pool: asyncpg.Pool, kept: list[Seal | SealKey]
) -> None:
    """The saved seal was left as it was, and a later one was signed over other facts."""
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 603")
    await rechain(pool)
    await reseal(pool, OURS.sign, OURS.key_id)
    assert (await verdict(pool, "a")).first_bad is None
    assert (await verdict(pool, "a", Known(None, kept[:2]))).first_bad is None
    bad = (await verdict(pool, "a", Known(None, kept))).first_bad
    assert bad is not None
    assert bad.guarantee is Guarantee.SAVED_SEALS
