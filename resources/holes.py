"""JSON that is written once and read often: finished, but for holes where values stand that change all the time.

Writing an event is most of what a list of events costs. What its organiser says about it changes rarely, so the side
that hears of a change writes the text, and a reader only fills in what is left.
"""

from collections.abc import Mapping

import msgspec

# JSON has control characters only as escapes, so whatever anybody calls an event, none of these comes from its name.
EDGE = "\x1e"


def hole(name: str) -> msgspec.Raw:
    """To be encoded in the place of a value; the value is filled in under this name."""
    return msgspec.Raw(f"{EDGE}{name}{EDGE}".encode())


def filled(text: str, values: Mapping[str, str], otherwise: str) -> str:
    """`text` with the values as JSON, and `otherwise` in the holes that `values` says nothing about."""
    pieces = text.split(EDGE)
    # Between two edges stands the name of a hole.
    pieces[1::2] = [values.get(name, otherwise) for name in pieces[1::2]]
    return "".join(pieces)


def has_hole(text: str, name: str) -> bool:
    return f"{EDGE}{name}{EDGE}" in text
