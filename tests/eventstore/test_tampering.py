"""Whoever has every right and no scruples still cannot change the log without being found out."""

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Break, Verifier
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
A2 = "WHERE stream = 'a' AND version = 2"


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (f"UPDATE eventstore.events SET data = '{{\"seat\":9}}' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET data = '{{\"seat\": 2}}' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET metadata = '{{\"by\":\"eve\"}}' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET recorded_at = recorded_at + interval '1 microsecond' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET tags = '{{}}' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET tags = tags || 'more'::text {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET name = 'a9' {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET schema_version = 2 {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET command_id = gen_random_uuid() {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET hash = sha256('x') {A2}", Break(3, "a", 2, CHANGED)),
        (f"UPDATE eventstore.events SET stream = 'c', version = 1 {A2}", Break(3, "c", 1, CHANGED)),
        (f"DELETE FROM eventstore.events {A2}", Break(4, "b", 2, "position 3 is missing from the log")),
        ("DELETE FROM eventstore.events WHERE position = 1", Break(2, "b", 1, "position 1 is missing from the log")),
        (
            # Deleted, and the rest moved up so that no position is missing.
            f"DELETE FROM eventstore.events {A2};"
            "UPDATE eventstore.events SET position = -position WHERE position > 3;"
            "UPDATE eventstore.events SET position = -position - 1 WHERE position < 0",
            Break(4, "a", 3, "version 2 of the stream is missing"),
        ),
        (
            # And the versions as well.
            f"DELETE FROM eventstore.events {A2};"
            "UPDATE eventstore.events SET position = -position WHERE position > 3;"
            "UPDATE eventstore.events SET position = -position - 1 WHERE position < 0;"
            "UPDATE eventstore.events SET version = 2 WHERE stream = 'a' AND version = 3;"
            "UPDATE eventstore.streams SET version = 2 WHERE stream = 'a'",
            Break(4, "a", 2, CHANGED),
        ),
        (
            # Two facts of a stream change places.
            "UPDATE eventstore.events SET position = -1 WHERE position = 1;"
            "UPDATE eventstore.events SET position = 1 WHERE position = 3;"
            "UPDATE eventstore.events SET position = 3 WHERE position = -1",
            Break(1, "a", 2, "version 1 of the stream is missing"),
        ),
        (
            # And their versions as well.
            "UPDATE eventstore.events SET position = -1, version = 9 WHERE position = 1;"
            "UPDATE eventstore.events SET position = 1, version = 1 WHERE position = 3;"
            "UPDATE eventstore.events SET position = 3, version = 2 WHERE position = -1",
            Break(1, "a", 1, CHANGED),
        ),
        (
            # A fact is slipped in at the end, with everything but a right hash.
            "INSERT INTO eventstore.events SELECT log_id, 7, 4, recorded_at, command_id, schema_version, stream, name, data,"
            " metadata, tags, hash FROM eventstore.events WHERE position = 5",
            Break(7, "a", 4, CHANGED),
        ),
        (
            # A fact is slipped in between.
            "UPDATE eventstore.events SET position = position + 100, version = version + 100 WHERE position >= 3;"
            "INSERT INTO eventstore.events SELECT log_id, 3, 2, recorded_at, command_id, schema_version, stream, name, data,"
            " metadata, tags, hash FROM eventstore.events WHERE position = 1",
            Break(3, "a", 2, CHANGED),
        ),
        ("UPDATE eventstore.events SET position = position + 1 WHERE position = 6", Break(7, "b", 3, "position 6 is missing from the log")),
        (
            "DELETE FROM eventstore.events WHERE position = 6",
            Break(5, "b", 2, "the stream should end at version 3 and ends at 2, or with another hash"),
        ),
        (
            "DELETE FROM eventstore.events WHERE stream = 'b';"
            "UPDATE eventstore.events SET position = -version;"
            "UPDATE eventstore.events SET position = version",
            Break(3, "b", 0, "the stream should end at version 3 and ends at 0, or with another hash"),
        ),
        (
            "UPDATE eventstore.streams SET head = sha256('x') WHERE stream = 'a'",
            Break(6, "a", 3, "the stream should end at version 3 and ends at 3, or with another hash"),
        ),
    ],
)  # fmt: skip
async def test_tampering_is_found_where_it_happened(
    store: PostgresStore, superuser: asyncpg.Connection, tampering: str, found: Break
) -> None:
    await superuser.execute(tampering)
    assert await audit(store, superuser) == found
