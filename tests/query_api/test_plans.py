"""The plans of reads that must stay fast at any size: by index, and never sorting a table to show a page of it."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
import pytest

from query_api.reading import Read
from query_api.snapshot import Snapshot
from tests.projections.season import ANA, venue
from tests.query_api.conftest import World, template_of

ROWS = 13_000

# Shows and bookings by the thousand, with ids that can be told beforehand: md5 of a word and a number.
# There is one each hour for a year and a half, of which two months are over and one show is on.
SHOWS = """INSERT INTO projections.listings
           SELECT md5('show ' || n)::uuid, 'Show ' || n, '', 'opera', md5('venue ' || n % 50)::uuid, 'Hall',
                  'City ' || n % 40, 'UTC', at, at + interval '50 minutes', 'on_sale', NULL, '{}', 100, '[]', n % 90,
                  'EUR', '2026-01-01Z', '2026-01-01Z', at + interval '50 minutes', at::date, n % 90 + 10, 'opera',
                  'hall ' || n % 50, 'city ' || n % 40, '{"name":"Show ' || n || '"}'
           FROM generate_series(1, $1) AS n,
                LATERAL (SELECT '2027-01-01Z'::timestamptz + n * interval '1 hour' AS at) AS start"""
# Its own word in the name, and a description of fifty others.
WORDS = """INSERT INTO projections.search
           SELECT show_id, '', (replace(name, 'Show ', 'n') || ':1A ' || described)::tsvector
           FROM projections.listings, LATERAL (
               SELECT string_agg('w' || abs(hashtext(name || k)) % 5000 || ':' || k, ' ') AS described
               FROM generate_series(2, 51) AS k) AS words"""
KNOWN = """INSERT INTO projections.search_words SELECT 'n' || n FROM generate_series(1, $1) AS n"""
LEFT = """INSERT INTO projections.availability
          SELECT show_id, false, '{"capacity":{},"free":{},"offers":[]}', 100, 0, price_from, 0, 100, false, '[]', 0
          FROM projections.listings"""
SHOWS_OF_BOOKINGS = """INSERT INTO projections.bookings_shows
                       SELECT show_id, name, venue_id, venue_name, city, timezone, starts_at, ends_at, status, 0,
                              created_at, updated_at
                       FROM projections.listings"""
BOOKINGS = """INSERT INTO projections.bookings
              SELECT md5('booking ' || n)::uuid, md5('show ' || n % 100)::uuid,
                     CASE WHEN n % 100 = 0 THEN $2::uuid ELSE md5('customer ' || n % 1000)::uuid END, NULL,
                     'N', 'n@example.org', 'CODE',
                     CASE WHEN n % 5 = 0 THEN 'cancelled' ELSE 'confirmed' END, NULL, 1, 1, 0, 'EUR', '[]', '[]', '[]',
                     '2027-01-01Z'::timestamptz + n * interval '1 second', '2027-01-01Z'
              FROM generate_series(1, $1) AS n"""
ANALYZE = """ANALYZE projections.listings, projections.availability, projections.bookings, projections.search,
             projections.search_words, projections.availability_bookings, projections.availability_steps,
             projections.booking_versions, projections.listing_versions"""
# Every tenth still pending, and half of these with their time up.
HOLDS = """INSERT INTO projections.availability_bookings
           SELECT booking_id, show_id, CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'confirmed' END,
                  '2027-03-01T12:00Z'::timestamptz + (n % 20 - 10) * interval '1 minute', n, '{}'
           FROM (SELECT b.*, row_number() OVER () AS n FROM projections.bookings AS b LIMIT $1) AS numbered"""
STEPS = """INSERT INTO projections.availability_steps
           SELECT md5('show ' || n % 100)::uuid, n - $1, '2027-01-01Z'::timestamptz + n * interval '1 second',
                  CASE WHEN n % 1000 < 100
                       THEN '{"draft":false,"stock":{"capacity":{},"free":{},"offers":[]}}'::json END,
                  CASE WHEN n % 1000 >= 100 THEN '[]'::json END
           FROM generate_series(1, $1) AS n"""
VERSIONS = """WITH listed AS (
                  INSERT INTO projections.listing_versions
                  SELECT show_id, 1, '2027-01-01Z', to_json(l) FROM projections.listings AS l)
              INSERT INTO projections.booking_versions
              SELECT booking_id, 1, '2027-01-01Z', to_json(b) FROM projections.bookings AS b"""
ID = "SELECT md5($1)::uuid::text"


async def fill(pool: asyncpg.Pool) -> None:
    await pool.execute(SHOWS, ROWS)
    await pool.execute(LEFT)
    await pool.execute(SHOWS_OF_BOOKINGS)
    await pool.execute(BOOKINGS, ROWS, ANA.id)
    await pool.execute(HOLDS, ROWS)
    await pool.execute(STEPS, ROWS)
    await pool.execute(VERSIONS)
    await pool.execute(WORDS)
    await pool.execute(KNOWN, ROWS)
    await pool.execute(ANALYZE)


@pytest.fixture(scope="module")
async def template(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """Large tables, made once for all of these tests."""
    async with template_of(postgres, administrator, template, fill) as name:
        yield name


@pytest.fixture
def large(world: World) -> World:
    return world


def explaining(
    monkeypatch: pytest.MonkeyPatch, reader: type[Read] | type[Snapshot], options: str
) -> list[dict[str, Any]]:
    """From here on it holds the plan of each query that is run through `reader`, explained with `options`."""
    found: list[dict[str, Any]] = []
    run = reader.rows

    async def explained(self: Any, query: str, *arguments: Any) -> list[asyncpg.Record]:
        ((plan,),) = await run(self, f"EXPLAIN ({options}) {query}", *arguments)
        found.append(orjson.loads(plan)[0]["Plan"])
        return await run(self, query, *arguments)

    monkeypatch.setattr(reader, "rows", explained)
    return found


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The plan of each query, as it is run."""
    return explaining(monkeypatch, Read, "FORMAT JSON")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def scans(plan: dict[str, Any]) -> set[str]:
    """The indexes a plan reads, and the tables it reads whole."""
    read = (each.get("Index Name") or each.get("Relation Name") for each in nodes(plan))
    return {name for name in read if name}


