"""Whoever is erased is gone from everything the running program keeps, and everything else is as it was."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from cli.database import DATABASE
from runtime.embedded_postgres.running import dsn_of_running
from tests.privacy.dump import dump, where
from tests.programs import finished
from tests.system.events import event_with_places
from tests.system.http import Answer, ask
from tests.system.servers import ADMIN, TOKENS, Server, serving, settings_for

ANA = {"name": 'Zoëlla "Quux" O\'Brïen', "email": "zoella.quux@example.org"}
GUEST = {"name": "Wilhelmína Østergård", "email": "wilhelmina@example.org"}
HOLDER, FRIEND = "Xaviér Þórsson", {"name": "Bartholomäus", "email": "barth@example.org"}
PASSWORD = "correct horse battery"
# As they were typed, and as a search folds them.
WORDS = [
    *ANA.values(), *GUEST.values(), HOLDER, *FRIEND.values(),
    "zoella", "quux", "wilhelmina", "ostergard", "xavier", "thorsson", "bartholomaus",
]  # fmt: skip
FIGURES = (
    "/api/v1/statistics/overview",
    "/api/v1/statistics/revenue?group_by=event",
    "/api/v1/statistics/sales?period=day",
)
PLACES_OF_WORDS = {"command_api.credentials", "projections.booking_search", "pg_stats"}
"""In the clear only where people are looked for, and of the words to search in what the planner samples of them."""


def told(answer: httpx.Response) -> str:
    """All that an answer says, as a reader sees it."""
    return json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')


class House:
    """A running program with two customers in it, one with an account."""

    def __init__(self, server: Server, folder: Path, dsn: str) -> None:
        self.server = server
        self.folder = folder
        self.dsn = dsn
        self.position = "0"

    async def as_ana(self, token: str, method: str, path: str, body: Any = None) -> Answer:
        answer = await ask(self.server.port, method, path, body, {"Authorization": f"Bearer {token}"})
        self.position = answer.headers.get("seatledger-position", self.position)
        return answer

    async def read(self, path: str) -> httpx.Response:
        """What an administrator reads, as new as all that was written."""
        url = f"http://127.0.0.1:{self.server.port}{path}"
        headers = {
            "Authorization": f"Bearer {TOKENS.issue(ADMIN)}", "Seatledger-Min-Position": self.position,
        }  # fmt: skip
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.get(url, headers=headers)

    async def figures(self, path: str) -> Any:
        """What statistics say, whenever they say it."""
        return {**(await self.read(path)).json(), "as_of_position": None}

    async def dumped(self) -> dict[str, set[str]]:
        """Where in the database any of the words stands."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return where(await dump(connection), WORDS)
        finally:
            await connection.close()


@pytest.fixture
async def house(folder_for_a_server: Path) -> AsyncIterator[House]:
    settings = settings_for(folder_for_a_server)
    async with serving("up", settings=settings) as server:
        dsn = dsn_of_running(folder_for_a_server.absolute(), database=DATABASE)
        assert dsn is not None
        yield House(server, folder_for_a_server, dsn)


async def test_after_erasing_no_name_is_left_anywhere_and_nothing_else_has_changed(house: House) -> None:
    server = house.server
    made = await ask(server.port, "POST", "/api/v1/auth/register", {**ANA, "password": PASSWORD})
    signed_in = await ask(
        server.port, "POST", "/api/v1/auth/login", {"email": ANA["email"], "password": PASSWORD}
    )
    ana, token = made.json()["id"], signed_in.json()["access_token"]
    event = (await event_with_places(server, 50))["id"]
    place = {"event_id": event, "quantity": 2}
    booked = (await house.as_ana(token, "POST", "/api/v1/bookings", place)).json()
    tickets = [{"id": booked["tickets"][0]["id"], "holder": HOLDER}]
    await house.as_ana(token, "PATCH", f"/api/v1/bookings/{booked['id']}", {"tickets": tickets})
    given = (await house.as_ana(token, "POST", "/api/v1/bookings", {**place, "quantity": 1})).json()
    await house.as_ana(token, "POST", f"/api/v1/bookings/{given['id']}/transfer", {"to": FRIEND})
    for_guest = await server.send("POST", "/api/v1/bookings", {**place, "customer": GUEST}, key="once")
    house.position = for_guest.headers["seatledger-position"]

    reads = [
        f"/api/v1/bookings/{booked['id']}", f"/api/v1/bookings/{booked['id']}/tickets", "/api/v1/bookings/all",
        "/api/v1/bookings/search?q=quux", f"/api/v1/events/{event}/bookings", "/api/v1/statistics/customers",
        f"/api/v1/audit/bookings/{booked['id']}", "/api/v1/audit/facts?limit=1000", f"/api/v1/customers/{ana}/data",
    ]  # fmt: skip
    for path in reads:
        said = told(await house.read(path))
        assert ANA["name"] in said or HOLDER in said, path
    figures = [await house.figures(path) for path in FIGURES]
    assert set(await house.dumped()) == PLACES_OF_WORDS

    people = [await house.read(f"/api/v1/customers?email={each['email']}") for each in (ANA, GUEST, FRIEND)]
    for item in (item for found in people for item in found.json()["items"]):
        erased = await server.send("POST", f"/api/v1/customers/{item['id']}/erase")
        assert erased.status == 200
        house.position = erased.headers["seatledger-position"]

    for path in reads:
        answer = await house.read(path)
        assert answer.status_code == (404 if path.endswith("/data") else 200), path
        assert [word for word in WORDS if word in told(answer)] == [], path
    again = await server.send("POST", "/api/v1/bookings", {**place, "customer": GUEST}, key="once")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["customer"]["name"] == "[erased]"
    assert (await house.as_ana(token, "GET", "/api/v1/auth/me")).status == 401
    assert await house.dumped() == {}, "not even where people are looked for"
    assert [await house.figures(path) for path in FIGURES] == figures

    settings = settings_for(house.folder)
    verdict = json.loads(finished("audit", "verify", "--json", settings=settings))
    assert verdict["verified"] is True
    exported = finished("audit", "export", "-", settings=settings)
    assert [word for word in WORDS if word in exported] == []
    assert "equal" in finished("rebuild", "booking_search", "--prove", settings=settings)
    assert await house.dumped() == {}
    assert [word for word in WORDS if word in "".join(server.program.said)] == [], "nor in the logs"
    assert (
        await ask(server.port, "POST", "/api/v1/auth/register", {**ANA, "password": PASSWORD})
    ).status == 201
