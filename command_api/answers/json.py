"""Pieces that every answer is made of."""

from collections.abc import Mapping
from typing import Any

import orjson

from command_api.writing.answer import Answer


def resource(
    value: Mapping[str, Any], version: int, status: int = 200, location: str | None = None
) -> Answer:
    """A resource with its ETag; `location` where it was created."""
    headers = (
        (("ETag", f'"{version}"'),)
        if location is None
        else (("ETag", f'"{version}"'), ("Location", location))
    )
    return Answer(status, orjson.dumps(value, option=orjson.OPT_UTC_Z), headers)


def nothing(version: int) -> Answer:
    """204: done, and there is nothing to say about it."""
    return Answer(204, b"", (("ETag", f'"{version}"'),))