def read_whole(plan: dict[str, Any]) -> set[str]:
    """The tables it reads from end to end, but the checkpoints: the few there are fit on one page."""
    whole = {each["Relation Name"] for each in nodes(plan) if each["Node Type"] == "Seq Scan"}
    return whole - {"checkpoints"}


def page_of(plan: dict[str, Any]) -> dict[str, Any] | None:
    """The part of a list's plan that finds its page. The rest looks up, by key, what is said about each on the page."""
    if plan["Node Type"] == "Limit":
        return plan
    page = next((each for each in nodes(plan) if each.get("Subplan Name") == "CTE page"), None)
    if page is not None:
        assert {"listings_pkey", "availability_pkey", "availability_bookings_held"} <= scans(plan)
        assert not {each["Node Type"] for each in nodes(plan)} & {"Hash Join", "Merge Join"}, plan
    return page


async def test_single_reads_are_one_look_at_an_index(large: World, plans: list[dict[str, Any]]) -> None:
    show_id, booking_id = await large.pool.fetchval(ID, "show 7"), await large.pool.fetchval(ID, "booking 7")
    for path, indexes in (
        (f"/events/{show_id}/availability", {"availability_pkey", "availability_bookings_held"}),
        (f"/events/{show_id}", {"listings_pkey", "availability_pkey", "availability_bookings_held"}),
        (f"/bookings/{booking_id}", {"bookings_pkey"}),
    ):
        assert (await large.get(path, "clerk")).status_code == 200
        plan = plans.pop()
        assert indexes <= scans(plan)
        assert not read_whole(plan)


async def test_many_events_are_looked_up_by_index_and_by_one_statement(
    large: World, plans: list[dict[str, Any]]
) -> None:
    ids = [await large.pool.fetchval(ID, f"show {number}") for number in range(1, 51)]
    assert (await large.get("/events/availability", ids=",".join(ids))).status_code == 200
    (plan,) = plans
    assert not read_whole(plan)
    # The table itself is visited page by page where the index says.
    assert {"availability_pkey", "availability_bookings_held"} <= scans(plan)


