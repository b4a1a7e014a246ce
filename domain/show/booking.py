"""A booking as its facts leave it."""

from datetime import datetime

from domain.money import Money
from domain.personal import Person
from domain.show.facts import Payment
from domain.show.ticket import Ticket
from domain.value import Value


class Booking(Value, frozen=True):
    """`status` is pending, confirmed, cancelled or expired. `version` is the stream's at the last fact about it.

    `total` is what its tickets cost when they were taken, `paid` what came for them, `refunded` what has to be paid
    back of that. `payment` confirmed it, `further_payments` came for tickets added or exchanged, `unwanted_payments`
    came too late or twice and have to be paid back as well.
    """

    id: str
    code: str
    customer: Person
    status: str
    tickets: tuple[Ticket, ...]
    total: Money
    paid: Money
    refunded: Money
    created_at: datetime
    version: int
    expires_at: datetime | None = None
    payment: Payment | None = None
    cancelled_ids: tuple[str, ...] = ()
    refunded_ids: tuple[str, ...] = ()
    further_payments: tuple[Payment, ...] = ()
    unwanted_payments: tuple[Payment, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it has places: pending or confirmed."""
        return self.status in ("pending", "confirmed")

    @property
    def live_tickets(self) -> tuple[Ticket, ...]:
        """The tickets that have not been cancelled, whether or not the booking still stands."""
        if not self.cancelled_ids:
            return self.tickets
        return tuple(ticket for ticket in self.tickets if ticket.id not in self.cancelled_ids)

    def ticket_status(self, ticket: Ticket) -> str:
        """held, valid, cancelled, refunded or expired."""
        if ticket.id in self.cancelled_ids:
            return "refunded" if ticket.id in self.refunded_ids else "cancelled"
        return {"pending": "held", "confirmed": "valid"}.get(self.status, self.status)
