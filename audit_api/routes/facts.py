"""The whole log, in order."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.fact import fact_body
from audit_api.answers.history import FILES, answer_history
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.histories.entry import Entry, Found
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.fact import FactPage
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/audit/facts", tags=["audit"])


@hot_route(
    router,
    "GET",
    "",
    operation_id="ReadFacts",
    summary="The log, fact by fact",
    access=AUDITORS,
    parameters=documented(Filtered),
    response_model=FactPage,
    responses=audit_answers(files=FILES),
)
@in_lane(Lane.REPORTS)
@recorded
async def read_facts(request: Request) -> Told | ToldInFile:
    """In order of position. Whoever remembers the last position they saw can go on from there at any later time and
    misses nothing: a fact that is visible has all those before it visible, too.

    With filters a page looks at a part of the log: it may have fewer facts than asked for and still not be the last.
    """
    services, query = asked(request, Filtered)
    with reading_the_log():
        position = await services.store.last_position()

    async def page(wanted: Wanted, limit: int) -> Found:
        facts, goes_on = await services.selections.of_log(wanted, limit)
        return Found([Entry(fact, None) for fact in facts], goes_on)

    return await answer_history(request, services, query, page, "facts", position=position, body=_body)


def _body(entry: Entry) -> dict[str, Any]:
    return fact_body(entry.fact)
