"""Every "no" the ticket-type catalogue can say."""

from domain.refusal import Refusal


class TicketTypeNotFound(Refusal, frozen=True):
    """Neither in the catalogue nor, for a booking, on offer at that show."""

    ticket_type_id: str


class TicketTypeAlreadyAdded(Refusal, frozen=True):
    ticket_type_id: str


class TicketTypeIsWithdrawn(Refusal, frozen=True):
    ticket_type_id: str
