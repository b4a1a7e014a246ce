"""What a search of events answers."""

from typing import Annotated

from pydantic import Field

from resources.event import Event
from resources.shape import Shape


class Highlights(Shape):
    """The texts in which a word was found, as HTML with these words in `<em>`; of a description the part around it."""

    name: Annotated[str | None, Field(examples=["La <em>Bohème</em>"])] = None
    venue: str | None = None
    city: str | None = None
    category: str | None = None
    description: str | None = None


class FoundEvent(Event):
    highlights: Highlights


class Facet(Shape):
    value: str
    count: int


class PriceBand(Shape):
    """By the lowest price of an event, in minor units; both ends are in it."""

    from_: Annotated[int, Field(alias="from")]
    to: Annotated[int | None, Field(description="null: without end")]
    currency: str
    count: int


class Facets(Shape):
    """At most 50 values each. Months are those of the venue's own time."""

    city: list[Facet]
    category: list[Facet]
    month: list[Facet]
    price: list[PriceBand]


class FoundEvents(Shape):
    items: list[FoundEvent]
    next: Annotated[str | None, Field(description="Cursor of the next page; null on the last one")]
    total: Annotated[int, Field(description="Events found, on all pages.")]
    complete: Annotated[
        bool,
        Field(
            description="false: there are more than `total`, and only so many were looked at, the next ones."
        ),
    ]
    corrected: Annotated[
        str | None,
        Field(
            description="What was searched for instead, where a word was mistyped.", examples=["la boheme"]
        ),
    ]
    facets: Facets
