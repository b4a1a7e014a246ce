"""A ticket type of the catalogue as its facts leave it."""

from datetime import datetime

from domain.money import Money
from domain.value import State


class TicketType(State, frozen=True):
    """`id` is empty until it was added."""

    id: str = ""
    name: str = ""
    price: Money = Money(0, "EUR")
    description: str = ""
    status: str = "active"
    created_at: datetime | None = None
    version: int = 0
    owner_id: str | None = None
