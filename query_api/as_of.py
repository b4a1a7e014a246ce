"""`as_of`: what a read answered at an earlier time or position of the log.

Read models that have a history keep it beside the live rows, in tables with the columns `position` and `recorded_at`.
A time means: up to the first fact of the stream that was recorded later. Not all that were recorded earlier: servers'
clocks differ, and a history with a hole is one that never was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.requests import Request

from query_api.freshness import LAST_POSITION
from query_api.lifespan_state import QueryServices
from query_api.reading import Read, failures_are_said
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.times import rfc_3339
from runtime.http.validation import wrong_parameter

AS_OF = "as_of"
POSITION_DIGITS_MAX = 19


@dataclass(frozen=True, slots=True)
class AsOf:
    """Exactly one of the two is given."""

    moment: datetime | None = None
    position: int | None = None

    @property
    def value(self) -> datetime | int | None:
        """The argument of a `history_condition`."""
        return self.moment if self.position is None else self.position


def as_of_value(text: object) -> AsOf:
    """A time (RFC 3339) or a position (a whole number). Raises ValueError."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= POSITION_DIGITS_MAX:
        if (position := int(text)) <= BIGINT_MAX:
            return AsOf(position=position)
        raise ValueError("there is no such position")
    return AsOf(moment=rfc_3339(text))


AsOfText = Annotated[
    str | None,
    Query(
        alias=AS_OF,
        description="As it was at this time (RFC 3339) or at this position of the log.",
        examples=["2027-03-01T12:00:00Z", "1234"],
    ),
]
"""As documented; what is given is read by `as_of`."""

PARAMETERS = {AS_OF: AsOfText}
"""Of a hot route that takes it."""


def as_of(request: Request) -> AsOf | None:
    """What the request asks for, None for now. Raises Problem 422 for what is neither a time nor a position."""
    text = request.query_params.get(AS_OF) if request.scope["query_string"] else None
    if text is None:
        return None
    try:
        return as_of_value(text)
    except ValueError as error:
        raise wrong_parameter(AS_OF, str(error), AS_OF) from None


async def begin_as_of(request: Request, when: AsOf, projectors: Collection[str]) -> Read:
    """A look at the tables of `projectors` once they hold everything that belongs to `when`.

    Raises Problem 422 for what is still to come, 503 `read-model-behind`.
    """
    services: QueryServices = request.state.query
    with failures_are_said():
        head: int = await services.pool.fetchval(LAST_POSITION)
    if when.moment is not None and when.moment > services.now():
        raise wrong_parameter(AS_OF, "This time is still to come", AS_OF)
    if when.position is not None and when.position > head:
        raise wrong_parameter(AS_OF, f"The log has only got to position {head}", AS_OF)
    # What was recorded at a time may stand anywhere up to the log's end.
    needed = head if when.position is None else when.position
    reached = await services.freshness.at_least(projectors, needed)
    # Who asks for the past asks seldom, and hears nothing of those erased since.
    return Read(services, projectors, reached, least=reached)


UP_TO_POSITION = "h.position <= {position}"
UP_TO_MOMENT = """h.position < coalesce((SELECT min(later.position) FROM {table} AS later
                                        WHERE later.{key} = {value} AND later.recorded_at > {moment}), {end})"""


def history_condition(when: AsOf, table: str, key: str, value: str, argument: str) -> str:
    """SQL that holds for the rows `h` of the history `table` that were there: `value` and `argument` are the
    placeholders of the key and of `when`.
    """
    if when.position is not None:
        return UP_TO_POSITION.format(position=argument)
    return UP_TO_MOMENT.format(table=table, key=key, value=value, moment=argument, end=BIGINT_MAX)
