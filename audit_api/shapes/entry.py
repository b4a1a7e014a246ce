"""Histories as auditors get them."""

from typing import Annotated

from pydantic import Field

from audit_api.shapes.fact import Fact
from audit_api.shapes.history import Change, HappenedAt
from resources.shape import Id, Shape


class Entry(Fact):
    """A fact with what it changed."""

    happened_at: HappenedAt
    booking_id: Annotated[Id | None, Field(description="Null where it is not about a booking.")]
    changes: Annotated[
        dict[str, Change],
        Field(
            description="By field, before and after; null before there was anything. Of a booking its fields; of an "
            "event its terms, `rules.*`, `plan.<section>`, `offers.<type>` and `allotments.<id>`; of an account its "
            "fields; of a seat `state` (free, allotted, held, sold), and who has it."
        ),
    ]


class EntryPage(Shape):
    items: list[Entry]
    next: Annotated[
        int | None,
        Field(
            description="Send it as `after` for the next page; null at the end. A page may hold fewer facts than asked "
            "for, or none, and still not be the last."
        ),
    ]
