"""A ticket type of the catalogue, rendered."""

from typing import Any

from command_api.answers.json import nothing, resource
from command_api.writing.answer import Answer
from domain.ticket_type.state import TicketType
from resources.rendering.money import money


def ticket_type_body(kind: TicketType) -> dict[str, Any]:
    """The shape of `resources.ticket_type.TicketType`."""
    return {
        "id": kind.id,
        "name": kind.name,
        "price": money(kind.price),
        "description": kind.description,
        "status": kind.status,
        "created_at": kind.created_at,
    }


def created_ticket_type(kind: TicketType, _facts: list[Any]) -> Answer:
    return resource(ticket_type_body(kind), kind.version, 201, f"/api/v1/ticket-types/{kind.id}")


def changed_ticket_type(kind: TicketType, _facts: list[Any]) -> Answer:
    return resource(ticket_type_body(kind), kind.version)


def withdrawn_ticket_type(kind: TicketType, _facts: list[Any]) -> Answer:
    return nothing(kind.version)
