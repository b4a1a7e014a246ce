"""Places kept back from general sale, as clients get them."""

from typing import Annotated

from pydantic import Field

from resources.shape import Id, Moment, Shape


class AreaShare(Shape):
    area: str
    quantity: int


class Allotment(Shape):
    id: Id
    event_id: Id
    name: Annotated[str, Field(examples=["House seats"])]
    seats: list[str]
    areas: list[AreaShare]
    release_at: Annotated[Moment | None, Field(description="When what is left goes on general sale.")]
    sellable: Annotated[bool, Field(description="Whether staff can book from it.")]
