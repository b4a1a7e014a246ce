"""Bodies about the ticket-type catalogue."""

from typing import Annotated

from pydantic import Field

from command_api.bodies.parts import Body, MoneyBody, Name, OrganizerId, Prose, example


class TicketTypeBody(Body):
    """A ticket type, all anew."""

    model_config = example(
        {"name": "VIP", "price": {"amount": 12000, "currency": "EUR"}, "description": "Front rows, foyer"}
    )

    name: Annotated[Name, Field(examples=["VIP"])]
    price: MoneyBody
    description: Annotated[Prose, Field(examples=["Front rows, foyer"])] = ""


class NewTicketTypeBody(TicketTypeBody):
    """A new ticket type."""

    organizer_id: OrganizerId | None = None
