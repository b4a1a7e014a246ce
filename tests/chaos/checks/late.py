"""Calls whose effect nobody told their client of: what they would have been told, by what the log says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.show import facts as f
from tests.chaos.checks.effects import EFFECTS
from tests.chaos.checks.logged import Logged
from tests.chaos.clients.booking import live_tickets
from tests.chaos.clients.call import Attempt, Call, Said
from tests.chaos.linearizability.operation import NEVER


def untold(calls: Sequence[Call], log: Logged) -> list[Call]:
    """As if they had been answered, nobody knows when."""
    keys, commands = log.by_key(), log.by_command()
    found = []
    for call in (call for call in calls if call.said is Said.UNKNOWN):
        for command in keys.get((call.client, call.key), ()):
            for recorded, fact in commands[command]:
                if isinstance(fact, EFFECTS[call.action]):
                    found.append(_as_if_told(call, fact, recorded.position))
    return found


def _as_if_told(call: Call, fact: Any, position: int) -> Call:
    told = Attempt(call.invoked, NEVER, "nobody", 200, "")
    return replace(call, attempts=[told], answer=_answer(call, fact), position=position)


def _answer(call: Call, fact: Any) -> dict[str, Any]:
    before = dict(call.before or {})
    match fact:
        case f.SeatsHeld():
            return _booking(fact, "pending", "held", fact.expires_at.isoformat())
        case f.SeatsBooked():
            return _booking(fact, "confirmed", "valid", None)
        case f.BookingConfirmed():
            return {**before, "status": "confirmed"}
        case f.BookingCancelled():
            left = [each for each in live_tickets(before) if each["id"] not in fact.ticket_ids]
            return {**before, "tickets": left, "status": before["status"] if left else "cancelled"}
        case _:
            left = [each for each in live_tickets(before) if each["id"] not in fact.ticket_ids]
            taken = [{"id": each.id, "seat": each.seat, "status": "held"} for each in fact.tickets]
            return {**before, "tickets": [*left, *taken]}


def _booking(fact: Any, status: str, ticket_status: str, expires_at: str | None) -> dict[str, Any]:
    tickets = [{"id": each.id, "seat": each.seat, "status": ticket_status} for each in fact.tickets]
    return {"id": fact.booking_id, "status": status, "expires_at": expires_at, "tickets": tickets}
