"""The JSON body of a route of the framework's, found well-formed before the framework reads it."""

from pydantic_core import from_json
from starlette.types import Message, Receive, Scope

from runtime.http.json_body import require_json
from runtime.http.validation import MALFORMED_JSON
from runtime.http.whole_body import whole_body
from runtime.problems import Problem


async def checked_body(scope: Scope, receive: Receive) -> Receive:
    """Reads the body, and returns a `receive` that delivers it again.

    Python's parser, which FastAPI uses, lets through what is no JSON (NaN) and what no UTF-8 writer can
    answer with (half a surrogate pair). Parsing twice is cheap, and one parser decides for hot routes and others.
    Raises Problem 415 `unsupported-media-type` or 400 `malformed-json`.
    """
    require_json(scope["headers"])
    body = await whole_body(receive)
    if body:
        try:
            from_json(body, allow_inf_nan=False)
        except ValueError:
            raise Problem(MALFORMED_JSON) from None
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again
