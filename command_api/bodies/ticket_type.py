"""Bodies about the ticket-type catalogue."""

from typing import Annotated

from pydantic import Field

from command_api.bodies.parts import Body, MoneyBody, Name, Prose


class TicketTypeBody(Body):
    """A ticket type, new or all anew."""

    name: Annotated[Name, Field(examples=["VIP"])]
    price: MoneyBody
    description: Annotated[Prose, Field(examples=["Front rows, foyer"])] = ""
