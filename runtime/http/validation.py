"""What is wrong with a request, in words a client can act on, without ever repeating what it sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from runtime.problems import Problem, ProblemDetail

ERRORS_MAX = 100
ERRORS_TOLD_MAX = 1000
"""Of more than these none is told: to write down a hundred thousand, to show a hundred, takes a second."""

MESSAGE_MAX_CHARS = 300
POINTER_MAX_CHARS = 300

PLACES = frozenset({"body", "query", "path", "header", "cookie"})

TOO_MANY_ERRORS = {
    "loc": ("body",),
    "msg": f"More than {ERRORS_TOLD_MAX} things are wrong with it",
    "type": "too_many_errors",
}
MALFORMED_JSON = ProblemDetail(400, "malformed-json", "The body is not JSON")


def validation_problem(errors: Iterable[Mapping[str, Any]]) -> ProblemDetail:
    """The answer for pydantic's `errors`, whose `loc` starts with the part of the request they are in.

    422 `validation-failed` with at most 100 `errors`, each
    `{"in": "body", "path": "/items/0/quantity", "message": ..., "type": ...}`; `path` is a JSON pointer.
    When the body could not be parsed at all it is 400 `malformed-json`.
    """
    shown: list[dict[str, str]] = []
    for error in errors:
        if error["type"] == "json_invalid":
            return MALFORMED_JSON
        if len(shown) < ERRORS_MAX:
            shown.append(_shown(error))
    return ProblemDetail(422, "validation-failed", "The request is not valid", extras={"errors": shown})


def body_problem(error: ValidationError) -> ProblemDetail:
    """The answer when a hot route's own model refuses the body (or the form): the same as a framework's route gives,
    but for more errors than anybody reads.
    """
    if error.error_count() > ERRORS_TOLD_MAX:
        return validation_problem([TOO_MANY_ERRORS])
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return validation_problem({**one, "loc": ("body", *one["loc"])} for one in details)


def wrong_parameter(name: str, message: str, kind: str = "value_error") -> Problem:
    """422 about one query parameter, for what its type alone does not tell."""
    return Problem(validation_problem([{"loc": ("query", name), "msg": message, "type": kind}]))


def _shown(error: Mapping[str, Any]) -> dict[str, str]:
    place, *steps = error["loc"] if error["loc"] and error["loc"][0] in PLACES else ("body", *error["loc"])
    return {
        "in": str(place),
        "path": _printable(json_pointer(steps), POINTER_MAX_CHARS),
        "message": _printable(str(error["msg"]), MESSAGE_MAX_CHARS),
        "type": str(error["type"]),
    }


def json_pointer(steps: Iterable[object]) -> str:
    """RFC 6901: `("items", 0, "a/b")` is `/items/0/a~1b`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _printable(text: str, chars_max: int) -> str:
    # The name of an unknown field is the client's own text: it may be long, and may hold half a surrogate pair,
    # which no UTF-8 writer accepts.
    return text[:chars_max].encode("utf-8", "backslashreplace").decode()
