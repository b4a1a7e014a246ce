"""As of when: a time or a position that is asked about."""

from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Query
from pydantic import BeforeValidator

from audit_api.answers.fact import moment
from audit_api.asking import Asked
from audit_api.lifespan_state import AuditServices
from eventstore.postgres.streams import SaidFact
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.times import rfc_3339
from runtime.http.validation import wrong_parameter


class AsOfAsked(Asked):
    """Without either it is about now."""

    as_of: Annotated[
        datetime | None,
        BeforeValidator(rfc_3339),
        Query(description="As it was at this time (RFC 3339): what had been recorded by then."),
    ] = None
    as_of_position: Annotated[
        int | None, Query(ge=0, le=BIGINT_MAX, description="As it was at this position of the log.")
    ] = None


class When(NamedTuple):
    """Facts count up to position `upto`, and before the first one recorded after `recorded_by`. What time alone brings
    about has come about by `at`; as of a position there is no clock.
    """

    upto: int
    recorded_by: datetime | None
    at: datetime | None

    def counts(self, fact: SaidFact) -> bool:
        """Whether a fact of a stream does, of which all before it do."""
        return fact.position <= self.upto and (
            self.recorded_by is None or fact.recorded_at <= self.recorded_by
        )


def check_when(query: AsOfAsked, now: datetime, position: int) -> None:
    """Raises Problem 422: nobody can say yet how anything will have been."""
    if query.as_of is not None and query.as_of_position is not None:
        raise wrong_parameter("as_of_position", "Give a time or a position, not both", "as_of")
    if query.as_of is not None and query.as_of > now:
        raise wrong_parameter("as_of", f"This time is still to come: it is {moment(now)}", "as_of")
    if query.as_of_position is not None and query.as_of_position > position:
        raise wrong_parameter("as_of_position", f"The log has only got to position {position}", "as_of")


async def when(services: AuditServices, query: AsOfAsked) -> When:
    """Raises Problem 422 for what is still to come, and `StoreUnavailable`."""
    now, position = services.now(), await services.store.last_position()
    check_when(query, now, position)
    if query.as_of_position is not None:
        return When(query.as_of_position, None, None)
    return When(position, query.as_of, query.as_of or now)


async def position_of(services: AuditServices, when: When) -> int:
    """Where the log stood then. Raises `StoreUnavailable`."""
    return when.upto if when.recorded_by is None else await services.bounds.last_by(when.recorded_by)


async def clock(services: AuditServices, when: When) -> datetime:
    """What time it was: as of a position, when the fact at it was recorded. Raises `StoreUnavailable`."""
    if when.at is not None:
        return when.at
    last = await services.store.read_log(when.upto - 1, 1)
    return last[0].recorded_at if last else services.now()
