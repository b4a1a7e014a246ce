"""Histories as files: CSV for spreadsheets, and lines that anybody can verify."""

import csv
import io
import json

import httpx
import pytest

import audit_api.answers.history
from eventstore.hashing import link
from eventstore.offline.lines import fact_of
from eventstore.postgres.exporting import export
from runtime.ids import utc_now
from tests.audit_api.conftest import CALLERS, KNOWN, World, pool_of

ANA = CALLERS["ana"].id


async def file(world: World, path: str, accept: str | None = None, /, **query: object) -> httpx.Response:
    headers = {"Authorization": KNOWN.shown_by(CALLERS["auditor"])} | ({"Accept": accept} if accept else {})
    params = {name: str(value) for name, value in query.items()}
    answer = await world.client.get(f"/api/v1/audit{path}", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def filled(world: World) -> str:
    event = await world.event()
    booked = await world.book(event, 2, "k1")
    await world.book(event)
    await world.pay(booked)
    return event


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_a_table_has_a_row_for_each_fact_with_what_it_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_api.answers.history, "AT_ONCE", 2)
    event = await filled(world)
    for path in ("/facts", f"/events/{event}", f"/customers/{ANA}"):
        query = {"bookings": True} if "events" in path else {}
        items = (await world.read(path, **query))["items"]
        answer = await file(world, path, format="csv", **query)
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"].endswith('.csv"')
        rows = table(answer.text)
        assert [int(row["position"]) for row in rows] == [item["position"] for item in items]
        for row, item in zip(rows, items, strict=True):
            assert (row["fact"], row["hash"], row["command"]) == (
                item["fact"],
                item["hash"],
                item["why"]["command"],
            )
            assert (row["by"], row["role"]) == (item["by"]["id"], item["by"]["role"])
            assert json.loads(row["data"]) == item["data"]
            assert "pd1." not in row["data"]
            if "changes" in item:
                assert json.loads(row["changes"]) == item["changes"]
                assert row["happened_at"] == item["happened_at"]


async def test_a_file_may_be_asked_for_as_a_media_type(world: World) -> None:
    await filled(world)
    assert len(table((await file(world, "/facts", "text/csv")).text)) == 5
    lines = await file(world, "/facts", "application/x-ndjson")
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert len(lines.text.splitlines()) == 5
    assert (await file(world, "/facts", "application/json")).json()["items"]


async def test_filters_and_order_hold_for_files(world: World) -> None:
    event = await filled(world)
    for path, query in (("/facts", {}), (f"/events/{event}", {"bookings": True}), (f"/customers/{ANA}", {})):
        rows = table((await file(world, path, format="csv", fact="SeatsHeld", order="desc", **query)).text)
        assert [row["position"] for row in rows] == ["4", "3"]
        rows = table((await file(world, path, format="csv", order="desc", limit=1, **query)).text)
        assert [row["position"] for row in rows] == ["5"]


async def test_lines_are_those_of_an_export_and_each_can_be_verified(world: World, database: str) -> None:
    event = await filled(world)
    exported: list[bytes] = []

    async def write(lines: bytes) -> None:
        exported.append(lines)

    async with pool_of(database, "seatledger_audit") as pool:
        await export(pool, 0, utc_now(), write, lambda _done, _of: None)
    expected = [line for line in b"".join(exported).splitlines() if line.startswith(b'{"specversion"')]
    lines = (await file(world, "/facts", format="ndjson", as_hashed=True)).content.splitlines()
    for line, of_export in zip(lines, expected, strict=True):
        fact, same = fact_of(line, 1), fact_of(of_export, 1)
        assert fact._replace(previous=None) == same
        assert link(fact.previous or bytes(32), fact.hashed) == fact.hash
    of_event = await file(world, f"/events/{event}", format="ndjson", as_hashed=True, bookings=True)
    assert of_event.content.splitlines() == lines
    opened = await file(world, "/facts", format="ndjson")
    assert "ana@example.org" in opened.text
    assert "pd1." not in opened.text


async def test_what_somebody_typed_is_no_formula_in_a_table(world: World) -> None:
    event = await world.event()
    await world.book(event, 1, "=1+1")
    (row,) = table((await file(world, "/facts", format="csv", after=2)).text)
    assert row["idempotency_key"] == "'=1+1"
