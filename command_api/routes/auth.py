"""Signing in: register, login, refresh, logout."""

from hashlib import blake2b
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.accounts import Registration, normalised
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY
from command_api.bodies.user import LoginBody, LogoutBody, RefreshBody, RegisterBody
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from domain.user.commands import RegisterUser
from domain.user.refusals import UserAlreadyRegistered
from resources.user import TokenPair, User
from runtime.http.access import PUBLIC, SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.json_body import json_body
from runtime.http.openapi import problem_answers
from runtime.http.validation import body_problem
from runtime.identity import Caller, Role
from runtime.ids import new_id
from runtime.problems import Problem, ProblemDetail

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"])

REGISTER_BODY = TypeAdapter(RegisterBody)
LOGIN_BODY = TypeAdapter(LoginBody)
REFRESH_BODY = TypeAdapter(RefreshBody)
LOGOUT_BODY = TypeAdapter(LogoutBody)

FORM = "application/x-www-form-urlencoded"

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
NO_STORE = {"Cache-Control": "no-store"}


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
    responses=command_answers(201, UserAlreadyRegistered, _503=["unavailable", "too-many-logins"]),
)
async def register(request: Request) -> Response:
    """A customer's account. Staff are added on the command line."""
    asking = await asked(request, REGISTER_BODY)
    body = asking.body
    command = RegisterUser(new_id(), normalised(body.email), body.name, Role.CUSTOMER.value, asking.now)

    async def carry_out(command_id: str, fingerprint: bytes | None, metadata: bytes) -> Any:
        if fingerprint is not None:
            fingerprint = blake2b(f"{command.email}\n{body.name}".encode(), digest_size=16).digest()
        registration = Registration(body.password, command_id, fingerprint, metadata)
        return await asking.services.accounts.register(command, registration)

    return await asking.answer_with(type(command).__name__, carry_out)


@hot_route(
    router,
    "POST",
    "/login",
    operation_id="Login",
    summary="Sign in",
    access=PUBLIC,
    body=LoginBody,
    response_model=TokenPair,
    responses=problem_answers(
        {
            400: ["malformed-json", "malformed-form"],
            401: ["wrong-credentials"],
            503: ["unavailable", "too-many-logins"],
        }
    ),
)
async def login(request: Request) -> Response:
    """As JSON, or as the OAuth2 password form, so that /docs can authorise."""
    services: CommandServices = request.state.command
    email, password = await _credentials(request)
    with unavailable_is_answered():
        caller = await services.accounts.sign_in(email, password)
        if caller is None:
            raise Problem(WRONG_CREDENTIALS)
        token = await services.accounts.sessions.begin(caller.id, services.now())
    return _pair(services, caller, token)


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
        rotated = await services.accounts.sessions.rotate(body.refresh_token, services.now())
        if rotated is None:
            raise Problem(REFRESH_REFUSED)
        user_id, following = rotated
        caller = await services.accounts.caller(user_id)
    return _pair(services, caller, following)


@hot_route(
    router,
    "POST",
    "/logout",
    operation_id="Logout",
    summary="Sign out",
    access=SIGNED_IN,
    body=LogoutBody | None,
    status_code=204,
    responses=problem_answers({503: ["unavailable"]}),
)
async def logout(request: Request) -> Response:
    """With a refresh token: that sign-in; without one: everywhere. An access token stays good until it expires."""
    asking = await asked(request, LOGOUT_BODY, empty=EMPTY)
    sessions = asking.services.accounts.sessions
    with unavailable_is_answered():
        if asking.body.refresh_token is None:
            await sessions.end_all(asking.caller.id)
        else:
            await sessions.end(asking.body.refresh_token)
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


def _pair(services: CommandServices, caller: Caller, refresh_token: str) -> Response:
    pair = {
        "access_token": services.tokens.issue(caller),
        "refresh_token": refresh_token,
        "token_type": "bearer",
        "expires_in": services.tokens.access_seconds,
    }
    return json_answer(pair, headers=NO_STORE)
