"""Serve one customer: book, pay, give back. A no is an answer like any other."""

from enum import StrEnum
from typing import Any

import orjson

from cli.demo.visits import Intent, Visit
from cli.importing.fingerprint import fingerprint_of
from cli.importing.write_path import WritePath
from command_api.aggregates import SHOW
from command_api.answers.booking import changed_booking, created_booking
from command_api.new_tickets import new_tickets
from command_api.writing.failures import KeyReused
from domain.money import Money
from domain.refusal import Refused
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking
from domain.show.facts import Payment
from runtime.ids import new_code, new_id


class Outcome(StrEnum):
    """How a visit ended."""

    SOLD = "sold"
    HELD = "held, not paid"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class BoxOffice:
    """Gives the commands of visits; each command once, however often the visit is tried."""

    def __init__(self, path: WritePath) -> None:
        self._path = path

    async def serve(self, visit: Visit) -> Outcome:
        """Raises `CommandFailed` when there was no answer, `StoreUnavailable` when the log is out of reach."""
        try:
            booking = await self._book(visit)
            if booking["status"] == "pending":
                if visit.intent is Intent.LEAVE:
                    return Outcome.HELD
                await self._pay(visit, booking)
            if visit.intent in (Intent.CANCEL, Intent.RETURN_ONE):
                await self._give_back(visit, booking)
        except (Refused, KeyReused):
            # KeyReused: an older version of this program has drawn other customers by the same numbers.
            return Outcome.REFUSED
        return Outcome.CANCELLED if visit.intent is Intent.CANCEL else Outcome.SOLD

    async def _book(self, visit: Visit) -> dict[str, Any]:
        booking_id, now, wanted = new_id(), self._path.now(), visit.wanted
        tickets = new_tickets(wanted.quantity)
        command = BookSeats(visit.event_id, booking_id, new_code(), visit.customer, (wanted,), tickets, now)
        return await self._carry_out(visit, command, created_booking(booking_id, now), "")

    async def _pay(self, visit: Visit, booking: dict[str, Any]) -> None:
        now, due = self._path.now(), booking["total"]
        payment = Payment(f"demo-{visit.key.replace(' ', '-')}", Money(due["amount"], due["currency"]))
        command = ConfirmBooking(visit.event_id, booking["id"], now, payment)
        await self._carry_out(visit, command, changed_booking(booking["id"], now, ""), " paid")

    async def _give_back(self, visit: Visit, booking: dict[str, Any]) -> None:
        now, tickets = self._path.now(), booking["tickets"]
        returned = (tickets[-1]["id"],) if visit.intent is Intent.RETURN_ONE else ()
        command = CancelBooking(visit.event_id, booking["id"], now, returned, "cannot come")
        await self._carry_out(visit, command, changed_booking(booking["id"], now, ""), " given back")

    async def _carry_out(self, visit: Visit, command: Any, render: Any, step: str) -> dict[str, Any]:
        """The booking after `command`, the visit's own `step`."""
        wanted = visit.wanted
        asked = [visit.event_id, wanted.ticket_type_id, wanted.quantity, wanted.seats, visit.customer.email]
        reply = await self._path.carry_out(
            SHOW, visit.event_id, command, render, key=visit.key + step, fingerprint=fingerprint_of(asked)
        )
        booking: dict[str, Any] = orjson.loads(reply.answer.body)
        return booking
