"""One's own sessions: which there are, and ending one of them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import BODY_PROBLEMS
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.paging import before, by_id, id_page, id_page_answer
from command_api.path_ids import uuid_of
from resources.user import Session
from runtime.http.access import SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.openapi import problem_answers
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters
from runtime.identity import Caller
from runtime.problems import Problem, ProblemDetail

router = APIRouter(prefix="/api/v1/auth/sessions", tags=["sign-in"])

LISTED = QueryParameters(id_page)
ORDER = by_id("sessions")
SESSION_NOT_FOUND = ProblemDetail(404, "session-not-found", "There is no such session")


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListSessions",
    summary="My sessions",
    access=SIGNED_IN,
    parameters=LISTED.parameters,
    response_model=Page[Session],
    responses=problem_answers({422: ["validation-failed", "bad-cursor"], 503: ["unavailable"]}),
)
async def list_sessions(request: Request) -> Response:
    """Those that go on, the newest first. A session lasts as long as its tokens are fetched anew."""
    services: CommandServices = request.state.command
    caller: Caller = request.state.caller
    [page] = LISTED.read(request)
    with unavailable_is_answered():
        found = await services.account.sessions.of(
            caller.id, services.now(), before(ORDER, page), page.limit + 1
        )
    items: list[dict[str, Any]] = [
        {
            "id": each.id,
            "begun_at": each.begun_at,
            "last_used_at": each.last_used_at,
            "expires_at": each.expires_at,
        }
        for each in found
    ]
    return id_page_answer(ORDER, page, items)


@hot_route(
    router,
    "DELETE",
    "/{session_id}",
    operation_id="EndSession",
    summary="End one of my sessions",
    access=SIGNED_IN,
    status_code=204,
    responses=problem_answers({**BODY_PROBLEMS, 404: ["session-not-found"], 503: ["unavailable"]}),
)
async def end_session(request: Request) -> Response:
    """Its refresh token counts no more. All access tokens of the caller end with it: other sessions fetch new ones."""
    session_id = uuid_of(request.path_params["session_id"])
    asking = await asked(request, NOTHING, empty=EMPTY)
    with unavailable_is_answered():
        signing_in = asking.services.account.signing_in
        if session_id is None or not await signing_in.end_session(asking.caller.id, session_id, asking.now):
            raise Problem(SESSION_NOT_FOUND)
    return Response(status_code=204)
