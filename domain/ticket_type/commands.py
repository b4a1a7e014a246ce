"""What may be asked of the catalogue. `now` is the moment of asking, in UTC."""

from datetime import datetime

from domain.money import Money
from domain.value import Value


class AddTicketType(Value, frozen=True):
    """`owner_id` is the organiser whose it will be, None the house."""

    ticket_type_id: str
    name: str
    price: Money
    description: str
    now: datetime
    owner_id: str | None = None


class ChangeTicketType(Value, frozen=True):
    ticket_type_id: str
    name: str
    price: Money
    description: str
    now: datetime


class WithdrawTicketType(Value, frozen=True):
    ticket_type_id: str
    now: datetime


TicketTypeCommand = AddTicketType | ChangeTicketType | WithdrawTicketType
