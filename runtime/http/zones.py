"""Time zones as clients name them."""

from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

NO_PLACE = frozenset({"Factory"})
"""Means that nobody has said which zone it is."""


def known_zone(name: str) -> str:
    """Raises ValueError for what is no IANA time zone."""
    try:
        if name in names():
            ZoneInfo(name)
            return name
    except (LookupError, ValueError, OSError):
        pass
    raise ValueError("this is not an IANA time zone, such as Europe/Rome")


@cache
def names() -> frozenset[str]:
    """Those of the IANA. A machine has further files where it keeps these: `localtime` is another zone on each machine,
    and `right/Europe/Rome` counts leap seconds, so that its clock is half a minute off ours.
    """
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split()) - NO_PLACE


ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(known_zone)]
