"""Whoever asks for refusals by what is known of them does not wait for all of them to be read."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from audit_api.refusals.table import RefusalsWanted, select

ROWS = 20_000

FILL = """INSERT INTO command_api.refusals
          SELECT 1, md5('refusal ' || n)::uuid, '2027-01-01Z'::timestamptz + n * interval '1 second',
                 'show-' || n % 500, n, CASE WHEN n % 50 = 0 THEN 'CancelBooking' ELSE 'BookSeats' END,
                 md5('command ' || n)::uuid, 'account-' || n % 900, 'customer', 'request-' || n, NULL,
                 CASE WHEN n % 50 = 0 THEN 'booking-' || n % 700 END,
                 'account-' || CASE WHEN n % 20 = 0 THEN n % 70 ELSE n % 900 END,
                 409, 'sold-out', 'SoldOut', '{}', '{}', NULL
          FROM generate_series(1, $1) AS n"""

SOME = datetime(2027, 1, 1, 1, tzinfo=UTC)

QUESTIONS = {
    "all": RefusalsWanted(),
    "newest": RefusalsWanted(is_descending=True),
    "next page": RefusalsWanted(after=(SOME, UUID(int=5))),
    "of a time": RefusalsWanted(since=SOME, until=datetime(2027, 1, 1, 2, tzinfo=UTC)),
    "of an event": RefusalsWanted(stream="show-7"),
    "of an event, newest": RefusalsWanted(stream="show-7", is_descending=True),
    "by somebody": RefusalsWanted(by="account-7"),
    "of a booking": RefusalsWanted(booking="booking-50"),
    "of a customer": RefusalsWanted(customer="account-7"),
    "of a request": RefusalsWanted(request="request-77"),
}
FEW = {"of a customer", "of a request"}
"""Those of one customer out of two indexes are sorted: they are few."""


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for each in plan.get("Plans", []) for node in nodes(each))]


async def test_no_question_reads_the_table_whole(superuser: asyncpg.Connection, database: str) -> None:
    await superuser.execute(FILL, ROWS)
    await superuser.execute("ANALYZE command_api.refusals")
    for name, wanted in QUESTIONS.items():
        statement, arguments = select(wanted, 101)
        row = await superuser.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
        kinds = {node["Node Type"] for node in nodes(orjson.loads(row)[0]["Plan"])}
        assert "Seq Scan" not in kinds, name
        assert name in FEW or not kinds & {"Sort", "Incremental Sort"}, (name, kinds)
