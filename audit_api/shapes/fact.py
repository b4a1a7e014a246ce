"""A fact of the log as auditors get it."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from resources.shape import Moment, Shape


class By(Shape):
    """Who caused it. What time brings about (a hold that ran out) has the role `system`."""

    id: str
    role: str


class Why(Shape):
    """What caused it. A fact may carry more than is named here."""

    model_config = ConfigDict(extra="allow")

    command: Annotated[str | None, Field(examples=["BookSeats"])]
    idempotency_key: Annotated[str | None, Field(description="As the client sent it; null without one.")]
    request_id: Annotated[str | None, Field(description="Find it in the logs.")]


Position = Annotated[int, Field(description="Place in the log's one order, from 1 and without gaps.")]
Version = Annotated[int, Field(description="Place in its stream, from 1 and without gaps.")]
FactName = Annotated[str, Field(examples=["SeatsBooked"])]
Data = Annotated[
    dict[str, Any],
    Field(description="The fact itself; with `as_hashed`, byte for byte what its hash is of."),
]
Author = Annotated[By | None, Field(description="Null where the log does not say.")]
Hash = Annotated[
    str, Field(description="SHA-256 in hex, over the hash before it in its stream and all of the fact.")
]


class Fact(Shape):
    position: Position
    stream: Annotated[str, Field(examples=["show-01a201e2-b9c2-712a-b8d5-75cc2f1e3565"])]
    version: Version
    fact: FactName
    schema_version: int
    recorded_at: Moment
    data: Data
    by: Author
    why: Why
    tags: list[str]
    command_id: Annotated[
        str, Field(description="The command that caused it; facts of one command share it.")
    ]
    hash: Hash


class FactPage(Shape):
    items: list[Fact]
    next: Annotated[
        int | None,
        Field(
            description="Send it as `after` for the next page; null at the end. A page may hold fewer facts than asked "
            "for, or none, and still not be the last."
        ),
    ]
