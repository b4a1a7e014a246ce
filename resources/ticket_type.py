"""A ticket type of the catalogue as clients get it."""

from typing import Literal

from resources.shape import Id, Moment, Money, Shape


class TicketType(Shape):
    id: Id
    name: str
    price: Money
    description: str
    status: Literal["active", "withdrawn"]
    created_at: Moment
