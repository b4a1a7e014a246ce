"""Fold one fact into a ticket type."""

from msgspec.structs import replace

from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeFact, TicketTypeWithdrawn
from domain.ticket_type.state import TicketType


def evolve(ticket_type: TicketType, fact: TicketTypeFact) -> TicketType:
    """The ticket type after `fact`. Total."""
    return replace(_after(ticket_type, fact), version=ticket_type.version + 1)


def _after(ticket_type: TicketType, fact: TicketTypeFact) -> TicketType:
    match fact:
        case TicketTypeAdded():
            return TicketType(
                fact.ticket_type_id,
                fact.name,
                fact.price,
                fact.description,
                "active",
                fact.at,
                owner_id=fact.owner_id,
            )
        case TicketTypeChanged():
            return replace(ticket_type, name=fact.name, price=fact.price, description=fact.description)
        case TicketTypeWithdrawn():
            return replace(ticket_type, status="withdrawn")
