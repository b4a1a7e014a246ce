"""What happened to an event."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from audit_api.answers.history import FILES, answer_history, tells_changes
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.histories.entry import Found
from audit_api.histories.show import show_history
from audit_api.lifespan_state import AuditServices
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.entry import EntryPage
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/events", tags=["audit"])


class EventAsked(Filtered):
    bookings: Annotated[
        bool | None,
        Query(description="true: the facts of its bookings, too. Else those about the event itself."),
    ] = None


@hot_route(
    router,
    "GET",
    "/{event_id}",
    operation_id="AuditEvent",
    summary="An event's history",
    access=AUDITORS,
    parameters=documented(EventAsked),
    response_model=EntryPage,
    responses=audit_answers({404: ["event-not-found"]}, FILES),
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_event(request: Request) -> Told | ToldInFile:
    """Every change of its terms, plan, rules, offer, allotments and status, with who caused it, by which command, and
    each field before and after.
    """
    services, query = asked(request, EventAsked)
    event_id = request.path_params["event_id"]
    with reading_the_log():
        position = await services.store.last_position()
        stream = await stream_of_event(services, event_id)

    bookings, changes = bool(query.bookings), tells_changes(request, query)

    async def page(wanted: Wanted, limit: int) -> Found:
        return await show_history(services, stream, wanted, limit, bookings=bookings, changes=changes)

    return await answer_history(request, services, query, page, "event", position=position)


async def stream_of_event(services: AuditServices, event_id: str) -> str:
    """Raises Problem 404 `event-not-found`, and `StoreUnavailable`."""
    try:
        stream = f"show-{UUID(event_id)}"
    except ValueError:
        raise _no_event(event_id) from None
    if not await services.store.read_stream(stream, limit=1):
        raise _no_event(event_id)
    return stream


def _no_event(event_id: str) -> Problem:
    return Problem.of(404, "event-not-found", "There is no such event", event_id=event_id)
