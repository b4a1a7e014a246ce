"""Short ways to say what happens to a booking, for tests that tell a story."""

from datetime import timedelta
from typing import Any

from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from tests.command_api.people import CLERK
from tests.command_api.requests import about
from tests.command_api.shop import Call

WINDOW = 600
ONE_MS = timedelta(milliseconds=1)
AFTER_THE_HOLD = timedelta(seconds=WINDOW) + ONE_MS


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount * 100, "currency": "EUR"}


def paid(reference: str, amount: int) -> dict[str, Any]:
    """The part of a body that says so many euros came."""
    return {"payment": {"reference": reference, **euros(amount)}}


def pay(booking: dict[str, Any], reference: str = "pi_1", amount: int = 20) -> Call:
    return about("ConfirmBooking", booking, paid(reference, amount))


def of_event(operation: str, show: dict[str, Any], json: Any = None) -> Call:
    return Call(operation, {"event_id": show["id"]}, json)


def from_allotment(show: dict[str, Any], allotment: dict[str, Any], **body: Any) -> Call:
    booking = {"event_id": show["id"], "allotment_id": allotment["id"], **body}
    return Call("BookSeats", json=booking, by=CLERK)


def seats_of(booking: dict[str, Any]) -> list[str]:
    """Of the tickets that stand."""
    return [ticket["seat"] for ticket in booking["tickets"] if ticket["status"] in {"held", "valid"}]


def ids_of(booking: dict[str, Any]) -> list[str]:
    return [ticket["id"] for ticket in booking["tickets"]]


async def facts_about(log: PostgresStore, booking: dict[str, Any]) -> list[RecordedFact]:
    return await log.read_tag(f"booking:{booking['id']}")


async def names_of_facts(log: PostgresStore, booking: dict[str, Any]) -> list[str]:
    """What the log says about a booking, oldest first."""
    return [fact.name for fact in await facts_about(log, booking)]
