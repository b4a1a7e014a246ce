"""What a verification found, as auditors get it."""

from typing import Annotated

from pydantic import Field

from eventstore.verify import Guarantee
from resources.shape import Shape


class FirstBad(Shape):
    """`stream` and `version` are null where nothing is left to tell them from."""

    position: int
    stream: str | None
    version: int | None
    problem: Annotated[str, Field(examples=["its contents do not match its hash"])]
    guarantee: Annotated[Guarantee, Field(description="What it was found by.")]


class Verdict(Shape):
    facts: Annotated[int, Field(description="Facts that are good; all of them when verified.")]
    streams: int
    seals: Annotated[int, Field(description="Seals that are good.")]
    sealed_to: Annotated[int, Field(description="The last position that is under one of them; 0 for none.")]
    verified: bool
    first_bad: FirstBad | None