@pytest.mark.parametrize("when", ["1", "2027-01-01T02:00:00Z"])
async def test_a_look_back_reads_no_more_than_the_steps_since_a_keyframe(
    large: World, plans: list[dict[str, Any]], when: str
) -> None:
    show_id, booking_id = await large.pool.fetchval(ID, "show 7"), await large.pool.fetchval(ID, "booking 7")
    await large.happened("venue-1", venue())
    for path, indexes in (
        (f"/events/{show_id}/availability", {"availability_steps_pkey"}),
        (f"/bookings/{booking_id}", {"booking_versions_pkey"}),
    ):
        answer = await large.get(path, "clerk", as_of=when)
        assert answer.status_code == 200, answer.text
        plan = plans.pop()
        assert indexes <= scans(plan), path
        assert not read_whole(plan) & {"availability_steps", "availability_bookings", "booking_versions"}


async def test_a_page_of_a_list_reads_no_more_than_the_page(
    large: World, plans: list[dict[str, Any]]
) -> None:
    show_id, venue_id = await large.pool.fetchval(ID, "show 7"), await large.pool.fetchval(ID, "venue 7")
    past = {"upcoming": "false"}
    lists: list[tuple[str, dict[str, Any], str]] = [
        ("/events", past, "listings_by_start"),
        ("/events", {"sort": "-starts_at", **past}, "listings_by_start"),
        ("/events", {"from": "2027-06-01T00:00:00Z", "available": "true"}, "listings_by_start"),
        ("/events", {"sort": "name"}, "listings_by_name"),
        ("/events", {"sort": "-price"}, "listings_by_price"),
        ("/events", {"sort": "-popularity", **past}, "availability_by_popularity"),
        ("/events", {"venue_id": venue_id, **past}, "listings_by_venue"),
        ("/events", {"venue": "hall 7", **past}, "listings_by_venue_name"),
        ("/events", {"city": "city 7", **past}, "listings_by_city"),
        ("/bookings", {}, "bookings_by_customer"),
        ("/bookings/all", {}, "bookings_by_time"),
        ("/bookings/all", {"status": "cancelled"}, "bookings_by_time"),
        (f"/events/{show_id}/bookings", {}, "bookings_by_show"),
    ]
    for path, query, index in lists:
        cursor: dict[str, str] = {}
        for _ in range(2):
            answer = await large.get(
                path, "ana" if path == "/bookings" else "clerk", limit=20, **query, **cursor
            )
            assert answer.status_code == 200, answer.text
            assert not any(node["Node Type"] == "Seq Scan" for each in plans for node in nodes(each))
            (plan,) = (page for page in map(page_of, plans) if page is not None)
            plans.clear()
            assert index in scans(plan), (path, query, plan)
            kinds = {each["Node Type"] for each in nodes(plan)}
            assert not kinds & {"Sort", "Incremental Sort", "Seq Scan", "Hash Join"}, (path, query, plan)
            cursor = {"cursor": answer.json()["next"]}


async def test_what_is_on_and_to_come_is_read_by_two_indexes(
    large: World, plans: list[dict[str, Any]]
) -> None:
    """However long the past is, and on whichever page."""
    for query in ({}, {"sort": "-starts_at"}, {"city": "city 7"}, {"price_max": "5"}):
        cursor: dict[str, str] = {}
        for _ in range(2):
            answer = await large.get("/events", limit=20, **query, **cursor)
            plan = plans[0]
            plans.clear()
            read = scans(plan)
            assert "listings_on_now" in read, plan
            # Nobody walks through the past to find the few that are on.
            assert not any("tstzrange" in each.get("Filter", "") for each in nodes(plan)), plan
            assert {"listings_by_start", "listings_by_city"} & read, plan
            assert not {each["Node Type"] for each in nodes(plan)} & {"Seq Scan", "Hash Join"}, plan
            cursor = {"cursor": answer.json()["next"]}


async def test_the_first_page_begins_with_what_is_on_now(large: World) -> None:
    large.now = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
    names = await large.names("/events", limit=3)
    assert names == ["Show 1428", "Show 1429", "Show 1430"]
    last = await large.names("/events", limit=1000, sort="-starts_at", to="2027-03-01T14:30:00Z")
    assert last == ["Show 1430", "Show 1429", "Show 1428"]


async def test_a_search_reads_by_the_words(large: World, plans: list[dict[str, Any]]) -> None:
    assert await large.names("/events/search", q="n5000") == ["Show 5000"]
    assert "search_by_words" in scans(plans[0])
    plans.clear()
    assert await large.names("/events", q="n5000") == ["Show 5000"]
    assert "search_by_words" in scans(plans[0])
    plans.clear()
    await large.get("/events/calendar", month="2027-06")
    assert "listings_by_day" in scans(plans[-1])
