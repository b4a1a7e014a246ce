"""The seat map's ETag: the position of the last fact that changed it, and how many holds and allotments ran out since.

Both together say what is in an answer: what has run out unwritten only becomes more until the next fact.
"""

import re
from typing import Any

Known = tuple[int, int]
"""The position and the number of holds that a client has the map of."""

# Weak: the same map, whether or not it was compressed on its way.
TAG = re.compile(r'"(\d{1,18})(?:\.(\d{1,9}))?"')


def etag(row: Any) -> str:
    return f'W/"{row["position"]}.{row["holds"]}"' if row["holds"] else f'W/"{row["position"]}"'


def known(if_none_match: str | None) -> Known:
    """What the client has: position and holds of the newest tag that it names; what no map has when it names none."""
    named = [(int(found[1]), int(found[2] or 0)) for found in TAG.finditer(if_none_match or "")]
    return max(named, default=(-1, 0))
