"""Identities for tickets to come: drawn here, because a decision knows no chance."""

from domain.show.ticket import NewTicket
from runtime.ids import new_code, new_id

TICKET_CODE_CHARS = 16


def new_tickets(quantity: int) -> tuple[NewTicket, ...]:
    """So many, each with an id and an unguessable code (78 bits)."""
    return tuple(NewTicket(new_id(), new_ticket_code()) for _ in range(quantity))


def new_ticket_code() -> str:
    """What is shown at the door."""
    return new_code(TICKET_CODE_CHARS)
