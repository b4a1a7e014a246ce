"""Users, to look at."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from command_api.answers.opened import opened
from command_api.answers.user import account
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.paging import before, by_id, id_page, id_page_answer
from command_api.path_ids import uuid_of
from command_api.refused import refusal_problem
from command_api.roles import ACCOUNT_READERS, must_reach_all_events
from domain.user.refusals import UserNotFound
from resources.user import Account, RoleName
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.openapi import problem_answers
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/users", tags=["users"])

ORDER = by_id("users")
Wanted = tuple[RoleName | None, str | None]


def wanted(
    role: Annotated[RoleName | None, Query(description="Only users of this role")] = None,
    email: Annotated[
        str | None, Query(max_length=320, description="Only the account of this address, however it is typed")
    ] = None,
) -> Wanted:
    return role, email


LISTED = QueryParameters(id_page, wanted)


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListUsers",
    summary="Users",
    access=ACCOUNT_READERS,
    parameters=LISTED.parameters,
    response_model=Page[Account],
    responses=problem_answers({422: ["validation-failed", "bad-cursor"], 503: ["unavailable"]}),
)
async def list_users(request: Request) -> Response:
    """The newest first. As it stands at this moment: it is read where it is written."""
    services: CommandServices = request.state.command
    must_reach_all_events(request.state.caller)
    page, (role, email) = LISTED.read(request)
    with unavailable_is_answered():
        items = await services.account.list.page(role, email, before(ORDER, page), page.limit + 1)
        return await opened(services, id_page_answer(ORDER, page, items))


@hot_route(
    router,
    "GET",
    "/{user_id}",
    operation_id="GetUser",
    summary="A user",
    access=ACCOUNT_READERS,
    response_model=Account,
    responses=problem_answers({404: ["user-not-found"], 503: ["unavailable"]}),
)
async def get_user(request: Request) -> Response:
    """With the ETag that commands take as If-Match."""
    services: CommandServices = request.state.command
    must_reach_all_events(request.state.caller)
    text = request.path_params["user_id"]
    user_id = uuid_of(text)
    with unavailable_is_answered():
        created_at = None if user_id is None else await services.account.list.created_at(user_id)
        if user_id is None or created_at is None:
            raise Problem(refusal_problem(UserNotFound(text)))
        user = await services.accounts.user(user_id)
        answer = json_answer(account(user, created_at), headers={"ETag": f'"{user.version}"'})
        return await opened(services, answer)
