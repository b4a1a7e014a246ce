"""How the values in a cursor are read back.

A cursor is opaque but not secret, so somebody will write one by hand: each reader lets through only what the
database can compare with its column, and raises ValueError for the rest.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

BIGINT_MAX = 2**63 - 1
TEXT_MAX_CHARS = 500


def whole_number(value: Any) -> int:
    """A bigint."""
    if type(value) is not int or not -BIGINT_MAX <= value <= BIGINT_MAX:
        raise ValueError("not a bigint")
    return value


def text(value: Any) -> str:
    """Text without NUL, which no text column holds."""
    if not isinstance(value, str) or len(value) > TEXT_MAX_CHARS or "\x00" in value:
        raise ValueError("not text")
    return value


def uuid(value: Any) -> UUID:
    """A UUID."""
    if not isinstance(value, str):
        raise ValueError("not a UUID")
    return UUID(value)


def moment(value: Any) -> datetime:
    """An aware time, in UTC."""
    if not isinstance(value, str):
        raise ValueError("not a time")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return moment.astimezone(UTC)
    except OverflowError:
        # The year 1 or 9999 in a zone that carries it out of the calendar.
        raise ValueError("not a time") from None
