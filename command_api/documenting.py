"""What every operation of the command side says in the OpenAPI document."""

from typing import Annotated, Any

from fastapi import Header

from command_api.refused import codes
from domain.refusal import Refusal
from runtime.http.openapi import problem_answers

COMMAND_HEADERS: dict[str, Any] = {
    "idempotency_key": Annotated[
        str | None,
        Header(
            max_length=255,
            description="The same key and body get the first answer again, yes or no, for ever, marked "
            "Idempotent-Replayed. After a no, ask again under a new key.",
        ),
    ],
    "if_match": Annotated[
        str | None, Header(description="ETag of the version the client saw; another one is refused with 412.")
    ],
}

_POSITION = {
    "Seatledger-Position": {
        "description": "The log's position of what was written; send it back as Seatledger-Min-Position.",
        "schema": {"type": "integer"},
    },
    "ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` when this is the first answer again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
_LOCATION = {"Location": {"description": "Where it can be read.", "schema": {"type": "string"}}}


BODY_PROBLEMS: dict[int, list[str]] = {
    400: ["malformed-json"],
    415: ["unsupported-media-type"],
    422: ["validation-failed"],
}
"""Of operations that are no commands and take no body: one that is sent all the same must be an empty object."""


def command_answers(success: int, *refusals: type[Refusal], **more: Any) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: the headers of its success, and each problem it can answer with.

    `more` adds codes by status: `_404=["thing-not-found"]`. Who may not call it is told by its access.
    """
    problems = codes(*refusals)
    for status, names in {
        "_400": ["malformed-json"],
        "_412": ["version-mismatch"],
        "_415": ["unsupported-media-type"],
        "_503": ["unavailable", "overloaded"],
        **more,
    }.items():
        problems.setdefault(int(status[1:]), []).extend(names)
    problems.setdefault(422, []).extend(["validation-failed", "idempotency-key-reused"])
    headers = _POSITION | _LOCATION if success == 201 else _POSITION
    return {success: {"headers": headers}, **problem_answers(problems)}
