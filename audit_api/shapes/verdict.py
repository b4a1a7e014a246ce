"""What a verification found, as auditors get it."""

from typing import Annotated

from pydantic import Field

from resources.shape import Shape


class FirstBad(Shape):
    """`stream` and `version` are null where nothing is left to tell them from."""

    position: int
    stream: str | None
    version: int | None
    problem: Annotated[str, Field(examples=["its contents do not match its hash"])]


class Verdict(Shape):
    facts: Annotated[int, Field(description="Facts that are good; all of them when verified.")]
    streams: int
    verified: bool
    first_bad: FirstBad | None
