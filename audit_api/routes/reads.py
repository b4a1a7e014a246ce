"""Who has looked at what."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from orjson import Fragment
from starlette.requests import Request

from audit_api.answers.fact import moment
from audit_api.asking import Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import By, Order, Since, Until
from audit_api.reads.ledger import ReadRow, ReadsWanted
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.read import AuditRead
from runtime.http import keyset_columns
from runtime.http.hot_route import hot_route
from runtime.http.pages import LIMIT_DEFAULT, LIMIT_MAX, CursorText, Keyset, Page, page_answer

router = APIRouter(prefix="/api/v1/audit/reads", tags=["audit"])

COLUMNS = (keyset_columns.moment, keyset_columns.uuid)
OLDEST_FIRST = Keyset("audit reads by recorded_at", COLUMNS)
NEWEST_FIRST = Keyset("audit reads by -recorded_at", COLUMNS)


class ReadsAsked(Asked):
    since: Since = None
    until: Until = None
    by: By = None
    order: Order = None
    cursor: CursorText = None
    limit: Annotated[
        int | None,
        Query(ge=1, le=LIMIT_MAX, description=f"Reads in the page, at most; {LIMIT_DEFAULT} if not said."),
    ] = None


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListAuditReads",
    summary="Who has looked at what",
    access=AUDITORS,
    parameters=documented(ReadsAsked),
    response_model=Page[AuditRead],
    responses=audit_answers({422: ["validation-failed", "bad-cursor"]}, position=False),
)
@recorded
async def list_reads(request: Request) -> Told:
    """Each audit that was answered, in order of time, and how many facts it told. `by` is an account, an API key,
    or who used the command line. This read is in the list from the next one on.
    """
    services, query = asked(request, ReadsAsked)
    limit, is_descending = query.limit or LIMIT_DEFAULT, query.order == "desc"
    keyset = NEWEST_FIRST if is_descending else OLDEST_FIRST
    place = keyset.place(query.cursor)
    after = None if place is None else (place[0], place[1])
    wanted = ReadsWanted(query.by, query.since, query.until, after, is_descending)
    with reading_the_log():
        # One more than asked for: whether it is there says whether there is a next page.
        found = await services.reads.reads(wanted, limit + 1)
    page = found[:limit]
    following = keyset.cursor(page[-1].recorded_at, page[-1].read_id) if len(found) > limit else None
    return Told(page_answer([_body(row) for row in page], following), 0)


def _body(row: ReadRow) -> dict[str, Any]:
    """The shape of `audit_api.shapes.read.AuditRead`."""
    return {
        "id": row.read_id,
        "recorded_at": moment(row.recorded_at),
        "by": row.by_id,
        "account_id": row.account_id,
        "role": row.role,
        "path": row.path,
        "ids": Fragment(row.ids),
        "filters": Fragment(row.filters),
        "status": row.status,
        "facts": row.facts,
        "request_id": row.request_id,
    }
