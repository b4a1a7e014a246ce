"""Passwords: changing one's own, and choosing a new one with a token that was sent by mail."""

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.attempts import TOO_MANY_ATTEMPTS
from command_api.answers.tokens import pair_answer
from command_api.bodies.user import ChangePasswordBody, ConfirmResetBody, ResetBody
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.mailing import MAIL_PROBLEMS, post
from resources.user import TokenPair
from runtime.http.access import PUBLIC, SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.json_body import json_body
from runtime.http.openapi import problem_answers
from runtime.identity import Caller
from runtime.problems import Problem, ProblemDetail
from runtime.texts.email_addresses import account_key

router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"])

CHANGE_BODY = TypeAdapter(ChangePasswordBody)
RESET_BODY = TypeAdapter(ResetBody)
CONFIRM_BODY = TypeAdapter(ConfirmResetBody)

WRONG_PASSWORD = ProblemDetail(403, "wrong-password", "The current password is wrong")
TOKEN_REFUSED = ProblemDetail(
    401,
    "reset-token-invalid",
    "This token is not good any more",
    "Ask for a new one.",
    headers={"WWW-Authenticate": "Bearer"},
)


@hot_route(
    router,
    "POST",
    "/password",
    operation_id="ChangePassword",
    summary="Change my password",
    access=SIGNED_IN,
    body=ChangePasswordBody,
    response_model=TokenPair,
    responses=problem_answers(
        {
            403: ["wrong-password"],
            422: ["validation-failed", "weak-password"],
            429: [TOO_MANY_ATTEMPTS],
            503: ["unavailable", "too-many-logins"],
        }
    ),
)
async def change_password(request: Request) -> Response:
    """All sessions end, and all access tokens: the answer has the tokens with which this client goes on. API keys
    stay as they are.
    """
    services: CommandServices = request.state.command
    caller: Caller = request.state.caller
    body = await json_body(request, CHANGE_BODY)
    attempts = services.account.attempts
    attempts.begin(request.scope, caller.id)
    with unavailable_is_answered():
        pair = await services.account.new_passwords.change(
            caller.id, body.current_password, body.new_password, services.now()
        )
    if pair is None:
        raise Problem(WRONG_PASSWORD)
    attempts.succeeded(request.scope, caller.id)
    return pair_answer(services, pair)


@hot_route(
    router,
    "POST",
    "/password-reset",
    operation_id="RequestPasswordReset",
    summary="Ask for a token to choose a new password with",
    access=PUBLIC,
    body=ResetBody,
    status_code=202,
    response_class=Response,
    responses=problem_answers({429: [TOO_MANY_ATTEMPTS], 503: MAIL_PROBLEMS}),
)
async def request_password_reset(request: Request) -> Response:
    """If the address has an account, a letter is sent to it, once a minute at most. The answer is the same for every
    address, and so is the time it takes: the account is looked for afterwards. The token is good for 30 minutes, once,
    and only the newest one counts.
    """
    services: CommandServices = request.state.command
    body = await json_body(request, RESET_BODY)
    email = account_key(body.email)
    services.account.attempts.begin(request.scope, f"\nreset\n{email}")
    post(services, services.account.letters.reset(email))
    return Response(status_code=202)


@hot_route(
    router,
    "POST",
    "/password-reset/confirm",
    operation_id="ConfirmPasswordReset",
    summary="Choose a new password",
    access=PUBLIC,
    body=ConfirmResetBody,
    status_code=204,
    responses=problem_answers(
        {
            401: ["reset-token-invalid"],
            422: ["validation-failed", "weak-password"],
            429: [TOO_MANY_ATTEMPTS],
            503: ["unavailable", "too-many-logins"],
        }
    ),
)
async def confirm_password_reset(request: Request) -> Response:
    """With the token of the newest letter. All sessions end, and all access tokens; then sign in."""
    services: CommandServices = request.state.command
    body = await json_body(request, CONFIRM_BODY)
    attempts = services.account.attempts
    # A token begins with the account it is for.
    counted_as = f"\nconfirm\n{body.token[:20]}"
    attempts.begin(request.scope, counted_as)
    with unavailable_is_answered():
        if not await services.account.new_passwords.confirm(body.token, body.new_password, services.now()):
            raise Problem(TOKEN_REFUSED)
    attempts.succeeded(request.scope, counted_as)
    return Response(status_code=204)
