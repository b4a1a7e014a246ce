"""What may be asked as of a moment, and what is said where it cannot be told."""

import json
from asyncio import to_thread
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner

from audit_api import app
from cli.audit import command
from domain.show.facts import SeatsBooked, ShowDeleted
from runtime.http import client_gone
from runtime.ids import new_id
from tests.audit_api.as_of.conftest import Desk
from tests.projections.season import ANA, eur, on_sale, scheduled, seat, venue
from tests.projections.writing import NOON
from tests.query_api.conftest import bearer

MINUTE = timedelta(minutes=1)
OF_EVENT = ("as-of", "availability", "seat-map", "revenue")


async def asked(desk: Desk, path: str, **query: object) -> tuple[int, Any]:
    params = {name: str(value) for name, value in query.items()}
    answer = await desk.client.get(f"/api/v1/audit{path}", params=params, headers=bearer("auditor"))
    return answer.status_code, answer.json()


async def sold(desk: Desk) -> str:
    """The id of a show: scheduled at noon (1), on sale (2), and a seat sold (3), a minute between each."""
    show = scheduled()
    for number, fact in enumerate(on_sale(show)):
        await desk.happened(f"show-{show.show_id}", fact, NOON + number * MINUTE)
    at = NOON + 2 * MINUTE
    booked = SeatsBooked(show.show_id, new_id(), "CODE", ANA, (seat("A/2"),), eur(9_000), at)
    await desk.happened(f"show-{show.show_id}", booked, at)
    desk.now = NOON + 60 * MINUTE
    return show.show_id


async def test_what_is_still_to_come_and_what_is_no_moment_is_refused(desk: Desk) -> None:
    show_id = await sold(desk)
    paths = [f"/events/{show_id}/{each}" for each in OF_EVENT]
    for path in (*paths, "/statistics/overview", "/statistics/revenue"):
        for wrong in (
            {"as_of": "2027-03-01T13:00:01Z"},
            {"as_of_position": 4},
            {"as_of": "2027-03-01T12:00:00Z", "as_of_position": 1},
            {"as_of": "yesterday"},
            {"asof": "2027-03-01T12:00:00Z"},
        ):
            status, problem = await asked(desk, path, **wrong)
            assert (status, problem["code"]) == (422, "validation-failed"), (path, wrong)


async def test_what_was_not_there_then_is_not_found(desk: Desk) -> None:
    show_id = await sold(desk)
    for each in OF_EVENT:
        assert (await asked(desk, f"/events/{show_id}/{each}", as_of="2027-03-01T11:59:59Z"))[0] == 404
        assert (await asked(desk, f"/events/{show_id}/{each}", as_of_position=0))[0] == 404
        assert (await asked(desk, f"/events/{show_id}/{each}", as_of_position=1))[0] == 200
    await desk.happened(f"show-{show_id}", ShowDeleted(show_id, desk.now), desk.now)
    for each in OF_EVENT:
        status, problem = await asked(desk, f"/events/{show_id}/{each}")
        assert (status, problem["code"]) == (404, "event-not-found")


async def test_a_fact_that_cannot_be_folded_is_named(desk: Desk, database: str) -> None:
    show_id = await sold(desk)
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 3")
    await connection.close()
    for path in (
        *(f"/events/{show_id}/{each}" for each in OF_EVENT),
        "/statistics/overview",
        "/statistics/revenue",
    ):
        status, problem = await asked(desk, path)
        assert (status, problem["code"], problem["position"]) == (409, "facts-unreadable", 3)
        assert (await asked(desk, path, as_of_position=2))[0] == 200


@pytest.mark.parametrize("path", ["/statistics/overview", "/statistics/revenue", "/verify"])
async def test_a_walk_ends_when_its_client_has_gone_and_leaves_its_place_to_others(
    path: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sold(desk)
    with monkeypatch.context() as patch:
        patch.setattr(client_gone, "_stays", lambda: True)
        status, problem = await asked(desk, path)
        assert (status, problem["code"]) == (400, "request-incomplete")
    assert (await asked(desk, path))[0] == 200


async def test_only_so_many_walk_through_the_log_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await sold(desk)
    places = desk.audit.walking
    for _ in range(app.WALKS_MAX):
        await places.acquire()
    for path in ("/statistics/overview", "/statistics/revenue"):
        status, problem = await asked(desk, path)
        assert (status, problem["code"]) == (503, "overloaded")


async def test_more_rows_than_a_page_takes_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await sold(desk)
    monkeypatch.setattr("audit_api.routes.statistics.ROWS_MAX", 0)
    assert (await asked(desk, "/statistics/revenue", group_by="event"))[0] == 422


async def test_an_event_that_has_begun_has_nothing_left(desk: Desk) -> None:
    """As of a position, by when its fact was recorded."""
    await sold(desk)
    left = [
        (await asked(desk, "/statistics/overview", **query))[1]["tickets_available"]
        for query in ({"as_of_position": 3}, {"as_of": "2027-03-01T12:30:00Z"}, {})
    ]
    assert left == [16, 16, 16]
    desk.now = NOON + timedelta(days=14)
    house = venue()
    await desk.happened(f"venue-{house.venue_id}", house, desk.now)
    assert [
        (await asked(desk, "/statistics/overview", **query))[1]["tickets_available"]
        for query in ({}, {"as_of_position": 4}, {"as_of_position": 3})
    ] == [0, 0, 16]


async def test_the_command_line_tells_what_the_api_does(desk: Desk, database: str, tmp_path: Any) -> None:
    await sold(desk)
    whole, by_type = (
        await asked(desk, "/statistics/overview"),
        await asked(desk, "/statistics/revenue", group_by="ticket_type", period="day", as_of_position=3),
    )

    async def told(*options: str) -> Any:
        arguments = ["statistics", "--data-dir", str(tmp_path), "--as-of", "3", *options]
        done = await to_thread(CliRunner(env={"DATABASE_URL": database}).invoke, command, arguments)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    assert json.loads(await told("--json")) == whole[1]
    rows = json.loads(await told("--revenue", "--group-by", "ticket_type", "--period", "day", "--json"))
    assert rows["items"] == by_type[1]["items"]
    assert "tickets_sold         1" in await told()
    assert "Stalls  2027-03-01  bookings 1  tickets 1  gross 9,000 EUR" in await told(
        "--revenue", "--group-by", "ticket_type", "--period", "day"
    )
