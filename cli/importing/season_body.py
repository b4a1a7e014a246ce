"""The shape of a season file: the bodies of the API, each with a key of the file's own, naming one another by key.

`{"format": "seatledger-season/1", "venues": [...], "ticket_types": [...], "events": [...]}`
"""

from typing import Annotated, Literal

from pydantic import Field

from command_api.bodies.event import TYPES_MAX, EventBody, OfferBody
from command_api.bodies.parts import Body, Name
from command_api.bodies.ticket_type import NewTicketTypeBody
from command_api.bodies.venue import VenueBody

FORMAT = "seatledger-season/1"
ENTRIES_MAX = 100_000


class VenueEntry(VenueBody):
    key: Name


class TicketTypeEntry(NewTicketTypeBody):
    key: Name


class OfferEntry(OfferBody):
    """The id is a key until the ticket type has been imported; its field is called `ticket_type` for that reason."""

    ticket_type_id: Name | None = Field(None, validation_alias="ticket_type")


class EventEntry(EventBody):
    """The venue's id is a key until the venue has been imported; its field is called `venue` for that reason."""

    key: Name
    venue_id: Name | None = Field(None, validation_alias="venue")
    # Bodies are frozen, so nobody can put a plain offer into the list through the parent's type.
    ticket_types: Annotated[list[OfferEntry], Field(min_length=1, max_length=TYPES_MAX)] | None = None  # type: ignore[assignment]


class SeasonBody(Body):
    format: Literal["seatledger-season/1"]
    venues: Annotated[list[VenueEntry], Field(max_length=ENTRIES_MAX)] = Field(default_factory=list)
    ticket_types: Annotated[list[TicketTypeEntry], Field(max_length=ENTRIES_MAX)] = Field(
        default_factory=list
    )
    events: Annotated[list[EventEntry], Field(max_length=ENTRIES_MAX)] = Field(default_factory=list)
