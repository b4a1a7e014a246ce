"""The plans of the search of bookings: each criterion by index, whether it leaves few bookings or many."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from projections.booking_search import BOOKINGS as BOOKINGS_FOUND
from query_api.bookings import booking_search
from tests.projections.season import ANA
from tests.query_api.conftest import World, template_of
from tests.query_api.test_plans import BOOKINGS, ID, LEFT, ROWS, SHOWS, SHOWS_OF_BOOKINGS, nodes, plans, scans

__all__ = ["plans"]

NOBODY = "01a201e2-0000-7000-8000-0000000000ff"

# Of each name there are many, of each e-mail, code and surname one; the types are as many as the shows that have them.
FOUND = """INSERT INTO projections.booking_search (booking_id, show_id, customer, email, code, tickets, people, terms)
           SELECT booking_id, show_id, '', '', '', '[]', ARRAY[md5('person ' || n)::uuid],
                  ARRAY['n:maria', 'n:s' || n, 'e:e' || n || '@example.org', 'c:code' || n, 'k:standard',
                        't:' || md5('type ' || n % 3000)::uuid]
           FROM (SELECT *, row_number() OVER (ORDER BY created_at) AS n FROM projections.bookings) AS numbered"""
SHOWS_FOUND = """INSERT INTO projections.booking_search_shows (show_id, venue_id, name, venue, offers, terms)
                 SELECT md5('show ' || n)::uuid, md5('venue ' || n % 50)::uuid, 'show ' || n, 'hall', '{}',
                        ARRAY['n:show', 'n:' || n, 'v:hall', 'k:standard', 't:' || md5('type ' || n % 3000)::uuid]
                 FROM generate_series(1, $1) AS n"""
TABLES = "listings, bookings, bookings_shows, booking_search, booking_search_shows".replace(
    ", ", ", projections."
)


async def fill(pool: asyncpg.Pool) -> None:
    await pool.execute(SHOWS, ROWS)
    await pool.execute(LEFT)
    await pool.execute(SHOWS_OF_BOOKINGS)
    await pool.execute(BOOKINGS, ROWS, ANA.id)
    await pool.execute(FOUND)
    await pool.execute(SHOWS_FOUND, ROWS)
    await pool.execute(f"ANALYZE projections.{TABLES}")


@pytest.fixture(scope="module")
async def template(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """Large tables, made once for all of these tests."""
    async with template_of(postgres, administrator, template, fill) as name:
        yield name


@pytest.fixture
def large(world: World) -> World:
    return world


def whole(plan: dict[str, Any]) -> bool:
    """Whether it reads a table from its beginning to its end."""
    return any("Seq Scan" in each["Node Type"] for each in nodes(plan))


async def asked(large: World, plans: list[dict[str, Any]], **query: Any) -> list[dict[str, Any]]:
    plans.clear()
    answer = await large.get("/bookings/search", "clerk", limit=20, **query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"], query
    return list(plans)


async def test_each_rare_criterion_is_found_by_index_and_fetched_by_key(
    large: World, plans: list[dict[str, Any]]
) -> None:
    type_id, show_id = await large.pool.fetchval(ID, "type 7"), await large.pool.fetchval(ID, "show 7")
    rare: list[tuple[dict[str, str], str]] = [
        ({"q": "code77"}, "booking_search_by_term"),
        ({"q": "s77"}, "booking_search_by_term"),
        ({"q": "maria s77"}, "booking_search_by_term"),
        ({"name": "s77"}, "booking_search_by_term"),
        ({"email": "e77@example.org"}, "booking_search_by_term"),
        ({"code": "code77"}, "booking_search_by_term"),
        ({"ticket_type_id": type_id}, "booking_search_by_term"),
        ({"name": "maria", "code": "code77"}, "booking_search_by_term"),
        ({"q": "maria", "event_id": show_id}, "booking_search_by_show"),
    ]
    for query, index in rare:
        found = await asked(large, plans, **query)
        assert not any(whole(plan) for plan in found), (query, found)
        assert index in scans(found[-2]), (query, found[-2])
        assert {index, "bookings_pkey"} <= scans(found[-1]), (query, found[-1])


async def test_of_what_most_bookings_meet_the_newest_are_found_by_walking_in_order(
    large: World, plans: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking_search, "FEW_MAX", 100)
    show_id, customer = await large.pool.fetchval(ID, "show 7"), ANA.id or ""
    for query, index in (
        ({"name": "maria"}, "bookings_by_time"),
        ({"q": "maria"}, "bookings_by_time"),
        ({"ticket_type": "standard", "status": "confirmed"}, "bookings_by_time"),
        ({"name": "maria", "event_id": show_id}, "bookings_by_show"),
        ({"name": "maria", "customer_id": customer}, "bookings_by_customer"),
    ):
        found = await asked(large, plans, **query)
        last = found[-1]
        assert {index, "booking_search_pkey"} == scans(last), (query, last)
        assert not {each["Node Type"] for each in nodes(last)} & {"Sort", "Seq Scan", "Hash Join"}, query


async def test_events_and_venues_are_found_by_index(large: World, plans: list[dict[str, Any]]) -> None:
    venue_id = await large.pool.fetchval(ID, "venue 7")
    for query, index in (
        ({"event": "show 7"}, "booking_search_shows_by_term"),
        ({"venue_id": venue_id}, "booking_search_shows_by_venue"),
    ):
        found = await asked(large, plans, **query)
        assert index in scans(found[0]), (query, found[0])
        assert "bookings" not in scans(found[-1]), (query, found[-1])


async def test_similar_words_are_found_by_index(large: World, plans: list[dict[str, Any]]) -> None:
    found = await asked(large, plans, name="s77x")
    assert "booking_search_by_term" in scans(found[-2]), found[-2]
    assert not any(whole(plan) for plan in found[-2:])


LATEST = "ORDER BY created_at DESC, booking_id DESC LIMIT 1"


@pytest.mark.parametrize(
    ("whose", "index"),
    [
        (f"person_id = '{NOBODY}' AND customer_id IS NULL", "bookings_of_guests"),
        (
            "lower(customer_email) = 'n7@example.org' AND customer_id IS NULL AND person_id IS NULL",
            "bookings_by_address",
        ),
    ],
)
async def test_the_latest_booking_of_somebody_without_an_account_is_found_by_index(
    large: World, whose: str, index: str
) -> None:
    query = f"EXPLAIN SELECT * FROM projections.bookings WHERE {whose} {LATEST}"
    assert index in str(await large.pool.fetch(query))


async def test_the_rows_about_a_person_are_found_by_index(large: World) -> None:
    about = BOOKINGS_FOUND.load_about(1).replace("booking_search", "projections.booking_search")
    query = about.replace("$1", f"ARRAY['{NOBODY}']::uuid[]")
    assert "booking_search_by_people" in str(await large.pool.fetch(f"EXPLAIN {query}"))
