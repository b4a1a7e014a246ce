"""The events that an API key is for: they are there, and an organizer's keys are for events of theirs."""

from collections.abc import Sequence

from command_api.aggregates import SHOW
from command_api.failed import unavailable_is_answered
from command_api.path_ids import uuid_of
from command_api.refused import refusal_problem
from domain.codec import CODEC
from domain.show.facts import ShowScheduled
from domain.show.refusals import ShowNotFound
from eventstore.store import LogReader
from runtime.identity import Caller, Role
from runtime.problems import Problem


async def must_be_own_events(store: LogReader, maker: Caller, events: Sequence[str] | None) -> None:
    """Raises Problem 404 `event-not-found`, for another organizer's event too."""
    for show_id in events or ():
        scheduled = await _scheduled(store, show_id)
        if scheduled is None:
            raise Problem(refusal_problem(ShowNotFound(show_id)))
        if maker.role is Role.ORGANIZER and getattr(scheduled, "owner_id", None) != maker.id:
            raise Problem(refusal_problem(ShowNotFound(show_id)))


async def _scheduled(store: LogReader, show_id: str) -> ShowScheduled | None:
    """A show's first fact, which says whose it is for ever: the whole of a show that sells well is long."""
    if uuid_of(show_id) is None:
        return None
    with unavailable_is_answered():
        facts = await store.read_stream(SHOW.stream(show_id), limit=1)
    first = CODEC.decode(facts[0].name, facts[0].schema_version, facts[0].data) if facts else None
    return first if isinstance(first, ShowScheduled) else None
