"""How many tickets can be bought now, as clients get it."""

from typing import Annotated

from pydantic import Field

from resources.shape import Id, Money, Shape


class AvailableTicketType(Shape):
    id: Id
    name: str
    price: Money
    available: Annotated[
        int, Field(description="Tickets that can be bought now; 0 while its sales are closed.")
    ]


class AvailableTickets(Shape):
    event_id: Id
    available: Annotated[
        int, Field(description="In all: types may share places, so less than their sum at times.")
    ]
    ticket_types: list[AvailableTicketType]
