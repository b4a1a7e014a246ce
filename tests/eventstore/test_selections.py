"""A selection has exactly the facts that are wanted, in whatever pages it comes, and no page looks at much."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from random import Random
from typing import TypeVar

import asyncpg
import pytest

from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.postgres import selections
from eventstore.postgres.selections import PostgresSelections, Selected
from eventstore.postgres.store import LOG_ID, PostgresStore
from eventstore.wanted import Wanted
from tests.eventstore.words import NOON, everything, fact

T = TypeVar("T")

MINUTE = timedelta(minutes=1)
PEOPLE = ("ana", 'a"b', "time")
NAMES = ("Held", "Sold", "Freed")
SEEDS = range(6)


async def fill(store: PostgresStore, chance: Random) -> list[RecordedFact]:
    """Three streams in turn, by clocks that differ by some minutes."""
    heads: dict[str, StreamHead] = {}
    for turn in range(40):
        stream = chance.choice(("show-1", "show-2", "user-1"))
        facts = [
            fact(
                chance.choice(NAMES),
                *([f"booking:{chance.randrange(5)}"] if chance.random() < 0.7 else []),
                data={"text": "x" * chance.choice((1, 1, 900))},
                metadata={"by": {"id": chance.choice(PEOPLE), "role": '"by":{"id":"ana"'}},
            )
            for _ in range(chance.randrange(1, 5))
        ]
        at = NOON + turn * MINUTE + chance.randrange(-4, 5) * MINUTE
        (outcome,) = await store.append([Item(stream, heads.get(stream, EMPTY), facts)], at)
        assert isinstance(outcome, Appended)
        heads[stream] = outcome.head
    return await everything(store)


def wishes(chance: Random, last: int) -> Iterator[Wanted]:
    def perhaps(value: T) -> T | None:
        return value if chance.random() < 0.4 else None

    for _ in range(25):
        since, until = (NOON + chance.randrange(-5, 46) * MINUTE for _ in range(2))
        yield Wanted(
            names=perhaps(frozenset(chance.sample(NAMES, 2))),
            by=perhaps(chance.choice(PEOPLE)),
            since=perhaps(since),
            until=perhaps(until),
            after=perhaps(chance.randrange(last + 5)),
            upto=chance.choice((last, last // 2, last + 10)),
            descending=chance.random() < 0.5,
        )


Select = Callable[[Wanted, int], Awaitable[Selected]]


async def paged(select: Select, wanted: Wanted, limit: int) -> list[RecordedFact]:
    found: list[RecordedFact] = []
    goes_on = wanted.after
    while True:
        facts, then = await select(
            Wanted(
                names=wanted.names, by=wanted.by, since=wanted.since, until=wanted.until, after=goes_on,
                upto=wanted.upto, descending=wanted.descending,
            ),
            limit,
        )  # fmt: skip
        assert len(facts) <= limit
        found += facts
        if then is None:
            return found
        assert goes_on is None or (then < goes_on if wanted.descending else then > goes_on), "it gets on"
        goes_on = then


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_pages_of_a_selection_are_what_is_wanted(
    pool: asyncpg.Pool, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "LOOKED_AT_MAX", 7)
    monkeypatch.setattr(selections, "GATHERED_AT_ONCE", 5)
    monkeypatch.setattr(selections, "BYTES_MAX", 1_500)
    chance = Random(seed)
    log = await fill(PostgresStore(pool), chance)
    reader = PostgresSelections(pool)
    positions = await reader.positions(["booking:1", "booking:3"], ["user-1", "none"])
    ways: list[tuple[Select, Callable[[RecordedFact], bool]]] = [
        (reader.of_log, lambda _: True),
        (
            lambda wanted, limit: reader.of_stream("show-1", wanted, limit),
            lambda each: each.stream == "show-1",
        ),
        (
            lambda wanted, limit: reader.about_stream("show-1", wanted, limit),
            lambda each: each.stream == "show-1" and not each.tags,
        ),
        (
            lambda wanted, limit: reader.of_positions(positions, wanted, limit),
            lambda each: each.stream == "user-1" or bool({"booking:1", "booking:3"} & set(each.tags)),
        ),
        (lambda wanted, limit: reader.of_stream("none", wanted, limit), lambda _: False),
    ]
    for wanted in wishes(chance, len(log)):
        for select, is_there in ways:
            expected = [each for each in log if is_there(each) and wanted.takes(each)]
            if wanted.descending:
                expected.reverse()
            assert await paged(select, wanted, chance.choice((1, 3, 50))) == expected, wanted


MANY = """INSERT INTO eventstore.events
          SELECT 1, n, n, now(), gen_random_uuid(), 1, 'show-1', 'Held', '{}', '{}',
                 CASE WHEN n % 5000 = 0 THEN '{}' ELSE ARRAY['booking:' || n / 4] END, '\\x00'
          FROM generate_series(1, 40000) AS n"""


async def test_what_is_about_a_stream_is_found_without_wading_through_the_rest(
    pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(MANY)
    await superuser.execute("UPDATE eventstore.log SET last_position = 40000")
    await superuser.execute("ANALYZE eventstore.events")
    found, goes_on = await PostgresSelections(pool).about_stream("show-1", Wanted(), 100)
    assert ([each.position for each in found], goes_on) == ([n * 5000 for n in range(1, 9)], None)
    nothing = (None, None, None, None)
    for statements, more, index in (
        (selections.ABOUT_STREAM_PAGE, ("show-1",), "events_untagged"),
        (selections.STREAM_PAGE, ("show-1",), "events_pkey"),
        (selections.LOG_PAGE, (), "events_log_id_position_key"),
    ):
        for statement in statements:
            arguments = (LOG_ID, 20_000, 30_000, *nothing, 4_000_000, 101, *more)
            plan = "\n".join(row[0] for row in await superuser.fetch("EXPLAIN " + statement, *arguments))
            assert index in plan
            assert "Sort" not in plan
            assert "Seq Scan" not in plan
    plan = "\n".join(
        row[0]
        for row in await superuser.fetch("EXPLAIN " + selections.POSITIONS, LOG_ID, ["booking:7"], ["user-1"])
    )
    assert "events_tags" in plan
    assert "Seq Scan" not in plan
