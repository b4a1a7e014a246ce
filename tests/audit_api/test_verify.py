"""GET /audit/verify: the whole log or one event, and the first bad fact by name."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from audit_api.app import WALKS_MAX
from audit_api.sealed_stream import SealedStream
from audit_api.shapes.verdict import Verdict as VerdictShape
from audit_api.verification import verify_log, verify_stream
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY
from eventstore.postgres import chains as chains_module
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import PostgresTree
from eventstore.verify import Verdict
from tests.audit_api.conftest import World

UNKNOWN = "01a201e2-0000-7000-8000-0000000000ff"
CHANGED = "its contents do not match its hash"
NOTHING_SAID = "and ends at {}, or with another hash"


async def test_a_log_that_nobody_touched_is_verified(world: World) -> None:
    first, second = await world.event(), await world.event()
    for event in (first, second, first):
        await world.book(event)
    answer = await world.audit("/verify")
    assert answer.json() == {
        "facts": 7,
        "streams": 2,
        "seals": 0,
        "sealed_to": 0,
        "verified": True,
        "first_bad": None,
    }
    assert answer.headers["Seatledger-Position"] == "7"
    assert await world.read("/verify", event_id=first) == {
        "facts": 4, "streams": 1, "seals": 0, "sealed_to": 0, "verified": True, "first_bad": None,
    }  # fmt: skip


async def test_an_empty_log_is_verified(world: World) -> None:
    assert await world.read("/verify") == {
        "facts": 0,
        "streams": 0,
        "seals": 0,
        "sealed_to": 0,
        "verified": True,
        "first_bad": None,
    }


@pytest.mark.parametrize("event_id", [UNKNOWN, "x", ""])
async def test_an_unknown_event_is_not_found(world: World, event_id: str) -> None:
    answer = await world.audit("/verify", event_id=event_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")


async def test_the_first_bad_fact_is_named(world: World) -> None:
    event = await world.event()
    await world.book(event)
    await world.superuser.execute("UPDATE eventstore.events SET recorded_at = now() WHERE position = 3")
    bad = {"position": 3, "stream": f"show-{event}", "version": 3, "problem": CHANGED, "guarantee": "chain"}
    for query in ({}, {"event_id": event}):
        answer = await world.read("/verify", **query)
        assert answer == {
            "facts": 2,
            "streams": 1,
            "seals": 0,
            "sealed_to": 0,
            "verified": False,
            "first_bad": bad,
        }
        VerdictShape.model_validate(answer)


async def test_a_bad_fact_of_another_event_does_not_count(world: World) -> None:
    good, bad = await world.event(), await world.event()
    await world.superuser.execute("UPDATE eventstore.events SET name = 'x' WHERE stream = $1", f"show-{bad}")
    assert (await world.read("/verify", event_id=good))["verified"]
    assert not (await world.read("/verify", event_id=bad))["verified"]


async def test_a_log_without_any_fact_left_does_not_pass(world: World) -> None:
    event = await world.event()
    await world.superuser.execute("DELETE FROM eventstore.events")
    assert not (await world.read("/verify", event_id=event))["verified"]
    await world.superuser.execute("DELETE FROM eventstore.streams")
    assert (await world.read("/verify"))["first_bad"] == {
        "position": 1, "stream": None, "version": None, "problem": "position 1 is missing from the log",
        "guarantee": "heads",
    }  # fmt: skip


async def test_only_so_many_verify_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = asyncio.Semaphore(0), asyncio.Event()

    async def slow(*_arguments: object) -> Verdict:
        entered.release()
        await leave.wait()
        return Verdict(0, 0, 0, None)

    monkeypatch.setattr("audit_api.routes.verify.verify_log", slow)
    under_way = [asyncio.create_task(world.audit("/verify")) for _ in range(WALKS_MAX)]
    for _ in under_way:
        await entered.acquire()
    refused = await world.audit("/verify")
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    leave.set()
    assert [(await each).status_code for each in under_way] == [200] * WALKS_MAX


# ---------------------------------------------------------------------- tampering, on pages of every size


def new_fact(name: str) -> NewFact:
    return NewFact(name, 1, b'{"n":1}', b"{}", (), "00000000-0000-7000-8000-000000000000")


def sealed(pool: asyncpg.Pool) -> SealedStream:
    return SealedStream(PostgresSeals(pool), PostgresTree(pool))


async def append(store: PostgresStore, stream: str, after: StreamHead, *names: str) -> StreamHead:
    item = Item(stream, after, [new_fact(name) for name in names])
    (outcome,) = await store.append([item], datetime(2026, 6, 1, tzinfo=UTC))
    assert isinstance(outcome, Appended)
    return outcome.head


@pytest.fixture
async def log(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Six facts: a1 b1 a2 b2 a3 b3; and a stream that never got a fact."""
    store = PostgresStore(superuser)
    a = b = EMPTY
    for n in range(1, 4):
        a = await append(store, "a", a, f"a{n}")
        b = await append(store, "b", b, f"b{n}")
    await superuser.execute(
        "INSERT INTO eventstore.streams VALUES (1, 'c', 0, decode(repeat('00', 32), 'hex'))"
    )
    return superuser


