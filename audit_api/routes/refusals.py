"""What was refused, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from audit_api.answers.opened import opened_answer
from audit_api.answers.refusal import refusal_body
from audit_api.asking import AsHashed, Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import By, Order, Since, Until
from audit_api.reads.recording import Told, recorded
from audit_api.refusals.explaining import explained, no_refusal
from audit_api.refusals.table import RefusalsWanted
from audit_api.roles import AUDITORS
from audit_api.shapes.refusal import Refusal, RefusalWithCause
from runtime.http import keyset_columns
from runtime.http.hot_route import hot_route
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.lanes import Lane, in_lane
from runtime.http.pages import LIMIT_DEFAULT, LIMIT_MAX, CursorText, Keyset, Page

router = APIRouter(prefix="/api/v1/audit/refusals", tags=["audit"])

COLUMNS = (keyset_columns.moment, keyset_columns.uuid)
OLDEST_FIRST = Keyset("refusals by asked_at", COLUMNS)
NEWEST_FIRST = Keyset("refusals by -asked_at", COLUMNS)

TEXT_MAX_CHARS = 200

Limit = Annotated[
    int | None,
    Query(ge=1, le=LIMIT_MAX, description=f"Refusals in the page, at most; {LIMIT_DEFAULT} if not said."),
]


def _exactly(description: str) -> object:
    return Query(min_length=1, max_length=TEXT_MAX_CHARS, description=description)


class RefusalsAsked(Asked):
    event_id: Annotated[UUID | None, Query(description="About this event and its bookings.")] = None
    booking_id: Annotated[UUID | None, Query(description="About this booking.")] = None
    customer: Annotated[
        str | None, _exactly("Asked by this account, or for it or this person as the customer.")
    ] = None
    by: By = None
    code: Annotated[str | None, _exactly("With this problem code.")] = None
    command: Annotated[str | None, _exactly("Of this command, such as `BookSeats`.")] = None
    request_id: Annotated[
        str | None, _exactly("Of this request: whoever was refused has its id in the answer.")
    ] = None
    since: Since = None
    until: Until = None
    order: Order = None
    cursor: CursorText = None
    limit: Limit = None
    as_hashed: AsHashed = None


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListRefusals",
    summary="What was refused",
    access=AUDITORS,
    parameters=documented(RefusalsAsked),
    response_model=Page[Refusal],
    responses=audit_answers({422: ["validation-failed", "bad-cursor"]}),
)
@in_lane(Lane.REPORTS)
@recorded
async def list_refusals(request: Request) -> Told:
    """Commands that the rules said no to, in order of when they were given. They are kept for a while, and as well as a
    process can that waits for nobody: see `docs/audit.md`. A refusal is there a moment after its answer.
    """
    services, query = asked(request, RefusalsAsked)
    limit, is_descending = query.limit or LIMIT_DEFAULT, query.order == "desc"
    keyset = NEWEST_FIRST if is_descending else OLDEST_FIRST
    place = keyset.place(query.cursor)
    wanted = RefusalsWanted(
        stream=None if query.event_id is None else f"show-{query.event_id}",
        by=query.by,
        customer=query.customer,
        booking=None if query.booking_id is None else str(query.booking_id),
        code=query.code,
        command=query.command,
        request=query.request_id,
        since=query.since,
        until=query.until,
        after=None if place is None else (place[0], place[1]),
        is_descending=is_descending,
    )
    with reading_the_log():
        position = await services.store.last_position()
        # One more than asked for: whether it is there says whether there is a next page.
        found = await services.refusals.refusals(wanted, limit + 1)
    page = found[:limit]
    following = keyset.cursor(page[-1].asked_at, page[-1].id) if len(found) > limit else None
    told = {"items": [refusal_body(row) for row in page], "next": following}
    return Told(opened_answer(services, told, position, as_hashed=query.as_hashed), 0)


class RefusalAsked(Asked):
    after: Annotated[
        int | None, Query(ge=0, le=BIGINT_MAX, description="`cause.standing.next` of the page before.")
    ] = None
    limit: Annotated[
        int | None,
        Query(
            ge=1,
            le=LIMIT_MAX,
            description=f"Bookings and allotments in `cause.standing`, at most; {LIMIT_DEFAULT} if not said.",
        ),
    ] = None
    as_hashed: AsHashed = None


@hot_route(
    router,
    "GET",
    "/{refusal_id}",
    operation_id="ExplainRefusal",
    summary="Why a command was refused",
    access=AUDITORS,
    parameters=documented(RefusalAsked),
    response_model=RefusalWithCause,
    responses=audit_answers({404: ["refusal-not-found"]}),
)
@in_lane(Lane.REPORTS)
@recorded
async def explain_refusal(request: Request) -> Told:
    """The command is decided once more on the facts that were there, and the facts are told that it looked at: who has
    the seats, what uses up the places and the quotas, which fact ended the booking or set the rule.
    """
    services, query = asked(request, RefusalAsked)
    refusal_id = _id(request.path_params["refusal_id"])
    with reading_the_log():
        position = await services.store.last_position()
        row = await services.refusals.refusal(refusal_id)
        if row is None:
            raise no_refusal(str(refusal_id))
        told = await explained(services, row, after=query.after or 0, limit=query.limit or LIMIT_DEFAULT)
    answer = opened_answer(services, told.body, position, as_hashed=query.as_hashed)
    return Told(answer, told.facts)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise no_refusal(text) from None
