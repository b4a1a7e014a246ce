"""A fact on its way into the log, and as the log gives it back."""

from datetime import datetime
from typing import NamedTuple


class NewFact(NamedTuple):
    """`data` and `metadata` are canonical JSON (sorted keys, no floats): they are hashed and stored as these bytes.

    `command_id` is the UUID of the command that caused it.
    """

    name: str
    schema_version: int
    data: bytes
    metadata: bytes
    tags: tuple[str, ...]
    command_id: str


class RecordedFact(NamedTuple):
    """A fact in the log. `position` is its place in the log's one order, from 1 and without gaps; `version` its place
    in its stream, likewise. `hash` covers the stream's previous hash and everything here but the position.
    """

    position: int
    stream: str
    version: int
    name: str
    schema_version: int
    data: str
    metadata: str
    tags: tuple[str, ...]
    command_id: str
    recorded_at: datetime
    hash: bytes
