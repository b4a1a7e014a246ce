"""The whole log, in order."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from audit_api.answers.fact import fact_body
from audit_api.answers.opened import opened_answer
from audit_api.asking import AsHashed, Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.roles import AUDITORS
from audit_api.shapes.fact import FactPage
from runtime.http.hot_route import hot_route
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.lanes import Lane, in_lane
from runtime.http.pages import LIMIT_DEFAULT, LIMIT_MAX

router = APIRouter(prefix="/api/v1/audit/facts", tags=["audit"])


class FactsAsked(Asked):
    after: Annotated[
        int | None, Query(ge=0, le=BIGINT_MAX, description="Facts after this position; 0 for the first ones.")
    ] = None
    limit: Annotated[
        int | None,
        Query(ge=1, le=LIMIT_MAX, description=f"Facts in the page, at most; {LIMIT_DEFAULT} if not said."),
    ] = None
    as_hashed: AsHashed = None


@hot_route(
    router,
    "GET",
    "",
    operation_id="ReadFacts",
    summary="The log, fact by fact",
    access=AUDITORS,
    parameters=documented(FactsAsked),
    response_model=FactPage,
    responses=audit_answers(),
)
@in_lane(Lane.REPORTS)
async def read_facts(request: Request) -> Response:
    """In order of position. Whoever remembers the last position they saw can go on from there at any later time and
    misses nothing: a fact that is visible has all those before it visible, too.
    """
    services, query = asked(request, FactsAsked)
    after, limit = query.after or 0, query.limit or LIMIT_DEFAULT
    with reading_the_log():
        position = await services.store.last_position()
        # One more than asked for: whether it is there says whether there is a next page.
        facts = await services.store.read_log(after, limit + 1)
    page = facts[:limit]
    following = page[-1].position if len(facts) > limit else None
    answer = {"items": [fact_body(fact) for fact in page], "next": following}
    return await opened_answer(services, answer, position, as_hashed=query.as_hashed)
