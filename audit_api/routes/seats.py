"""What happened to a seat.

A seat's name has three parts with slashes between them, and so has its path: it does not matter whether a client
encodes the slashes.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from audit_api.answers.history import FILES, answer_history
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.histories.entry import Found, page_of
from audit_api.histories.seat import has_seat, seat_history
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.routes.events import stream_of_event
from audit_api.shapes.entry import EntryPage
from domain.seating_plan import SEAT_SEPARATOR
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/seats", tags=["audit"])

NAME = {
    "section": Annotated[str, Path(description="The first part of the seat's name.", examples=["Stalls"])],
    "row": Annotated[str, Path(description="Its second part.", examples=["A"])],
    "seat": Annotated[str, Path(description="Its third part.", examples=["12"])],
}


@hot_route(
    router,
    "GET",
    "/{event_id}/{section}/{row}/{seat}",
    operation_id="AuditSeat",
    summary="A seat's history at an event",
    access=AUDITORS,
    parameters={**NAME, **documented(Filtered)},
    response_model=EntryPage,
    responses=audit_answers({404: ["event-not-found", "seat-not-found"]}, FILES),
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_seat(request: Request) -> Told | ToldInFile:
    """Every fact that allotted, held, sold, exchanged or freed it, with the booking. The path is the seat's name,
    such as `Stalls/A/12`.
    """
    services, query = asked(request, Filtered)
    seat = SEAT_SEPARATOR.join(request.path_params[part] for part in ("section", "row", "seat"))
    with reading_the_log():
        position = await services.store.last_position()
        stream = await stream_of_event(services, request.path_params["event_id"])
        entries = await seat_history(services, stream, seat)
        if not entries and not await has_seat(services, stream, seat):
            raise Problem.of(404, "seat-not-found", "This event has no such seat", seat=seat)

    async def page(wanted: Wanted, limit: int) -> Found:
        return page_of(entries, wanted, limit)

    return await answer_history(request, services, query, page, "seat", position=position)
