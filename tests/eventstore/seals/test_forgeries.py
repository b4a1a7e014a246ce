"""Every tampering that we could think of, done in the database as its superuser: where it is found, and by what.

Each is looked for twice: in the database, and in an export of what was tampered with. `docs/audit.md` has the table.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import pytest

from audit_api.known import Known
from audit_api.verification import verify_log
from eventstore.offline.checking import check_export
from eventstore.offline.said import summary
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.exporting import export
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.seals.key import SealKey, Signer
from eventstore.seals.seal import Seal, statement
from eventstore.verify import Guarantee, Verdict
from tests.eventstore.seals.forging import FORGER, rechain, replace_key, reseal
from tests.eventstore.seals.sealing import Streams, seal_all, sealer, secrets

NOW = datetime(2026, 6, 2, tzinfo=UTC)
OURS = Signer(next(secrets()))


@dataclass(frozen=True)
class Kept:
    """What was kept elsewhere before anybody tampered."""

    public: bytes
    seals: list[Seal | SealKey]


@pytest.fixture
async def kept(pool: asyncpg.Pool, postgres_store: PostgresStore) -> Kept:
    """a1 b1 a2 b2, sealed; 150 of each, sealed; a153 b153, sealed; a154. One subtree is a row."""
    streams, one = Streams(postgres_store), sealer(pool)
    await streams.append("a", "b", "a", "b")
    await seal_all(one)
    await streams.append("a", "b", batch=150)
    await seal_all(one)
    await streams.append("a", "b")
    await seal_all(one)
    await streams.append("a")
    seals = PostgresSeals(pool)
    keys = await seals.keys()
    return Kept(keys[0].public, [*keys, *await seals.read_seals(0)])


async def in_database(pool: asyncpg.Pool, known: Known) -> Verdict:
    store, chains = PostgresStore(pool), PostgresChains(pool)
    return await verify_log(store, chains, PostgresSeals(pool), lambda *_: None, known=known)


async def exported(pool: asyncpg.Pool, after: int = 0) -> bytes:
    text = list[bytes]()

    async def write(piece: bytes) -> None:
        text.append(piece)

    await export(pool, after, NOW, write, lambda *_: None)
    return b"".join(text)


async def in_export(pool: asyncpg.Pool, known: Known) -> Verdict:
    lines = (await exported(pool)).splitlines(keepends=True)
    return check_export(lines, known.pinned, known.saved, lambda _: None)


@pytest.fixture(params=[in_database, in_export], ids=["database", "export"])
def verdict(request: pytest.FixtureRequest) -> Callable[[asyncpg.Pool, Known], Awaitable[Verdict]]:
    way: Callable[[asyncpg.Pool, Known], Awaitable[Verdict]] = request.param
    return way


Way = Callable[[asyncpg.Pool, Known], Awaitable[Verdict]]


async def test_a_log_that_nobody_touched_is_whole(pool: asyncpg.Pool, kept: Kept, verdict: Way) -> None:
    for known in (Known(), Known(kept.public), Known(None, kept.seals), Known(kept.public, kept.seals)):
        found = await verdict(pool, known)
        assert found[:4] == (307, 2, 307, None)
        assert (found.seals, found.sealed_to) == (3, 306)


# --------------------------------------------------------------------- found without knowing anything from elsewhere

COPIED = """log_id, {position}, {version}, recorded_at, command_id, schema_version, stream, name, data, metadata,
            tags, hash FROM eventstore.events"""
EXCHANGE = """UPDATE eventstore.events SET position = -1 WHERE position = {0};
              UPDATE eventstore.events SET position = {0} WHERE position = {1};
              UPDATE eventstore.events SET position = {1} WHERE position = -1"""

CHAIN, NO_GAPS, TREE = Guarantee.CHAIN, Guarantee.NO_GAPS, Guarantee.TREE
SEAL_CHAIN, SIGNATURE, KEYS, SAVED = (
    Guarantee.SEAL_CHAIN,
    Guarantee.SIGNATURE,
    Guarantee.KEYS,
    Guarantee.SAVED_SEALS,
)

TAMPERINGS = {
    "a field changed": ("UPDATE eventstore.events SET data = '{\"n\":9}' WHERE position = 3", 3, CHAIN),
    "a time changed": (
        "UPDATE eventstore.events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 3",
        3,
        CHAIN,
    ),
    "an author changed": (
        """UPDATE eventstore.events SET metadata = '{"by":{"id":"eve","role":"clerk"}}' WHERE position = 3""",
        3,
        CHAIN,
    ),
    "a name changed": ("UPDATE eventstore.events SET name = 'Forged' WHERE position = 3", 3, CHAIN),
    "a command changed": (
        "UPDATE eventstore.events SET command_id = gen_random_uuid() WHERE position = 3", 3, CHAIN,
    ),
    "a tag changed": ("UPDATE eventstore.events SET tags = '{x}' WHERE position = 3", 3, CHAIN),
    "all times shifted": (
        "UPDATE eventstore.events SET recorded_at = recorded_at + interval '1 day'", 1, CHAIN,
    ),
    "a stream renamed": (
        """UPDATE eventstore.events SET stream = 'c' WHERE stream = 'b';
           UPDATE eventstore.streams SET stream = 'c' WHERE stream = 'b'""",
        2, CHAIN,
    ),
    "two facts of different streams exchange places in their streams, too": (
        """UPDATE eventstore.events SET stream = 'x' WHERE position = 1;
           UPDATE eventstore.events SET stream = 'a' WHERE position = 2;
           UPDATE eventstore.events SET stream = 'b' WHERE position = 1""",
        1, CHAIN,
    ),
    "the last fact of a stream deleted, its head set back, and what comes after it moved up": (
        """DELETE FROM eventstore.events WHERE stream = 'b' AND version = 153;
           UPDATE eventstore.streams AS s SET version = 152, head = e.hash
           FROM eventstore.events AS e WHERE s.stream = 'b' AND e.stream = 'b' AND e.version = 152;
           UPDATE eventstore.events SET position = 306 WHERE position = 307;
           UPDATE eventstore.log SET last_position = 306""",
        306, TREE,
    ),
    "a hash changed": ("UPDATE eventstore.events SET hash = sha256('x') WHERE position = 3", 3, CHAIN),
    "a fact deleted": ("DELETE FROM eventstore.events WHERE position = 3", 4, NO_GAPS),
    "a fact inserted": (
        f"""UPDATE eventstore.events SET position = position + 1000, version = version + 1000 WHERE position >= 3;
            INSERT INTO eventstore.events SELECT {COPIED.format(position=3, version=2)} WHERE position = 1""",
        3,
        CHAIN,
    ),
    "two facts of a stream swapped": (EXCHANGE.format(1, 3), 1, NO_GAPS),
    "two facts of a stream swapped with their versions": (
        EXCHANGE.format(1, 3)
        + """; UPDATE eventstore.events SET version = -1 WHERE position = 1;
               UPDATE eventstore.events SET version = 2 WHERE position = 3;
               UPDATE eventstore.events SET version = 1 WHERE position = 1""",
        1,
        CHAIN,
    ),
    "two facts of different streams swapped": (EXCHANGE.format(1, 2), 4, TREE),
    "a fact renumbered": ("UPDATE eventstore.events SET position = 999 WHERE position = 3", 4, NO_GAPS),
    "a seal altered": (
        "UPDATE eventstore.seals SET sealed_at = sealed_at + interval '1 second' WHERE size = 304",
        304,
        SIGNATURE,
    ),
    "a seal's root altered": ("UPDATE eventstore.seals SET root = sha256('x') WHERE size = 304", 304, SIGNATURE),
    "a seal's signature altered": (
        "UPDATE eventstore.seals SET signature = sha512('x') WHERE size = 304",
        304,
        SIGNATURE,
    ),
    "a seal moved": ("UPDATE eventstore.seals SET size = 305 WHERE size = 306", 305, SIGNATURE),
    "a seal that names another before it": (
        "UPDATE eventstore.seals SET previous = sha256('x') WHERE size = 304",
        304,
        SEAL_CHAIN,
    ),
    "a seal deleted": ("DELETE FROM eventstore.seals WHERE size = 304", 306, SEAL_CHAIN),
    "the first seal deleted": ("DELETE FROM eventstore.seals WHERE size = 4", 304, SEAL_CHAIN),
    "two seals after one": (
        """ALTER TABLE eventstore.seals DROP CONSTRAINT IF EXISTS seals_log_id_previous_key;
           INSERT INTO eventstore.seals SELECT log_id, 200, root, previous, sealed_at, key_id, signature
           FROM eventstore.seals WHERE size = 304""",
        200,
        SIGNATURE,
    ),
    "the public key changed": ("UPDATE eventstore.seal_keys SET public = sha256('x')", 0, KEYS),
    "the public key gone": ("DELETE FROM eventstore.seal_keys", 4, SIGNATURE),
    "the key's time changed": ("UPDATE eventstore.seal_keys SET created_at = now()", 0, KEYS),
    "a key that nobody signed": (
        """INSERT INTO eventstore.seal_keys
           SELECT log_id, 2, sha256('x'), 306, created_at, signature FROM eventstore.seal_keys""",
        0,
        KEYS,
    ),
}  # fmt: skip

CONSTRAINT = "ALTER TABLE eventstore.seals ADD CONSTRAINT seals_log_id_previous_key UNIQUE (log_id, previous)"


@pytest.fixture
async def constrained(pool: asyncpg.Pool) -> AsyncIterator[None]:
    """Tests share the database."""
    yield
    await pool.execute("DELETE FROM eventstore.seals")
    await pool.execute("ALTER TABLE eventstore.seals DROP CONSTRAINT IF EXISTS seals_log_id_previous_key")
    await pool.execute(CONSTRAINT)


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_is_found_where_it_happened(
    pool: asyncpg.Pool, constrained: None, kept: Kept, verdict: Way, tampering: str
) -> None:
    statements, position, guarantee = TAMPERINGS[tampering]
    await pool.execute(statements)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (position, guarantee)


async def test_a_forged_chain_is_not_what_was_sealed(pool: asyncpg.Pool, kept: Kept, verdict: Way) -> None:
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (4, TREE)


LAST_OF_ITS_STREAM = """DELETE FROM eventstore.events WHERE stream = 'b' AND version = 153;
                        UPDATE eventstore.streams AS s SET version = 152, head = e.hash
                        FROM eventstore.events AS e WHERE s.stream = 'b' AND e.stream = 'b' AND e.version = 152"""


async def test_the_last_fact_of_a_stream_is_missing_although_its_head_was_set_back(
    pool: asyncpg.Pool, kept: Kept, verdict: Way
) -> None:
    await pool.execute(LAST_OF_ITS_STREAM)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    # In an export the seal over it comes before the next fact.
    expected = (307, NO_GAPS) if verdict is in_database else (305, TREE)
    assert (bad.position, bad.guarantee) == expected


async def test_times_shifted_with_all_that_hangs_on_them_are_not_what_was_sealed(
    pool: asyncpg.Pool, kept: Kept, verdict: Way
) -> None:
    await pool.execute("UPDATE eventstore.events SET recorded_at = recorded_at + interval '1 day'")
    await rechain(pool)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (4, TREE)


async def test_a_stream_renamed_with_its_chain_is_not_what_was_sealed(
    pool: asyncpg.Pool, kept: Kept, verdict: Way
) -> None:
    await pool.execute("UPDATE eventstore.events SET stream = 'c' WHERE stream = 'b'")
    await pool.execute("UPDATE eventstore.streams SET stream = 'c' WHERE stream = 'b'")
    await rechain(pool)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (4, TREE)


async def test_a_tail_cut_off_is_missing_under_its_seal(pool: asyncpg.Pool, kept: Kept, verdict: Way) -> None:
    await pool.execute("DELETE FROM eventstore.events WHERE position > 305")
    await rechain(pool)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (305, TREE)


async def test_seals_made_without_the_key_are_not_signed(
    pool: asyncpg.Pool, kept: Kept, verdict: Way
) -> None:
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)
    await reseal(pool, FORGER.sign, OURS.key_id)
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert (bad.position, bad.guarantee) == (4, SIGNATURE)


# --------------------------------------------------------------------- found by what is known from elsewhere


async def forged_end_to_end(pool: asyncpg.Pool) -> None:
    """Facts, chains, heads, nodes, keys and seals: the log agrees with itself."""
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)
    await replace_key(pool)
    await reseal(pool, FORGER.sign, FORGER.key_id)


async def forged_with_the_key(pool: asyncpg.Pool) -> None:
    """The same by somebody who has our private key."""
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await rechain(pool)
    await reseal(pool, OURS.sign, OURS.key_id)


async def cut_off_with_its_seals(pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM eventstore.seals WHERE size > 304")
    await pool.execute("DELETE FROM eventstore.events WHERE position > 304")
    await rechain(pool)


async def forged_behind_a_seal(pool: asyncpg.Pool) -> None:
    """What is under the seals that are left is as it was."""
    await pool.execute("DELETE FROM eventstore.seals WHERE size > 304")
    await pool.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 306")
    await rechain(pool)


async def last_seal_deleted(pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM eventstore.seals WHERE size = 306")


async def all_seals_deleted(pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM eventstore.seals")
    await pool.execute("DELETE FROM eventstore.seal_keys")


async def forked(pool: asyncpg.Pool) -> None:
    """A second history after the seal of 304 facts, signed with our key."""
    await forged_behind_a_seal(pool)
    await seal_all(sealer(pool))


Tamper = Callable[[asyncpg.Pool], Awaitable[None]]

# What the key finds, what saved seals find: position and guarantee; None where it finds nothing.
FORGERIES: dict[Tamper, tuple[tuple[int, Guarantee] | None, tuple[int, Guarantee] | None]] = {
    forged_end_to_end: ((307, KEYS), (0, SAVED)),
    forged_with_the_key: (None, (4, SAVED)),
    cut_off_with_its_seals: (None, (304, SAVED)),
    forged_behind_a_seal: (None, (306, SAVED)),
    last_seal_deleted: (None, (306, SAVED)),
    all_seals_deleted: ((307, KEYS), (4, SAVED)),
    forked: (None, (306, SAVED)),
}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
async def test_what_agrees_with_itself_is_found_by_what_was_kept_elsewhere(
    pool: asyncpg.Pool, kept: Kept, verdict: Way, forgery: Tamper
) -> None:
    by_key, by_seals = FORGERIES[forgery]
    await forgery(pool)
    assert (await verdict(pool, Known())).first_bad is None
    for known, expected in ((Known(kept.public), by_key), (Known(None, kept.seals), by_seals)):
        bad = (await verdict(pool, known)).first_bad
        assert (bad and (bad.position, bad.guarantee)) == expected


async def test_an_older_export_is_whole_beside_seals_that_were_kept_later(
    pool: asyncpg.Pool, postgres_store: PostgresStore, kept: Kept
) -> None:
    lines = (await exported(pool)).splitlines(keepends=True)
    later = kept.seals[-1]
    assert isinstance(later, Seal)
    later = later._replace(size=9_000, sealed_at=NOW)
    found = check_export(lines, None, [*kept.seals, later], lambda _: None)
    assert found.first_bad is None
    assert found.not_compared == "the saved seal of 9000 facts, made at 2026-06-02T00:00:00.000000Z"
    assert "; NOT COMPARED: the saved seal of 9000 facts" in summary(found, None)
    assert check_export(lines, None, kept.seals, lambda _: None).not_compared is None
    earlier = later._replace(sealed_at=datetime(2026, 6, 1, tzinfo=UTC))
    bad = check_export(lines, None, [*kept.seals, earlier], lambda _: None).first_bad
    assert bad is not None
    assert bad.guarantee is SAVED


async def test_a_key_that_follows_the_given_one_is_as_good(
    pool: asyncpg.Pool, kept: Kept, verdict: Way
) -> None:
    second = await sealer(pool, name="other").rotate()
    assert second is not None
    bad = (await verdict(pool, Known(second.public))).first_bad
    assert bad is not None
    assert bad.problem == "nothing is sealed by the public key that was given, or by one after it"
    await seal_all(sealer(pool))
    for public in (kept.public, second.public):
        assert (await verdict(pool, Known(public, kept.seals))).first_bad is None


async def test_a_retired_key_seals_nothing_more(pool: asyncpg.Pool, kept: Kept, verdict: Way) -> None:
    await sealer(pool, name="other").rotate()
    await seal_all(sealer(pool))
    last = await PostgresSeals(pool).last()
    assert last is not None
    forged = last._replace(key_id=OURS.key_id)
    signature = OURS.sign(statement(forged))
    await pool.execute(
        "UPDATE eventstore.seals SET key_id = $1, signature = $2 WHERE size = 307", OURS.key_id, signature
    )
    bad = (await verdict(pool, Known())).first_bad
    assert bad is not None
    assert bad.guarantee is SIGNATURE
