"""A ticket: one place of a booking, with its own code."""

from domain.money import Money
from domain.value import Value


class Ticket(Value, frozen=True):
    """`seat` is the seat's name (`Stalls/A/12`); a general-admission ticket has an `area` instead."""

    id: str
    code: str
    ticket_type_id: str
    ticket_type: str
    price: Money
    seat: str | None = None
    area: str | None = None


class NewTicket(Value, frozen=True):
    """The identity of a ticket to come: drawn outside, because a decision knows no randomness."""

    id: str
    code: str
