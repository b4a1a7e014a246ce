"""Times as clients write them in queries."""

import re
from datetime import UTC, datetime

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def rfc_3339(text: object) -> datetime:
    """A time with its zone, in UTC. Raises ValueError."""
    if not isinstance(text, str) or not RFC_3339.fullmatch(text):
        raise ValueError(
            "give an RFC 3339 time with its zone, such as 2027-03-01T12:00:00Z (a plus sign is written %2B)"
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such time") from None
