"""Bodies that change a booking."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from command_api.bodies.booking import (
    TICKETS_MAX,
    CustomerBody,
    ItemBody,
    PaymentBody,
    Quantity,
    Seats,
)
from command_api.bodies.parts import Body, Id, Name, Seconds, example
from domain.show.commands import Wanted


class ExtendBody(Body):
    model_config = example({"seconds": 300})

    seconds: Annotated[Seconds, Field(examples=[300])]


class TransferBody(Body):
    model_config = example({"to": {"name": "Bo Lind", "email": "bo@example.org"}})

    to: CustomerBody


class InsteadBody(Body):
    """What is taken instead: `items`, or one item's fields."""

    ticket_type_id: Id | None = None
    seats: Seats | None = None
    quantity: Quantity | None = None
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        one = any(value is not None for value in (self.ticket_type_id, self.seats, self.quantity))
        if one == (self.items is not None):
            raise ValueError("give either items or one item's fields")
        if sum(wanted.quantity for wanted in self.wanted(1)) > TICKETS_MAX:
            raise ValueError(f"one booking has at most {TICKETS_MAX} tickets")
        return self

    def wanted(self, leaving: int) -> tuple[Wanted, ...]:
        """What is wanted; without a quantity as many as are given back, `leaving`."""
        if self.items is not None:
            return tuple(item.value() for item in self.items)
        seats = tuple(self.seats or ())
        return (Wanted(len(seats) or self.quantity or leaving, self.ticket_type_id, seats),)


class ExchangeBody(Body):
    """`tickets` are given back (all when left out) and what stands in `for` is taken, in one step."""

    model_config = example(
        {"tickets": ["0190a6a4-0000-7000-8000-0000000000c1"], "for": {"seats": ["Stalls/B/4"]}}
    )

    tickets: Annotated[list[Id], Field(min_length=1, max_length=TICKETS_MAX)] | None = None
    instead: Annotated[InsteadBody, Field(alias="for")]
    payment: PaymentBody | None = None

    @model_validator(mode="after")
    def _how_many(self) -> Self:
        given = self.instead
        if self.tickets is None and given.items is None and given.seats is None and given.quantity is None:
            raise ValueError("say how many: give seats, a quantity, items or the tickets to give back")
        return self


class HolderBody(Body):
    id: Id
    holder: Name


class BookingChange(Body):
    """Either who uses which ticket, or how many tickets of a type the booking has."""

    model_config = example(
        {"tickets": [{"id": "0190a6a4-0000-7000-8000-0000000000c1", "holder": "Bo Lind"}]}, {"quantity": 3}
    )

    tickets: Annotated[list[HolderBody], Field(min_length=1, max_length=TICKETS_MAX)] | None = None
    quantity: Quantity | None = None
    ticket_type_id: Id | None = None
    payment: PaymentBody | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.tickets is None) == (self.quantity is None):
            raise ValueError("give either tickets with their holders, or a quantity")
        return self
