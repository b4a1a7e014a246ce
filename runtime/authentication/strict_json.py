"""JSON objects of which there is only one reading: what two readers could understand differently is refused."""

import json
from typing import Any, NoReturn


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def json_object(text: bytes) -> dict[str, Any]:
    """The object in `text`. Raises ValueError for anything else, for a name that stands there twice, NaN and infinity,
    and RecursionError for what is nested too deep.
    """
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
