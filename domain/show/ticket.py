"""A ticket: one place of a booking, with its own code."""

from domain.money import Money
from domain.personal import PersonalText
from domain.seating_plan import SEAT_SEPARATOR
from domain.value import Value


class Ticket(Value, frozen=True):
    """`seat` is the seat's name (`Stalls/A/12`); a general-admission ticket has an `area` instead.
    `allotment_id` says from which allotment the place came, if from any; `holder` is who will sit there, if named."""

    id: str
    code: str
    ticket_type_id: str
    ticket_type: str
    price: Money
    seat: str | None = None
    area: str | None = None
    allotment_id: str | None = None
    holder: PersonalText | None = None

    @property
    def part(self) -> str:
        """The section of the seat, or the area."""
        return self.area or "" if self.seat is None else self.seat.partition(SEAT_SEPARATOR)[0]


class NewTicket(Value, frozen=True):
    """The identity of a ticket to come: drawn outside, because a decision knows no randomness."""

    id: str
    code: str
