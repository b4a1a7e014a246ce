"""The one place where whatever was raised becomes an answer."""

import asyncio
import logging
import re
from collections.abc import Awaitable
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.http.validation import validation_problem
from runtime.master_key import MasterKeyMissing
from runtime.problems import Problem, ProblemDetail, come_back_later, problem_response
from runtime.request_id import REQUEST_ID

INTERNAL_ERROR = ProblemDetail(
    500,
    "internal-error",
    "Something went wrong on our side",
    "It has been logged under this request_id.",
)
SEALED = come_back_later(
    "unavailable",
    "What this is about cannot be decrypted at the moment",
    "The server has not been given the key that it needs for that. Whoever runs it can tell from its log.",
    10,
)
CLIENT_LEFT = ProblemDetail(400, "request-incomplete", "The request ended before its body did")

CODES = {
    404: ("route-not-found", "There is nothing at this path"),
    405: ("method-not-allowed", "This path does not take that method"),
    413: ("body-too-large", "The body is larger than this server accepts"),
    415: ("unsupported-media-type", "The body has a media type this path does not take"),
}

PHRASES = {status.value: status.phrase for status in HTTPStatus}

_log = logging.getLogger(__name__)


STOPPING = come_back_later(
    "stopping",
    "The server is stopping",
    "Try again in a moment. With the same Idempotency-Key nothing happens twice.",
)


class Failures:
    """Answers with a problem document when `app` raises before its response has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        def note_the_beginning(message: Message) -> Awaitable[None]:
            nonlocal begun
            begun = True
            return send(message)

        try:
            await self._app(scope, receive, note_the_beginning)
        except asyncio.CancelledError:
            # The grace after a stop signal is over. Whether a command was carried out its key will tell.
            if begun:
                raise
            await problem_response(STOPPING, REQUEST_ID.get())(scope, receive, send)
        except Exception as error:
            if begun:
                # Too late for another answer: raised again, the server closes the connection and logs it.
                raise
            await answer_to(error)(scope, receive, send)


def answer_to(error: Exception) -> Response:
    """The response for any exception; an unexpected one is logged with its trace and told nothing about."""
    match error:
        case Problem():
            answer = error.answer
        case RequestValidationError():
            answer = validation_problem(error.errors())
        case HTTPException(status_code=204 | 304):
            return Response(status_code=error.status_code, headers=error.headers)
        case HTTPException():
            answer = http_problem(error)
        case ClientDisconnect():
            answer = CLIENT_LEFT
        case MasterKeyMissing():
            # One part of the system lacks what another part has: that is no fault of the code, and passes.
            _log.error("answered 503: %s", error)
            answer = SEALED
        case _:
            _log.error("unexpected %s", type(error).__name__, exc_info=error)
            answer = INTERNAL_ERROR
    return problem_response(answer, REQUEST_ID.get())


def http_problem(error: HTTPException) -> ProblemDetail:
    """The problem for an exception of the framework's own kind, its headers kept."""
    status = error.status_code
    phrase = PHRASES.get(status, "Error")
    code, title = CODES.get(status) or (re.sub(r"[^a-z]+", "-", phrase.lower()).strip("-"), phrase)
    # FastAPI's own HTTPException takes anything for its detail, whatever the parent class declares.
    said: object = error.detail
    detail = said if isinstance(said, str) and said != phrase else None
    return ProblemDetail(status, code, title, detail, headers=error.headers or {})