@pytest.fixture(params=[1, 1_000])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered ends with a page, so every tampering is tried across the border of two as well."""
    monkeypatch.setattr("audit_api.verification.PAGE", request.param)
    monkeypatch.setattr(chains_module, "STREAMS_PAGE", request.param)


COPIED = """log_id, {position}, {version}, recorded_at, command_id, schema_version, stream, name, data, metadata, tags,
            hash FROM eventstore.events"""

TAMPERINGS = {
    "changed": ("UPDATE eventstore.events SET data = '{}' WHERE position = 4", 4, "b", 2, CHANGED),
    "deleted": (
        "DELETE FROM eventstore.events WHERE position = 3",
        4, "b", 2, "position 3 is missing from the log",
    ),
    "deleted, and the positions after it moved up": (
        """DELETE FROM eventstore.events WHERE position = 3;
           UPDATE eventstore.events SET position = -position WHERE position > 3;
           UPDATE eventstore.events SET position = -position - 1 WHERE position < 0""",
        4, "a", 3, "version 2 of the stream is missing",
    ),
    "deleted, and positions and versions moved up": (
        """DELETE FROM eventstore.events WHERE position = 3;
           UPDATE eventstore.events SET position = -position WHERE position > 3;
           UPDATE eventstore.events SET position = -position - 1 WHERE position < 0;
           UPDATE eventstore.events SET version = 2 WHERE stream = 'a' AND version = 3;
           UPDATE eventstore.streams SET version = 2 WHERE stream = 'a'""",
        4, "a", 2, CHANGED,
    ),
    "two of a stream change positions": (
        """UPDATE eventstore.events SET position = -1 WHERE position = 3;
           UPDATE eventstore.events SET position = 3 WHERE position = 5;
           UPDATE eventstore.events SET position = 5 WHERE position = -1""",
        3, "a", 3, "version 2 of the stream is missing",
    ),
    "slipped in at the end": (
        f"""INSERT INTO eventstore.events SELECT {COPIED.format(position=7, version=4)} WHERE position = 5;
            UPDATE eventstore.log SET last_position = 7""",
        7, "a", 4, CHANGED,
    ),
    "slipped in below the beginning": (
        f"INSERT INTO eventstore.events SELECT {COPIED.format(position=0, version=4)} WHERE position = 5",
        0, "a", 4, "position 1 is missing from the log",
    ),
    "slipped in twice, with the key that forbids it gone": (
        f"""ALTER TABLE eventstore.events DROP CONSTRAINT events_pkey;
            INSERT INTO eventstore.events SELECT {COPIED.format(position=7, version=3)} WHERE position = 5;
            UPDATE eventstore.log SET last_position = 7""",
        7, "a", 3, "version 4 of the stream is missing",
    ),
    "the end cut off": (
        "DELETE FROM eventstore.events WHERE position = 6",
        5, "b", 2, "the stream should end at version 3 " + NOTHING_SAID.format(2),
    ),
    "the end cut off, and the log shortened": (
        "DELETE FROM eventstore.events WHERE position = 6; UPDATE eventstore.log SET last_position = 5",
        5, "b", 2, "the stream should end at version 3 " + NOTHING_SAID.format(2),
    ),
    "the end cut off, and the stream shortened": (
        """DELETE FROM eventstore.events WHERE position = 6;
           UPDATE eventstore.streams SET version = 2, head =
               (SELECT hash FROM eventstore.events WHERE position = 4) WHERE stream = 'b'""",
        6, "", 0, "position 6 is missing from the log",
    ),
    "a stream shortened whose facts are there": (
        """UPDATE eventstore.streams SET version = 2, head =
               (SELECT hash FROM eventstore.events WHERE position = 4) WHERE stream = 'b'""",
        6, "b", 3, "the stream should end at version 2 " + NOTHING_SAID.format(3),
    ),
    "another head": (
        "UPDATE eventstore.streams SET head = sha256('x') WHERE stream = 'a'",
        6, "a", 3, "the stream should end at version 3 " + NOTHING_SAID.format(3),
    ),
    "a whole stream gone": (
        """DELETE FROM eventstore.events WHERE stream = 'b';
           UPDATE eventstore.events SET position = -version;
           UPDATE eventstore.events SET position = version;
           UPDATE eventstore.log SET last_position = 3""",
        3, "b", 0, "the stream should end at version 3 " + NOTHING_SAID.format(0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_is_found_where_it_happened(
    log: asyncpg.Connection, audit_pool: asyncpg.Pool, page: None, tampering: str
) -> None:
    statements, *found = TAMPERINGS[tampering]
    await log.execute(statements)
    verdict = await verify_log(
        PostgresStore(audit_pool), PostgresChains(audit_pool), PostgresSeals(audit_pool), lambda *_: None
    )
    assert verdict.first_bad is not None
    assert list(verdict.first_bad[:4]) == found


async def test_a_stream_whose_head_is_gone_is_found(
    log: asyncpg.Connection, audit_pool: asyncpg.Pool, page: None
) -> None:
    await log.execute("DELETE FROM eventstore.streams WHERE stream = 'b'")
    store, chains = PostgresStore(audit_pool), PostgresChains(audit_pool)
    for verdict in (
        await verify_log(store, chains, PostgresSeals(audit_pool), lambda *_: None),
        await verify_stream(store, chains, sealed(audit_pool), "b", lambda *_: None),
    ):
        assert verdict is not None
        assert verdict.first_bad is not None
        assert verdict.first_bad.stream == "b"
        assert verdict.first_bad.problem.startswith("the stream should end at version 0 and ends at ")


STREAM_TAMPERINGS = {
    "changed": ("UPDATE eventstore.events SET tags = '{x}' WHERE position = 3", 2, CHANGED),
    "deleted": (
        "DELETE FROM eventstore.events WHERE position = 3",
        3, "version 2 of the stream is missing",
    ),
    "cut off": (
        "DELETE FROM eventstore.events WHERE position = 5",
        2, "the stream should end at version 3 " + NOTHING_SAID.format(2),
    ),
    "slipped in": (
        f"INSERT INTO eventstore.events SELECT {COPIED.format(position=7, version=4)} WHERE position = 5",
        4, CHANGED,
    ),
    "out of order": (
        "UPDATE eventstore.events SET position = 9 WHERE position = 3",
        3, "its position does not come after that of the fact before it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("tampering", STREAM_TAMPERINGS)
async def test_tampering_with_one_stream_is_found_in_it(
    log: asyncpg.Connection, audit_pool: asyncpg.Pool, page: None, tampering: str
) -> None:
    statements, version, problem = STREAM_TAMPERINGS[tampering]
    await log.execute(str(statements))
    store, chains = PostgresStore(audit_pool), PostgresChains(audit_pool)
    verdict = await verify_stream(store, chains, sealed(audit_pool), "a", lambda *_: None)
    assert verdict is not None
    assert verdict.first_bad is not None
    assert (verdict.first_bad.stream, verdict.first_bad.version, verdict.first_bad.problem) == (
        "a", version, problem,
    )  # fmt: skip


async def test_progress_is_told_page_by_page(log: asyncpg.Connection, audit_pool: asyncpg.Pool) -> None:
    store, chains = PostgresStore(audit_pool), PostgresChains(audit_pool)
    told: list[tuple[int, int]] = []
    await verify_log(store, chains, PostgresSeals(audit_pool), lambda done, total: told.append((done, total)))
    await verify_stream(
        store, chains, sealed(audit_pool), "a", lambda done, total: told.append((done, total))
    )
    assert told == [(6, 6), (3, 3)]


async def test_a_log_that_grows_meanwhile_is_verified(
    log: asyncpg.Connection, audit_pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts come while pages are read and while heads are compared: neither is taken for tampering."""
    monkeypatch.setattr("audit_api.verification.PAGE", 2)
    monkeypatch.setattr(chains_module, "STREAMS_PAGE", 1)
    writer, store, chains = PostgresStore(log), PostgresStore(audit_pool), PostgresChains(audit_pool)

    async def write() -> None:
        busy = EMPTY
        for number in range(60):
            busy = await append(writer, "busy", busy, "more")
            await append(writer, f"new-{number}", EMPTY, "first")

    writing = asyncio.create_task(write())
    while not writing.done():
        verdict = await verify_log(store, chains, PostgresSeals(audit_pool), lambda *_: None)
        assert verdict.first_bad is None
        assert verdict.facts == verdict.position
        one = await verify_stream(store, chains, sealed(audit_pool), "busy", lambda *_: None)
        assert one is None or one.first_bad is None
    await writing
    assert (await verify_log(store, chains, PostgresSeals(audit_pool), lambda *_: None)).facts == 126
