"""What was sealed, and when."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from audit_api.asking import Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.lifespan_state import AuditServices
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.sealed import LATEST, seal_named
from audit_api.shapes.seal import Seal as SealShape
from audit_api.shapes.seal import SealPage
from eventstore.seals.seal import seal_body
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.pages import LIMIT_DEFAULT, LIMIT_MAX

router = APIRouter(prefix="/api/v1/audit/seals", tags=["audit"])

SizeOrLatest = Annotated[
    str, Path(description=f"How many facts it covers, or `{LATEST}`.", examples=[4711, LATEST])
]


class SealsAsked(Asked):
    after: Annotated[
        int | None,
        Query(ge=0, le=BIGINT_MAX, description="Seals of more facts than this; 0 for the first ones."),
    ] = None
    limit: Annotated[
        int | None,
        Query(ge=1, le=LIMIT_MAX, description=f"Seals in the page, at most; {LIMIT_DEFAULT} if not said."),
    ] = None


@hot_route(
    router,
    "GET",
    "",
    operation_id="ReadSeals",
    summary="The seals of the log",
    access=AUDITORS,
    parameters=documented(SealsAsked),
    response_model=SealPage,
    responses=audit_answers(),
)
@recorded
async def read_seals(request: Request) -> Told:
    """In order of size. Each names the one before it. Keep them elsewhere: they say what the log was, whatever becomes
    of it.
    """
    services, query = asked(request, SealsAsked)
    limit = query.limit or LIMIT_DEFAULT
    with reading_the_log():
        # One more than asked for: whether it is there says whether there is a next page.
        found = await services.seals.read_seals(query.after or 0, limit + 1)
    page = found[:limit]
    following = page[-1].size if len(found) > limit else None
    return Told(json_answer({"items": [seal_body(seal) for seal in page], "next": following}), 0)


@hot_route(
    router,
    "GET",
    "/{size}",
    operation_id="ReadSeal",
    summary="One seal",
    access=AUDITORS,
    parameters={"size": SizeOrLatest, **documented(Asked)},
    response_model=SealShape,
    responses=audit_answers({404: ["seal-not-found"]}),
)
@recorded
async def read_seal(request: Request) -> Told:
    """The seal over exactly so many facts, or the latest."""
    asked(request, Asked)
    services: AuditServices = request.state.audit
    with reading_the_log():
        seal = await seal_named(services.seals, request.path_params["size"])
    return Told(json_answer(seal_body(seal)), 0)
