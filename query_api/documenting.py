"""What every operation of the query side says in the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Header

from runtime.http.openapi import problem_answers
from runtime.problems import ProblemDetail

POSITION_HEADER = {
    "Seatledger-Position": {
        "description": "The log's position that this answer stands at, or beyond.",
        "schema": {"type": "integer"},
    },
}


TAG_HEADER = {
    "ETag": {
        "description": "Changes with what the answer is made of. Send it back as `If-None-Match`.",
        "schema": {"type": "string"},
    },
}
IF_NONE_MATCH = {
    "if_none_match": Annotated[
        str | None,
        Header(
            alias="If-None-Match",
            description="`ETag` of the answer you have: 304 while it is the same.",
            examples=['W/"1234"'],
        ),
    ]
}
"""The parameter of whatever gives `tagged_answers`."""


def tagged_answers(*problems: ProblemDetail, page: bool = False) -> dict[int | str, Any]:
    """The `responses` of a read that carries an `ETag`."""
    headers = {**POSITION_HEADER, **TAG_HEADER}
    not_modified = {"description": "What the client has is still the answer.", "headers": headers}
    return {**read_answers(*problems, page=page), 200: {"headers": headers}, 304: not_modified}


def read_answers(
    *problems: ProblemDetail,
    page: bool = False,
    headers: Mapping[str, Any] = MappingProxyType({}),
) -> dict[int | str, Any]:
    """The `responses` of a read that may answer `problems`; of a list when `page`. `headers` come on top."""
    codes: dict[int, list[str]] = {
        503: ["unavailable", "read-model-behind"],
        422: ["validation-failed"],
        409: ["position-not-in-log"],
    }
    for problem in problems:
        codes.setdefault(problem.status, []).append(problem.code)
    if page:
        codes[422].append("bad-cursor")
    return {200: {"headers": {**POSITION_HEADER, **headers}}, **problem_answers(codes)}
