"""Time zones as clients name them in queries."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints


def known_zone(name: str) -> str:
    """Raises ValueError for what is no IANA time zone."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError("this is not an IANA time zone, such as Europe/Rome") from None
    return name


ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(known_zone)]
