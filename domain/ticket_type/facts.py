"""What has happened to a ticket type of the catalogue. Names here are the storage format."""

from datetime import datetime

from domain.money import Money
from domain.value import Value


class TicketTypeAdded(Value, frozen=True):
    """`owner_id` is the organiser whose type it is; without one it is the house's."""

    ticket_type_id: str
    name: str
    price: Money
    at: datetime
    description: str = ""
    owner_id: str | None = None


class TicketTypeChanged(Value, frozen=True):
    ticket_type_id: str
    name: str
    price: Money
    at: datetime
    description: str = ""


class TicketTypeWithdrawn(Value, frozen=True):
    """Off the catalogue: shows that offer it already keep offering it."""

    ticket_type_id: str
    at: datetime


TicketTypeFact = TicketTypeAdded | TicketTypeChanged | TicketTypeWithdrawn
