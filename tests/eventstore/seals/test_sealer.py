"""Sealing: what is new gets under a seal, once, by one sealer, and only on top of what is sealed already."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from eventstore.postgres import sealer as sealing
from eventstore.postgres.seal_keys import NoPrivateKey
from eventstore.postgres.sealer import SealingRefused, Step
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import PostgresTree
from eventstore.seals.kept import KeptSeals, UnreadableSeals, file_at, read_saved
from eventstore.seals.key import SealKey
from eventstore.seals.keys import Keys
from eventstore.seals.proofs import consistency, consistent, included, inclusion
from eventstore.seals.seal import BEFORE_THE_FIRST, Seal, digest
from eventstore.seals.tree import Tree, leaf
from eventstore.store import StoreUnavailable
from tests.eventstore.seals.sealing import NOON, Streams, seal_all, sealer


@pytest.fixture
def streams(postgres_store: PostgresStore) -> Streams:
    return Streams(postgres_store)


@pytest.fixture
def seals(pool: asyncpg.Pool) -> PostgresSeals:
    return PostgresSeals(pool)


async def roots_by_definition(store: PostgresStore) -> list[bytes]:
    """The root at each size of the log, from 0."""
    tree = Tree()
    roots = [tree.root]
    for fact in await store.read_log(0, 1_000_000):
        tree.add(leaf(fact.position, fact.stream, fact.version, fact.hash))
        roots.append(tree.root)
    return roots


async def test_an_empty_log_is_not_sealed(pool: asyncpg.Pool, seals: PostgresSeals) -> None:
    assert await sealer(pool).step() is Step.NOTHING_NEW
    assert (await seals.last(), await seals.keys()) == (None, [])


async def test_seals_are_a_signed_chain_of_roots_over_the_whole_log(
    pool: asyncpg.Pool, postgres_store: PostgresStore, streams: Streams, seals: PostgresSeals
) -> None:
    one = sealer(pool)
    for batch in (1, 2, 252, 1, 1, 255, 300, 700):
        await streams.append("a", "b", batch=batch)
        assert await one.step() is Step.SEALED
    assert await one.step() is Step.NOTHING_NEW
    roots, keys, previous = await roots_by_definition(postgres_store), Keys(), BEFORE_THE_FIRST
    for key in await seals.keys():
        assert keys.add(key) is None
    found = await seals.read_seals(0)
    assert [seal.size for seal in found] == [2, 6, 510, 512, 514, 1024, 1624, 3024]
    for seal in found:
        assert (seal.root, seal.previous) == (roots[seal.size], previous)
        assert keys.problem_with(seal) is None
        previous = digest(seal)


async def test_a_long_log_is_sealed_in_bites(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "FACTS_MAX", 300)
    await streams.append("a", batch=700)
    await seal_all(sealer(pool))
    assert [seal.size for seal in await seals.read_seals(0)] == [300, 600, 700]


async def test_every_fact_and_every_earlier_seal_is_proven_from_the_database(
    pool: asyncpg.Pool, postgres_store: PostgresStore, streams: Streams, seals: PostgresSeals
) -> None:
    one, tree = sealer(pool), PostgresTree(pool)
    for batch in (3, 250, 9, 511, 1_300):
        await streams.append("a", batch=batch)
        await one.step()
    facts, all_seals = await postgres_store.read_log(0, 10_000), await seals.read_seals(0)
    for seal in all_seals:
        for fact in facts[: seal.size : 97]:
            path = await tree.roots(inclusion(fact.position - 1, seal.size))
            here = leaf(fact.position, fact.stream, fact.version, fact.hash)
            assert included(here, fact.position - 1, seal.size, path, seal.root)
        for earlier in all_seals[: all_seals.index(seal) + 1]:
            path = await tree.roots(consistency(earlier.size, seal.size))
            assert consistent(earlier.size, earlier.root, seal.size, seal.root, path)


async def test_sealers_take_turns_and_leave_one_chain(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals
) -> None:
    crowd = [sealer(pool) for _ in range(4)]
    done = set[Step]()
    for _ in range(12):
        await streams.append("a", batch=50)
        done |= set(await asyncio.gather(*(each.step() for each in crowd)))
    await seal_all(crowd[0])
    assert Step.TAKEN in done
    found = await seals.read_seals(0)
    assert [seal.previous for seal in found] == [BEFORE_THE_FIRST, *(digest(seal) for seal in found[:-1])]
    assert found[-1].size == 600
    assert len(await seals.keys()) == 1


async def test_two_seals_of_one_size_or_after_one_seal_are_not_kept(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals
) -> None:
    await streams.append("a", "a")
    await sealer(pool).step()
    seal = await seals.last()
    assert seal is not None
    for other in (seal._replace(previous=bytes(31) + b"x"), seal._replace(size=1)):
        with pytest.raises(asyncpg.UniqueViolationError):
            await pool.execute(sealing.INSERT_SEAL, *other)


@pytest.mark.parametrize("statement", ["INSERT_SEAL", "INSERT_NODES"])
async def test_what_fails_half_way_leaves_what_was_there_before(
    pool: asyncpg.Pool,
    streams: Streams,
    seals: PostgresSeals,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
) -> None:
    one = sealer(pool)
    await streams.append("a", batch=600)
    with monkeypatch.context() as broken:
        broken.setattr(sealing, statement, "SELECT 1")
        with pytest.raises(StoreUnavailable):
            await one.step()
    for table in ("seals", "seal_keys", "seal_secrets", "seal_nodes"):
        assert await pool.fetchval(f"SELECT count(*) FROM eventstore.{table}") == 0
    assert await one.step() is Step.SEALED
    (key,), last = await seals.keys(), await seals.last()
    assert last is not None
    assert (last.size, last.key_id) == (600, key.id)


# ------------------------------------------------------------------------------------------ refusing


ALTERATIONS = {
    "a sealed fact": "UPDATE eventstore.events SET hash = sha256('x') WHERE position = 300",
    "a sealed fact gone": "DELETE FROM eventstore.events WHERE position = 300",
    "a node": "UPDATE eventstore.seal_nodes SET hash = sha256('x')",
    "a node gone": "DELETE FROM eventstore.seal_nodes",
    "the last seal's root": "UPDATE eventstore.seals SET root = sha256('x')",
    "the last seal's size": "UPDATE eventstore.seals SET size = 299",
    "the public key": "UPDATE eventstore.seal_keys SET public = sha256('x')",
    "the end of the log": "UPDATE eventstore.log SET last_position = 10",
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_nothing_is_sealed_on_top_of_what_was_altered(
    pool: asyncpg.Pool, streams: Streams, alteration: str
) -> None:
    await streams.append("a", batch=300)
    await sealer(pool).step()
    await streams.append("a")
    await pool.execute(ALTERATIONS[alteration])
    with pytest.raises(SealingRefused):
        await sealer(pool).step()
    assert await pool.fetchval("SELECT count(*) FROM eventstore.seals") == 1


@pytest.mark.parametrize(
    "alteration",
    ["DELETE FROM eventstore.seal_secrets", "UPDATE eventstore.seal_secrets SET wrapped = wrapped || 'x'"],
)
async def test_without_its_private_key_nobody_seals(
    pool: asyncpg.Pool, streams: Streams, alteration: str
) -> None:
    await streams.append("a")
    await sealer(pool).step()
    await streams.append("a")
    await pool.execute(alteration)
    with pytest.raises((NoPrivateKey, ValueError)):
        await sealer(pool).step()


# ------------------------------------------------------------------------------------------ keys


async def test_a_new_key_takes_over_signed_by_the_old_one_whose_private_half_is_destroyed(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals
) -> None:
    one, other = sealer(pool), sealer(pool, name="other")
    await streams.append("a")
    await one.step()
    key = await other.rotate()
    assert key is not None
    assert (key.number, key.after) == (2, 1)
    await streams.append("a")
    await one.step()
    first, second = await seals.read_seals(0)
    keys = Keys()
    for each in await seals.keys():
        assert keys.add(each) is None
    assert [keys.problem_with(seal) for seal in (first, second)] == [None, None]
    assert (first.key_id, second.key_id) == tuple(each.id for each in await seals.keys())
    assert await pool.fetchval("SELECT array_agg(number) FROM eventstore.seal_secrets") == [2]


async def test_a_key_can_be_replaced_before_anything_is_sealed(pool: asyncpg.Pool, streams: Streams) -> None:
    one = sealer(pool)
    assert await one.rotate() is not None
    second = await one.rotate()
    assert second is not None
    await streams.append("a")
    await one.step()
    last = await PostgresSeals(pool).last()
    assert last is not None
    assert last.key_id == second.id


# ------------------------------------------------------------------------------------------ kept outside


@pytest.mark.parametrize("place", ["{}", "file://{}", "{}/mine.ndjson", "file://{}/mine.ndjson"])
async def test_the_copy_outside_has_every_seal_and_key(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals, tmp_path: Path, place: str
) -> None:
    path = file_at(place.format(tmp_path / "seals"), 1)
    one = sealer(pool, KeptSeals(path))
    await streams.append("a")
    await seal_all(one)
    # Others seal meanwhile, who keep no copy here.
    await streams.append("a")
    await seal_all(sealer(pool))
    await sealer(pool, name="other").rotate()
    await streams.append("a")
    await seal_all(sealer(pool))
    await seal_all(sealer(pool, KeptSeals(path)))
    first, second = await seals.keys()
    (a, b, c) = await seals.read_seals(0)
    assert list(read_saved(path)) == [first, a, b, second, c]


@pytest.mark.parametrize("kept_bytes", [1, 100, 300, 700, 10_000])
async def test_a_crash_in_the_middle_of_a_line_costs_nothing(
    pool: asyncpg.Pool, streams: Streams, seals: PostgresSeals, tmp_path: Path, kept_bytes: int
) -> None:
    path = tmp_path / "seals.ndjson"
    for _ in range(2):
        await streams.append("a")
        await seal_all(sealer(pool, KeptSeals(path)))
    path.write_bytes(path.read_bytes()[:kept_bytes])
    await seal_all(sealer(pool, KeptSeals(path)))
    found = [each for each in read_saved(path) if isinstance(each, Seal)]
    assert found == await seals.read_seals(0)


async def test_where_the_copy_says_otherwise_nothing_is_sealed(
    pool: asyncpg.Pool, streams: Streams, tmp_path: Path
) -> None:
    one = sealer(pool, KeptSeals(tmp_path / "seals.ndjson"))
    await streams.append("a")
    await seal_all(one)
    await streams.append("a")
    await seal_all(one)
    await pool.execute("DELETE FROM eventstore.seals WHERE size = 2")
    with pytest.raises(SealingRefused, match="the seal of size 2"):
        await one.step()


def test_what_is_neither_seal_nor_key_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "seals.ndjson"
    path.write_bytes(b"x\ny\n")
    with pytest.raises(UnreadableSeals, match="line 1"):
        list(read_saved(path))
    with pytest.raises(UnreadableSeals):
        KeptSeals(path).last()
    path.write_bytes(b"x\n")
    with pytest.raises(UnreadableSeals, match="last line"):
        list(read_saved(path))


def test_keys_that_do_not_follow_are_refused() -> None:
    assert Keys().add(SealKey(1, 2, bytes(32), 0, NOON, bytes(64))) == "key 1 is missing"
    assert "not signed" in str(Keys().add(SealKey(1, 1, bytes(31) + b"x", 0, NOON, bytes(64))))
