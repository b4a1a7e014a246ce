"""JSON request bodies: which content types are JSON, and bytes validated straight into a value."""

from collections.abc import Awaitable, Iterable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from runtime.http.validation import body_problem
from runtime.problems import Problem, ProblemDetail

NOT_JSON = ProblemDetail(
    415,
    "unsupported-media-type",
    "The body must be JSON",
    "Send 'Content-Type: application/json'.",
    headers={"Accept": "application/json"},
)
BODY_MISSING = ProblemDetail(
    422,
    "validation-failed",
    "The request is not valid",
    extras={"errors": [{"in": "body", "path": "", "message": "A JSON body is required", "type": "missing"}]},
)

T = TypeVar("T")


async def json_body(request: Request, model: TypeAdapter[T]) -> T:
    """The body of a hot route's request, validated in one pass over its bytes.

    Raises Problem 415 `unsupported-media-type`, 400 `malformed-json` or 422 `validation-failed`: the same
    answers, by the same rules, as a route of the framework's.
    """
    return parsed(await json_bytes(request), model)


def json_bytes(request: Request) -> Awaitable[bytes]:
    """The bytes of a JSON body, for who needs them as they were sent (to fingerprint them, say).

    Raises Problem 415 `unsupported-media-type`.
    """
    require_json(request.scope["headers"])
    return request.body()


def parsed(body: bytes, model: TypeAdapter[T]) -> T:
    """`body` as the model says. Raises Problem 400 `malformed-json` or 422 `validation-failed`."""
    if not body:
        raise Problem(BODY_MISSING)
    try:
        return model.validate_json(body)
    except ValidationError as error:
        raise Problem(body_problem(error)) from None


def require_json(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raises Problem 415 when the request sends a body that is not declared to be JSON."""
    content_type = b""
    has_body = False
    for name, value in headers:
        if name == b"content-type":
            content_type = value
        elif (name == b"content-length" and value != b"0") or name == b"transfer-encoding":
            has_body = True
    if has_body and content_type != b"application/json" and not _is_json(content_type):
        raise Problem(NOT_JSON)


def _is_json(content_type: bytes) -> bool:
    essence = content_type.partition(b";")[0].strip().lower()
    return essence == b"application/json" or (
        essence.startswith(b"application/") and essence.endswith(b"+json")
    )
