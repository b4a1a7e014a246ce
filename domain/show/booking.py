"""A booking as its facts leave it."""

from datetime import datetime

from domain.money import Money
from domain.personal import Person
from domain.show.facts import Payment
from domain.show.ticket import Ticket
from domain.value import Value


class Booking(Value, frozen=True):
    """`status` is pending, confirmed, cancelled or expired. `version` is the stream's at the last fact about it."""

    id: str
    code: str
    customer: Person
    status: str
    tickets: tuple[Ticket, ...]
    total: Money
    refunded: Money
    created_at: datetime
    version: int
    expires_at: datetime | None = None
    payment: Payment | None = None
    late_payments: tuple[Payment, ...] = ()
    cancelled_ids: tuple[str, ...] = ()

    @property
    def live_tickets(self) -> tuple[Ticket, ...]:
        """The tickets that have not been cancelled, whether or not the booking still stands."""
        if not self.cancelled_ids:
            return self.tickets
        return tuple(ticket for ticket in self.tickets if ticket.id not in self.cancelled_ids)

    def ticket_status(self, ticket: Ticket) -> str:
        """held, valid, cancelled or expired."""
        if ticket.id in self.cancelled_ids:
            return "cancelled"
        return {"pending": "held", "confirmed": "valid"}.get(self.status, self.status)
