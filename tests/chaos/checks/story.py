"""Short logs and what clients were told of them, made by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Row, SeatingPlan, Section
from domain.show import facts as f
from domain.show.ticket import Ticket
from eventstore.facts import RecordedFact
from tests.chaos.checks.logged import Logged
from tests.chaos.clients.call import Attempt, Call

SHOW = "show"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PRICE = Money(2000, "EUR")
NOTHING = Money(0, "EUR")
ANNA = Person("Anna", "anna@example.org", "anna")
PAID = f.Payment("paid", PRICE)
SCHEDULED = f.ShowScheduled(
    SHOW, "Tosca", "Hall", "Europe/Rome", NOON + timedelta(days=9),
    SeatingPlan((Section("S", (Row("1", 2),)),)), (), NOON,
)  # fmt: skip


def ticket(booking: str, seat: str) -> Ticket:
    return Ticket(f"{booking}-{seat}", "CODE", "type", "Standard", PRICE, seat)


def held(booking: str, *seats: str) -> f.SeatsHeld:
    tickets = tuple(ticket(booking, seat) for seat in seats)
    return f.SeatsHeld(SHOW, booking, "CODE", ANNA, tickets, PRICE, NOON + timedelta(seconds=60), NOON)


def cancelled(booking: str, *seats: str, refund: Money = NOTHING) -> f.BookingCancelled:
    return f.BookingCancelled(SHOW, booking, tuple(f"{booking}-{seat}" for seat in seats), refund, NOON)


def confirmed(booking: str) -> f.BookingConfirmed:
    return f.BookingConfirmed(SHOW, booking, NOON, PAID)


def expired(booking: str) -> f.BookingExpired:
    return f.BookingExpired(SHOW, booking, NOON, NOON)


def log(*told: tuple[str, Any]) -> Logged:
    """Facts with the key of the command that made each; a key is its command's id, too."""
    facts = []
    for position, (key, fact) in enumerate(told, start=1):
        why = {"by": {"id": "anna"}, **({"idempotency_key": key} if key else {})}
        recorded = RecordedFact(
            position, f"show-{SHOW}", position, type(fact).__name__, 1, "", orjson.dumps(why).decode(),
            (), key or "time", NOON, b"",
        )  # fmt: skip
        facts.append((recorded, fact))
    return Logged(facts, {recorded.command_id: recorded.position for recorded, _ in facts})


def booking(id: str, *seats: str, status: str = "pending", ticket_status: str = "held") -> dict[str, Any]:
    """As an answer has it."""
    return {
        "id": id,
        "status": status,
        "expires_at": (NOON + timedelta(seconds=60)).isoformat() if status == "pending" else None,
        "tickets": [{"id": f"{id}-{seat}", "seat": seat, "status": ticket_status} for seat in seats],
    }


def call(
    key: str,
    action: str,
    answer: dict[str, Any] | None = None,
    *,
    status: Sequence[int | None] = (201,),
    code: str = "",
    position: int = 0,
    before: dict[str, Any] | None = None,
    at: float = 0.0,
) -> Call:
    """An attempt for each status, a second each, the first at `at`."""
    attempts = [Attempt(at + n, at + n + 1, "command 1", each, code) for n, each in enumerate(status)]
    body = {"quantity": 1}
    return Call("anna", key, action, SHOW, "/", body, before, attempts, answer or {}, position)
