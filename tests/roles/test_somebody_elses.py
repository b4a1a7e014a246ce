"""What is Ana's, asked for by everybody who may only have their own: an id tells nothing, and nothing happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from runtime.http.access import Answer
from runtime.identity import Caller, Role
from tests.command_api.people import ANA, AUDITOR, BEN, ORGANIZER
from tests.roles.conftest import NOWHERE, OPERATIONS, World

STRANGERS: dict[str, Caller | None] = {
    "anonymous": None,
    "customer": BEN,
    "organizer": ORGANIZER,
    "auditor": AUDITOR,
}


@dataclass(frozen=True)
class Attempt:
    """A request that Ana herself could make about a booking of hers: `pending` is the one she has yet to pay."""

    operation: str
    json: Any = None
    query: Mapping[str, Any] | None = None
    pending: bool = False


LAST = "last"
"""Stands for the last position of the log."""

EUR_20 = {"amount": 2000, "currency": "EUR"}
PAID = {"payment": {"reference": "pi_2", **EUR_20}}

ATTEMPTS = {
    "read": Attempt("GetBooking"),
    "read with its event": Attempt("GetBooking", query={"expand": "event"}),
    "read as of a position": Attempt("GetBooking", query={"as_of_position": LAST}),
    "tickets": Attempt("ListBookingTickets"),
    "one ticket": Attempt("GetTicket"),
    "QR code": Attempt("GetTicketQrCode"),
    "calendar file": Attempt("GetBookingCalendarFile"),
    "history": Attempt("AuditBooking"),
    "pay": Attempt("ConfirmBooking", PAID, pending=True),
    "cancel": Attempt("CancelBooking", {}),
    "delete": Attempt("DeleteBooking"),
    "confirm by status": Attempt("SetBookingStatus", {"status": "confirmed", **PAID}, pending=True),
    "cancel by status": Attempt("SetBookingStatus", {"status": "cancelled"}),
    "extend": Attempt("ExtendHold", {"seconds": 60}, pending=True),
    "exchange": Attempt("ExchangeTickets", {"for": {"quantity": 1}}),
    "transfer": Attempt("TransferBooking", {"to": {"name": "Ben Ode", "email": "ben@example.org"}}),
    "name holders": Attempt("ChangeBooking", {"tickets": [{"id": NOWHERE, "holder": "Ben Ode"}]}),
    "erase": Attempt("ErasePerson"),
    "all that is held": Attempt("GetCustomerData"),
    "more tickets": Attempt("ChangeBooking", {"quantity": 3, **PAID}),
}
READS = [
    name
    for name, each in ATTEMPTS.items()
    if OPERATIONS[each.operation].access.of(Role.CUSTOMER) == "own"
    and OPERATIONS[each.operation].method == "GET"
]
ABOUT_THE_CALLER = {
    "BookSeats", "ChangePassword", "EndSession", "ListMyBookings", "ListSessions", "Logout",
    "LogoutEverywhere", "WhoAmI",
}  # fmt: skip
"""Operations that name nothing of anybody: what is theirs is whatever the token says. EndSession names a session, which
is looked for among the caller's: tests/command_api/test_sessions.py.
"""


def told(world: World, text: str) -> list[str]:
    """What of Ana's is in an answer."""
    secrets = [ANA.name, ANA.email, ANA.id]
    for booking in (world.booking, world.pending):
        secrets += [booking["code"], *(ticket["code"] for ticket in booking["tickets"] if ticket["code"])]
    return [secret for secret in secrets if secret in text]


def may(attempt: str, stranger: str) -> Answer:
    who = STRANGERS[stranger]
    return OPERATIONS[ATTEMPTS[attempt].operation].access.of(who.role if who else None)


REFUSED = [(attempt, who) for attempt in ATTEMPTS for who in STRANGERS if may(attempt, who) != "yes"]
"""All but what an auditor reads."""


async def attempted(
    world: World, attempt: str, who: Caller | None, booking_id: str | None = None
) -> httpx.Response:
    asked = ATTEMPTS[attempt]
    booking = world.pending if asked.pending else world.booking
    ids = {
        "booking_id": booking_id or booking["id"],
        "ticket_id": booking["tickets"][0]["id"],
        "customer_id": booking_id or ANA.id,
    }
    query = {name: world.position if value == LAST else value for name, value in (asked.query or {}).items()}
    return await world.ask(asked.operation, who, ids, json=asked.json, query=query)


def test_every_operation_on_what_is_ones_own_is_attempted() -> None:
    own = {name for name, each in OPERATIONS.items() if each.access.of(Role.CUSTOMER) == "own"}
    assert own == ABOUT_THE_CALLER | {each.operation for each in ATTEMPTS.values()} - {"AuditBooking"}


@pytest.mark.parametrize(("attempt", "stranger"), REFUSED)
async def test_what_is_somebody_elses_is_not_there(attempt: str, stranger: str, world: World) -> None:
    who = STRANGERS[stranger]
    answer = await attempted(world, attempt, who)
    expected = 401 if who is None else 404 if may(attempt, stranger) == "own" else 403
    assert answer.status_code == expected, answer.text
    assert told(world, answer.text) == []
    nobodys = await attempted(world, attempt, who, NOWHERE)
    assert (answer.status_code, answer.json()["code"]) == (nobodys.status_code, nobodys.json()["code"])
    assert answer.json().keys() == nobodys.json().keys(), "that it exists shows in nothing"
    assert await world.last_position() == world.position, "and nothing has happened"


@pytest.mark.parametrize("attempt", READS)
async def test_its_owner_finds_it(attempt: str, world: World) -> None:
    answer = await attempted(world, attempt, ANA)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("stranger", [BEN, ORGANIZER], ids=lambda caller: str(caller.role))
async def test_a_list_of_ones_own_has_nothing_of_others(stranger: Caller, world: World) -> None:
    for query in ({}, {"event_id": world.booking["event_id"]}, {"expand": "event"}):
        answer = await world.ask("ListMyBookings", stranger, query=query)
        assert (answer.status_code, answer.json()["items"]) == (200, [])
    mine = await world.ask("ListMyBookings", ANA)
    assert len(mine.json()["items"]) == 2


@pytest.mark.parametrize("stranger", [BEN, ORGANIZER], ids=lambda caller: str(caller.role))
async def test_nobody_books_in_somebody_elses_name(stranger: Caller, world: World) -> None:
    body = {"event_id": world.booking["event_id"], "quantity": 1}
    for more in ({"customer": {"name": ANA.name, "email": ANA.email}}, PAID):
        answer = await world.ask("BookSeats", stranger, json={**body, **more})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert await world.last_position() == world.position
