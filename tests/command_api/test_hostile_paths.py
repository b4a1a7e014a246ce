"""Odd ids and odd paths are not found, like ids that nobody has."""

import httpx
import pytest

from tests.command_api.people import ADMIN
from tests.command_api.requests import REQUESTS
from tests.command_api.served import Served
from tests.command_api.shop import Shop, check_problem

IDS = (
    "x", "0", "-1", "null", "undefined", "%20", "%2e%2e", "..%2f..", "1;drop", "%F0%9F%8E%AD", "%C3%28", "%ff",
    "\u0660" * 36,
    "01900000-0000-7000-8000-00000000000", "01900000-0000-7000-8000-0000000000000",
    "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
    "-" * 36, "{01900000-0000-7000-8000-000000000000}", "x" * 3_000, "01900000-0000-7000-8000-0000000000\u0660\u0660",
    "%7B%7D",
    "01900000-0000-7000-8000-000000000000%0A", "*",
)  # fmt: skip


@pytest.mark.parametrize(
    "operation",
    ["ChangeVenue", "CloseVenue", "ChangeTicketType", "PublishEvent", "ConfirmBooking", "DeleteBooking"],
)
async def test_what_cannot_be_an_id_is_not_found(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    [parameter] = call.path
    for odd in IDS:
        response = await shop.send(call.but(path={parameter: odd}))
        assert response.status_code == 404, odd
    response = await shop.send(call.but(path={parameter: "a%00b"}))
    assert (response.status_code, response.json()["code"]) == (400, "malformed-url")


async def test_what_cannot_be_an_id_in_a_body_is_not_found(shop: Shop) -> None:
    book = await REQUESTS["BookSeats"](shop)
    for odd in ("x", "01900000-0000-7000-8000-00000000000g", "\u0660" * 36, "é" * 36):
        response = await shop.send(book.but(json={"event_id": odd, "quantity": 1}))
        assert (response.status_code, response.json()["code"]) == (404, "event-not-found")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/bookings//confirm", 404),
        ("POST", "/api/v1/bookings/x/y/z", 404),
        ("PUT", "/api/v1/bookings", 405),
        ("POST", "/api/v1/bookings/x", 405),
        ("FANCY", "/api/v1/venues", 405),
        ("POST", "/api/v1/venues?x=%00", 400),
    ],
)
async def test_paths_and_methods_that_nobody_serves_are_answered_as_problems(
    method: str, path: str, status: int, client: httpx.AsyncClient, command_side: Served
) -> None:
    headers = {"Authorization": f"Bearer {command_side.tokens.issue(ADMIN)}"}
    response = await client.request(method, path, headers=headers)
    assert response.status_code == status
    check_problem(response)
