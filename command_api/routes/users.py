"""Users, as administrators see to them: who there is, who may do what, who gets in."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.accounts import Registration
from command_api.accounts.user_changes import Change
from command_api.answers.user import added_account, changed_account
from command_api.asking import Asking, asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.user import AddUserBody, ChangeUserBody
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.mailing import MAIL_PROBLEMS, mail_problem, post
from command_api.path_ids import uuid_of
from command_api.refused import refusal_problem
from command_api.roles import ADMINISTRATORS
from command_api.writing.answer import Reply
from domain.user.commands import ChangeUserRole, DisableUser, EnableUser, RegisterUser, UserCommand
from domain.user.refusals import LastAdministrator, UserAlreadyRegistered, UserNotFound
from resources.user import Account
from runtime.http.hot_route import hot_route
from runtime.ids import new_id
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/users", tags=["users"])

ADD_BODY = TypeAdapter(AddUserBody)
CHANGE_BODY = TypeAdapter(ChangeUserBody)


@hot_route(
    router,
    "POST",
    "",
    operation_id="AddUser",
    summary="Make an account for somebody",
    access=ADMINISTRATORS,
    body=AddUserBody,
    parameters=COMMAND_HEADERS,
    response_model=Account,
    status_code=201,
    responses=command_answers(
        201, UserAlreadyRegistered, _503=["unavailable", "too-many-logins", *MAIL_PROBLEMS]
    ),
)
async def add_user(request: Request) -> Response:
    """Nobody but them ever knows their password: they choose it with a token that is sent to the address, and is good
    for 3 days. If the letter is lost, they ask for a new password.
    """
    asking = await asked(request, ADD_BODY)
    body, services = asking.body, asking.services
    problem = mail_problem(services)
    if problem is not None:
        return await asking.first_answer_or("RegisterUser", Problem(problem))
    command = RegisterUser(new_id(), body.email, body.name, body.role, asking.now)

    async def carry_out(command_id: str, fingerprint: bytes | None, metadata: bytes) -> Reply:
        registration = Registration(None, command_id, fingerprint, metadata, added_account)
        reply = await services.accounts.register(command, registration)
        if not reply.replayed:
            post(services, services.account.letters.invitation(command.user_id))
        return reply

    return await asking.answer_with("RegisterUser", carry_out)


@hot_route(
    router,
    "PATCH",
    "/{user_id}",
    operation_id="ChangeUserRole",
    summary="Give a user another role",
    access=ADMINISTRATORS,
    body=ChangeUserBody,
    parameters=COMMAND_HEADERS,
    response_model=Account,
    responses=command_answers(200, UserNotFound, LastAdministrator),
)
async def change_user_role(request: Request) -> Response:
    """At once: access tokens with the old role count no more, and the user's API keys end. Sessions go on, and fetch
    tokens with the new role.
    """
    asking = await asked(request, CHANGE_BODY)
    user_id = _user_id(request)
    role = asking.body.role

    def command(others: int) -> UserCommand:
        return ChangeUserRole(user_id, role, asking.now, others)

    return await _changed(asking, user_id, "ChangeUserRole", command)


@hot_route(
    router,
    "POST",
    "/{user_id}/disable",
    operation_id="DisableUser",
    summary="Let a user in no more",
    access=ADMINISTRATORS,
    parameters=COMMAND_HEADERS,
    response_model=Account,
    responses=command_answers(200, UserNotFound, LastAdministrator),
)
async def disable_user(request: Request) -> Response:
    """At once: sessions, access tokens and API keys end. To whoever signs in it looks as if there were no account."""
    asking = await asked(request, NOTHING, empty=EMPTY)
    user_id = _user_id(request)
    return await _changed(
        asking, user_id, "DisableUser", lambda others: DisableUser(user_id, asking.now, others)
    )


@hot_route(
    router,
    "POST",
    "/{user_id}/enable",
    operation_id="EnableUser",
    summary="Let a user in again",
    access=ADMINISTRATORS,
    parameters=COMMAND_HEADERS,
    response_model=Account,
    responses=command_answers(200, UserNotFound),
)
async def enable_user(request: Request) -> Response:
    """With the password they had. Sessions and API keys that have ended stay ended."""
    asking = await asked(request, NOTHING, empty=EMPTY)
    user_id = _user_id(request)
    return await _changed(asking, user_id, "EnableUser", lambda _others: EnableUser(user_id, asking.now))


def _user_id(request: Request) -> str:
    text = request.path_params["user_id"]
    user_id = uuid_of(text)
    if user_id is None:
        raise Problem(refusal_problem(UserNotFound(text)))
    return user_id


async def _changed(
    asking: Asking[Any], user_id: str, name: str, command: Callable[[int], UserCommand]
) -> Response:
    change = Change(user_id, asking.now, command, changed_account, ends_administrators=name != "EnableUser")
    changes = asking.services.account.changes
    return await asking.answer_on_terms(name, lambda terms: changes.carry_out(change, terms))
