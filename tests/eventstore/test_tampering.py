"""Whoever has every right and no scruples still cannot change the log without being found out."""

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Break, Guarantee, Verifier
from tests.eventstore.words import append_one, appended, fact, item

HEADS = "SELECT stream, version, head FROM eventstore.streams WHERE log_id = 1 ORDER BY stream"


@pytest.fixture
async def store(superuser: asyncpg.Connection) -> PostgresStore:
    """Six facts: a1 b1 a2 b2 a3 b3."""
    store = PostgresStore(superuser)
    heads: dict[str, object] = {}
    for n in range(1, 4):
        for stream in "ab":
            new = fact(f"{stream}{n}", f"tag:{n}", data={"seat": n}, metadata={"by": "anna"})
            one = item(stream, new) if n == 1 else item(stream, new, after=heads[stream])  # type: ignore[arg-type]
            heads[stream] = appended(await append_one(store, one)).head
    return store


async def audit(store: PostgresStore, superuser: asyncpg.Connection) -> Break | None:
    verifier = Verifier()
    async for page in whole_log(store, page=4):
        for each in page:
            verifier.check(each)
    for stream, version, head in await superuser.fetch(HEADS):
        verifier.check_head(stream, version, head)
    return verifier.first_bad


async def test_a_log_that_nobody_touched_is_whole(
    store: PostgresStore, superuser: asyncpg.Connection
) -> None:
    assert await audit(store, superuser) is None


CHANGED = "its contents do not match its hash"

FIELDS = [
    """data = '{"seat":9}'""",
    """data = '{"seat": 2}'""",  # the same to a reader of JSON, not to the hash
    """metadata = '{"by":"eve"}'""",
    "recorded_at = recorded_at + interval '1 microsecond'",
    "tags = '{}'",
    "tags = tags || 'more'::text",
    "name = 'a9'",
    "schema_version = 2",
    "command_id = gen_random_uuid()",
    "hash = sha256('x')",
]


@pytest.mark.parametrize("change", FIELDS)
async def test_no_field_of_a_fact_can_be_changed(
    store: PostgresStore, superuser: asyncpg.Connection, change: str
) -> None:
    await superuser.execute(f"UPDATE eventstore.events SET {change} WHERE position = 3")
    assert await audit(store, superuser) == Break(3, "a", 2, CHANGED)


COPIED = """log_id, {position}, {version}, recorded_at, command_id, schema_version, stream, name, data, metadata,
            tags, hash FROM eventstore.events"""

TAMPERINGS = {
    "moved to another stream": (
        "UPDATE eventstore.events SET stream = 'c', version = 1 WHERE position = 3",
        Break(3, "c", 1, CHANGED),
    ),
    "deleted": (
        "DELETE FROM eventstore.events WHERE position = 3",
        Break(4, "b", 2, "position 3 is missing from the log", Guarantee.NO_GAPS),
    ),
    "the very first deleted": (
        "DELETE FROM eventstore.events WHERE position = 1",
        Break(2, "b", 1, "position 1 is missing from the log", Guarantee.NO_GAPS),
    ),
    "deleted, and the positions after it moved up": (
        """DELETE FROM eventstore.events WHERE position = 3;
           UPDATE eventstore.events SET position = -position WHERE position > 3;
           UPDATE eventstore.events SET position = -position - 1 WHERE position < 0""",
        Break(4, "a", 3, "version 2 of the stream is missing", Guarantee.NO_GAPS),
    ),
    "deleted, and positions and versions moved up": (
        """DELETE FROM eventstore.events WHERE position = 3;
           UPDATE eventstore.events SET position = -position WHERE position > 3;
           UPDATE eventstore.events SET position = -position - 1 WHERE position < 0;
           UPDATE eventstore.events SET version = 2 WHERE stream = 'a' AND version = 3;
           UPDATE eventstore.streams SET version = 2 WHERE stream = 'a'""",
        Break(4, "a", 2, CHANGED),
    ),
    "two of a stream change positions": (
        """UPDATE eventstore.events SET position = -1 WHERE position = 1;
           UPDATE eventstore.events SET position = 1 WHERE position = 3;
           UPDATE eventstore.events SET position = 3 WHERE position = -1""",
        Break(1, "a", 2, "version 1 of the stream is missing", Guarantee.NO_GAPS),
    ),
    "two of a stream change positions and versions": (
        """UPDATE eventstore.events SET position = -1, version = 9 WHERE position = 1;
           UPDATE eventstore.events SET position = 1, version = 1 WHERE position = 3;
           UPDATE eventstore.events SET position = 3, version = 2 WHERE position = -1""",
        Break(1, "a", 1, CHANGED),
    ),
    "slipped in at the end": (
        f"INSERT INTO eventstore.events SELECT {COPIED.format(position=7, version=4)} WHERE position = 5",
        Break(7, "a", 4, CHANGED),
    ),
    "slipped in between": (
        f"""UPDATE eventstore.events SET position = position + 100, version = version + 100 WHERE position >= 3;
            INSERT INTO eventstore.events SELECT {COPIED.format(position=3, version=2)} WHERE position = 1""",
        Break(3, "a", 2, CHANGED),
    ),
    "renumbered": (
        "UPDATE eventstore.events SET position = 7 WHERE position = 6",
        Break(7, "b", 3, "position 6 is missing from the log", Guarantee.NO_GAPS),
    ),
    "the end cut off": (
        "DELETE FROM eventstore.events WHERE position = 6",
        Break(
            5,
            "b",
            2,
            "the stream should end at version 3 and ends at 2, or with another hash",
            Guarantee.HEADS,
        ),
    ),
    "a whole stream gone and the rest renumbered": (
        """DELETE FROM eventstore.events WHERE stream = 'b';
           UPDATE eventstore.events SET position = -version;
           UPDATE eventstore.events SET position = version""",
        Break(
            3,
            "b",
            0,
            "the stream should end at version 3 and ends at 0, or with another hash",
            Guarantee.HEADS,
        ),
    ),
    "a head that says otherwise": (
        "UPDATE eventstore.streams SET head = sha256('x') WHERE stream = 'a'",
        Break(
            6,
            "a",
            3,
            "the stream should end at version 3 and ends at 3, or with another hash",
            Guarantee.HEADS,
        ),
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_is_found_where_it_happened(
    store: PostgresStore, superuser: asyncpg.Connection, tampering: str
) -> None:
    statements, found = TAMPERINGS[tampering]
    await superuser.execute(statements)
    assert await audit(store, superuser) == found
