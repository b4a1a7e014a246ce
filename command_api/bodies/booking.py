"""Bodies about bookings."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from command_api.bodies.parts import (
    AMOUNT_MAX,
    ONE_LINE,
    Body,
    Email,
    Id,
    Line,
    MoneyBody,
    Name,
    example,
    not_encrypted,
)
from domain.money import Money
from domain.show.commands import Wanted
from domain.show.facts import Payment
from domain.show.stock_rules import BOOKING_TICKETS_MAX
from runtime.texts.visible import visible_line

TICKETS_MAX = BOOKING_TICKETS_MAX

# Written as the names in a plan are, it is the same text; what could be no such name is not even looked for.
SeatName = Annotated[
    str,
    StringConstraints(min_length=5, max_length=250),
    AfterValidator(visible_line),
    AfterValidator(not_encrypted),
    ONE_LINE,
    Field(examples=["Stalls/A/12"]),
]
Quantity = Annotated[int, Field(ge=1, le=TICKETS_MAX)]
Seats = Annotated[list[SeatName], Field(min_length=1, max_length=TICKETS_MAX)]


class ItemBody(Body):
    """Named seats, or a quantity of the best places left, `accessible` of them for wheelchairs. The type may be left
    out where only one is on offer.
    """

    ticket_type_id: Id | None = None
    seats: Seats | None = None
    quantity: Quantity | None = None
    accessible: Annotated[int, Field(ge=0, le=TICKETS_MAX)] = 0

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        self._check_item()
        return self

    def _check_item(self) -> None:
        if self.seats is None and self.quantity is None:
            raise ValueError("give seats or a quantity")
        if self.accessible > (self.quantity or 0) or (self.accessible and self.seats):
            raise ValueError(
                "accessible is how many of the quantity are wheelchair places; seats are named instead"
            )
        if self.seats is not None and self.quantity not in (None, len(self.seats)):
            raise ValueError("the quantity is not the number of seats: leave it out")

    def value(self) -> Wanted:
        seats = tuple(self.seats or ())
        return Wanted(self.quantity or len(seats), self.ticket_type_id, seats, self.accessible)


class CustomerBody(Body):
    """Whom staff book for."""

    name: Name
    email: Email


class PaymentBody(Body):
    """Money received elsewhere, by the payment provider's reference."""

    reference: Annotated[Line, Field(min_length=1, max_length=200, examples=["pi_3PqX7"])]
    amount: Annotated[int, Field(ge=0, le=AMOUNT_MAX)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    def value(self) -> Payment:
        return Payment(self.reference, Money(self.amount, self.currency))


class BookingBody(ItemBody):
    """Places of one event: `items`, or one item's fields at the top.

    `customer`, `payment` (taken at the desk: confirmed at once) and `allotment_id` are for staff.
    """

    model_config = example(
        {
            "event_id": "0190a6a4-0000-7000-8000-0000000000e1",
            "items": [
                {
                    "ticket_type_id": "0190a6a4-0000-7000-8000-0000000000f1",
                    "seats": ["Stalls/A/12", "Stalls/A/13"],
                }
            ],
        },
        {"event_id": "0190a6a4-0000-7000-8000-0000000000e1", "quantity": 2},
    )

    event_id: Id
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)] | None = None
    customer: CustomerBody | None = None
    payment: PaymentBody | None = None
    allotment_id: Id | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.items is None:
            # The bounds of an item's fields are those of a booking with one item.
            self._check_item()
            return self
        if any(value is not None for value in (self.ticket_type_id, self.seats, self.quantity)):
            raise ValueError("give either items or one item's fields, not both")
        if sum(wanted.quantity for wanted in self.wanted()) > TICKETS_MAX:
            raise ValueError(f"one booking has at most {TICKETS_MAX} tickets")
        return self

    def wanted(self) -> tuple[Wanted, ...]:
        return (self.value(),) if self.items is None else tuple(item.value() for item in self.items)


class ConfirmBody(Body):
    model_config = example({"payment": {"reference": "pi_3PqX7", "amount": 24000, "currency": "EUR"}})

    payment: PaymentBody | None = None


class CancelBody(Body):
    """No tickets means all that are left. Staff may set the `refund`, with a reason, instead of the event's policy."""

    model_config = example({"tickets": ["0190a6a4-0000-7000-8000-0000000000c1"], "reason": "Fell ill"})

    tickets: Annotated[list[Id], Field(min_length=1, max_length=TICKETS_MAX)] | None = None
    reason: Line = ""
    refund: MoneyBody | None = None

    @model_validator(mode="after")
    def _with_a_reason(self) -> Self:
        if self.refund is not None and not self.reason:
            raise ValueError("a refund of one's own choice needs a reason")
        return self


class StatusBody(Body):
    """For clients that set a status: the same commands, `ConfirmBooking` and `CancelBooking`."""

    model_config = example(
        {"status": "confirmed", "payment": {"reference": "pi_3PqX7", "amount": 24000, "currency": "EUR"}}
    )

    status: Literal["confirmed", "cancelled"]
    payment: PaymentBody | None = None
    reason: Line = ""
