"""How statistics are read: from sums, by index, and never a row for each booking."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from projections.sales_ledger import ENTRIES
from query_api.snapshot import Snapshot
from tests.query_api.conftest import CALLERS, World, template_of
from tests.query_api.test_plans import explaining, nodes

SALES = 30_000

SHOWS = """INSERT INTO projections.sales_shows
           SELECT md5('show ' || n)::uuid, 'Show ' || n, md5('venue ' || n % 20)::uuid, md5('venue ' || n % 20)::uuid,
                  'Hall', 'City ' || n % 5, 'Europe/Rome', '2027-12-01Z'::timestamptz + n * interval '1 hour',
                  'on_sale', '2026-12-01Z', 100, ARRAY['Stalls'], ARRAY[100],
                  json_build_array(json_build_object('ticket_type_id', md5('type ' || n)::uuid, 'name', 'VIP',
                                                     'offered', true)), 'EUR',
                  CASE WHEN n % 20 = 7 THEN $1::uuid END
           FROM generate_series(0, 399) AS n"""
SOLD = """SELECT md5('show ' || n % 400)::uuid AS show_id, n::bigint AS position, 0::smallint AS line,
                 '2027-01-01Z'::timestamptz AS recorded_at,
                 '2027-01-01Z'::timestamptz + n * interval '15 minutes' AS at, 'sold'::text AS kind,
                 md5('venue ' || n % 20)::uuid AS venue_key, 'City ' || n % 5 AS city,
                 md5('type ' || n % 400)::uuid AS ticket_type_id, 'Stalls'::text AS part,
                 'guest' || n % 9000 AS customer, 'EUR'::text AS currency, 1 AS bookings, 1 AS bookings_of_type,
                 2 AS tickets, 2 AS tickets_sold, 0 AS tickets_returned, 100::bigint AS gross, 0::bigint AS refunded,
                 1 AS purchases
          FROM generate_series(1, $1) AS n"""
FROM_JSON = "json_populate_recordset(NULL::sales_entries, $1)"


async def fill(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL search_path = projections")
        await connection.execute(SHOWS, CALLERS["olga"].id)
        # The statement that enters a batch, on sales that are made up in the database.
        await connection.execute(ENTRIES.enter.replace(FROM_JSON, f"({SOLD}) AS sold"), SALES)
        await connection.execute(f"ANALYZE sales_shows, {', '.join(ENTRIES.names)}")


@pytest.fixture(scope="module")
async def template(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """Large tables, made once for all of these tests."""
    async with template_of(postgres, administrator, template, fill) as name:
        yield name


@pytest.fixture
def large(world: World) -> World:
    return world


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The plan of each query, as it was carried out."""
    return explaining(monkeypatch, Snapshot, "ANALYZE, FORMAT JSON")


def rows_read(plans: list[dict[str, Any]]) -> int:
    """By all scans together, those that a filter has thrown away included."""
    return sum(
        round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        for plan in plans
        for node in nodes(plan)
        if "Relation Name" in node
    )


YEAR = {"from": "2027-02-01T10:07:00Z", "to": "2027-10-01T17:31:00Z"}
ROME = {"timezone": "Europe/Rome"}


ROWS_MAX: list[tuple[str, dict[str, Any], int]] = [
    ("/statistics/overview", {}, 3_000),
    ("/statistics/revenue", {}, 10),
    ("/statistics/revenue", YEAR, 300),
    ("/statistics/revenue", {"period": "month", **ROME}, 400),
    ("/statistics/revenue", {"period": "day", **ROME}, 400),
    ("/statistics/revenue", {"period": "day", "timezone": "Asia/Kathmandu"}, 900),
    ("/statistics/revenue", {"group_by": "event", "limit": 20}, 500),
    ("/statistics/revenue", {"group_by": "event", "period": "day", "limit": 20, **ROME}, 500),
    ("/statistics/revenue", {"group_by": "venue"}, 800),
    ("/statistics/revenue", {"group_by": "ticket_type", "limit": 20}, 800),
    ("/statistics/revenue", {"city": "city 3", "period": "month", **ROME}, 400),
    ("/statistics/sales", {"period": "hour"}, 200),
    ("/statistics/occupancy", {"group_by": "event", "limit": 20}, 100),
    ("/statistics/occupancy", {}, 800),
    ("/statistics/occupancy", {"group_by": "venue"}, 800),
    ("/statistics/occupancy", {"group_by": "section"}, 1_800),
    ("/statistics/customers", {"limit": 20}, 500),
    ("/statistics/customers", {"limit": 20, "period": "month", **ROME}, 600),
]


async def test_no_statistic_reads_a_row_for_each_booking(large: World, plans: list[dict[str, Any]]) -> None:
    for path, query, rows_max in ROWS_MAX:
        plans.clear()
        answer = await large.get(path, "clerk", **query)
        assert answer.status_code == 200, answer.text
        assert rows_read(plans) <= rows_max, (path, query, rows_read(plans))


async def test_of_an_organizer_none_reads_a_row_for_each_booking_either(
    large: World, plans: list[dict[str, Any]]
) -> None:
    """Of 400 shows 20 are theirs, with 75 sales each."""
    for path, query, _ in ROWS_MAX:
        if "customers" not in path:
            plans.clear()
            answer = await large.get(path, "olga", **query)
            assert answer.status_code == 200, answer.text
            assert rows_read(plans) <= 1_000, (path, query, rows_read(plans))


async def test_only_what_a_bound_cuts_is_read_from_the_books(
    large: World, plans: list[dict[str, Any]]
) -> None:
    answer = await large.get("/statistics/revenue", "clerk", **YEAR)
    assert answer.json()["items"][0]["tickets"] == 2 * len(
        [n for n in range(1, SALES + 1) if 31 * 96 + 40 < n <= (273 * 96 + 70)]
    )
    books = [node for plan in plans for node in nodes(plan) if node.get("Relation Name") == "sales_entries"]
    assert {node.get("Index Name") for node in books} == {"sales_entries_by_time"}
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in books) <= 2
