"""Signing in: register, login, refresh, logout."""

from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.accounts import Registration
from command_api.accounts.attempts import TOO_MANY_ATTEMPTS
from command_api.accounts.password import must_be_good
from command_api.answers.tokens import pair_answer
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.user import LoginBody, LogoutBody, RefreshBody, RegisterBody
from command_api.documenting import BODY_PROBLEMS, COMMAND_HEADERS, command_answers
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.roles import must_be_a_person
from domain.user.commands import RegisterUser
from domain.user.refusals import UserAlreadyRegistered
from resources.user import TokenPair, User
from runtime.http.access import PUBLIC, SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.json_body import json_body
from runtime.http.openapi import problem_answers
from runtime.http.validation import body_problem
from runtime.identity import Role
from runtime.ids import new_id
from runtime.problems import Problem, ProblemDetail
from runtime.texts.email_addresses import account_key
from runtime.uuid8 import uuid8

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"])

REGISTER_BODY = TypeAdapter(RegisterBody)
LOGIN_BODY = TypeAdapter(LoginBody)
REFRESH_BODY = TypeAdapter(RefreshBody)
LOGOUT_BODY = TypeAdapter(LogoutBody)

FORM = "application/x-www-form-urlencoded"
FORM_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["username", "password"],
    "properties": {
        "username": {"type": "string", "description": "The e-mail address"},
        "password": {"type": "string", "format": "password"},
    },
    "examples": [{"username": "ana@example.org", "password": "correct horse battery"}],
}

WRONG_CREDENTIALS = ProblemDetail(
    401,
    "wrong-credentials",
    "The e-mail address or the password is wrong",
    headers={"WWW-Authenticate": "Bearer"},
)
REFRESH_REFUSED = ProblemDetail(
    401,
    "refresh-token-invalid",
    "This refresh token is not good any more",
    "Sign in again.",
    headers={"WWW-Authenticate": "Bearer"},
)
MALFORMED_FORM = ProblemDetail(
    400, "malformed-form", "The form cannot be read", "Send username and password."
)


@hot_route(
    router,
    "POST",
    "/register",
    operation_id="RegisterUser",
    summary="Make an account",
    access=PUBLIC,
    body=RegisterBody,
    parameters=COMMAND_HEADERS,
    response_model=User,
    status_code=201,
    responses=command_answers(
        201,
        UserAlreadyRegistered,
        _422=["weak-password"],
        _429=[TOO_MANY_ATTEMPTS],
        _503=["unavailable", "too-many-logins"],
    ),
)
async def register(request: Request) -> Response:
    """A customer's account. Staff are added by administrators."""
    asking = await asked(request, REGISTER_BODY)
    body = asking.body
    must_be_good(body.password, body.email, body.name)
    command = RegisterUser(new_id(), body.email, body.name, Role.CUSTOMER.value, asking.now)
    # Whoever tries out which addresses have accounts is slowed down.
    attempts, counted_as = asking.services.account.attempts, f"\nregister\n{command.email}"
    attempts.begin(request.scope, counted_as)

    async def carry_out(command_id: str, fingerprint: bytes | None, metadata: bytes) -> Any:
        if fingerprint is not None:
            # Nobody has signed in, so strangers may think of the same key: it stands for one command of each address.
            people = asking.services.people
            command_id = uuid8(people.fingerprint(f"RegisterUser {command_id}\n{command.email}".encode()))
            fingerprint = people.fingerprint(f"RegisterUser\n{command.email}\n{body.name}".encode())
        registration = Registration(body.password, command_id, fingerprint, metadata)
        reply = await asking.services.accounts.register(command, registration)
        attempts.succeeded(request.scope, counted_as)
        return reply

    return await asking.answer_with(type(command).__name__, carry_out)


@hot_route(
    router,
    "POST",
    "/login",
    operation_id="Login",
    summary="Sign in",
    access=PUBLIC,
    body=LoginBody,
    openapi_extra={"requestBody": {"content": {FORM: {"schema": FORM_BODY}}}},
    response_model=TokenPair,
    responses=problem_answers(
        {
            400: ["malformed-json", "malformed-form"],
            401: ["wrong-credentials"],
            429: [TOO_MANY_ATTEMPTS],
            503: ["unavailable", "too-many-logins"],
        }
    ),
)
async def login(request: Request) -> Response:
    """As JSON, or as the OAuth2 password form, so that /docs can authorise."""
    services: CommandServices = request.state.command
    email, password = await _credentials(request)
    account = account_key(email)
    services.account.attempts.begin(request.scope, account)
    with unavailable_is_answered():
        pair = await services.account.signing_in.with_password(email, password, services.now())
    if pair is None:
        raise Problem(WRONG_CREDENTIALS)
    services.account.attempts.succeeded(request.scope, account)
    return pair_answer(services, pair)


@hot_route(
    router,
    "POST",
    "/refresh",
    operation_id="Refresh",
    summary="Get a new pair of tokens",
    access=PUBLIC,
    body=RefreshBody,
    response_model=TokenPair,
    responses=problem_answers({401: ["refresh-token-invalid"], 503: ["unavailable"]}),
)
async def refresh(request: Request) -> Response:
    """The old refresh token is spent; using it again ends every session that came from the same sign-in."""
    services: CommandServices = request.state.command
    body = await json_body(request, REFRESH_BODY)
    with unavailable_is_answered():
        pair = await services.account.signing_in.with_refresh_token(body.refresh_token, services.now())
    if pair is None:
        raise Problem(REFRESH_REFUSED)
    return pair_answer(services, pair)


@hot_route(
    router,
    "POST",
    "/logout",
    operation_id="Logout",
    summary="Sign out",
    access=SIGNED_IN,
    body=LogoutBody | None,
    status_code=204,
    responses=problem_answers({403: ["forbidden"], 503: ["unavailable"]}),
)
async def logout(request: Request) -> Response:
    """With a refresh token of one's own: that session; without one: everywhere. Access tokens issued before count no
    more, those of sessions that go on included: they fetch new ones.
    """
    asking = await asked(request, LOGOUT_BODY, empty=EMPTY)
    must_be_a_person(asking.caller)
    with unavailable_is_answered():
        if asking.body.refresh_token is None:
            await asking.services.account.signing_in.sign_out_everywhere(asking.caller.id, asking.now)
        else:
            await asking.services.account.signing_in.sign_out(
                asking.caller.id, asking.body.refresh_token, asking.now
            )
    return Response(status_code=204)


@hot_route(
    router,
    "POST",
    "/logout-everywhere",
    operation_id="LogoutEverywhere",
    summary="Sign out everywhere",
    access=SIGNED_IN,
    status_code=204,
    responses=problem_answers({**BODY_PROBLEMS, 403: ["forbidden"], 503: ["unavailable"]}),
)
async def logout_everywhere(request: Request) -> Response:
    """All sessions of the caller end, and access tokens issued before count no more. API keys stay."""
    asking = await asked(request, NOTHING, empty=EMPTY)
    must_be_a_person(asking.caller)
    with unavailable_is_answered():
        await asking.services.account.signing_in.sign_out_everywhere(asking.caller.id, asking.now)
    return Response(status_code=204)


async def _credentials(request: Request) -> tuple[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        try:
            async with request.form(max_files=0, max_fields=10) as form:
                fields = {"email": form.get("username"), "password": form.get("password")}
        except HTTPException:
            raise Problem(MALFORMED_FORM) from None
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            body = LOGIN_BODY.validate_python(given)
        except ValidationError as error:
            raise Problem(body_problem(error)) from None
    else:
        body = await json_body(request, LOGIN_BODY)
    return body.email, body.password
