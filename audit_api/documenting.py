"""What every operation of the audit floor says in the OpenAPI document."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.http.openapi import problem_answers

HEADERS = {
    "Seatledger-Position": {
        "description": "The log was read up to this position at least.",
        "schema": {"type": "integer"},
    }
}


def audit_answers(
    problems: Mapping[int, Sequence[str]] | None = None,
    files: Mapping[str, Any] | None = None,
    *,
    position: bool = True,
) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: its headers, by media type the `files` that it may answer with instead, and by
    status the codes of each problem.
    """
    common = {422: ["validation-failed"], 503: ["unavailable", "read-not-recorded"]}
    told: dict[str, Any] = {"headers": HEADERS} if position else {}
    if files:
        told["content"] = dict(files)
    return {200: told, **problem_answers({**common, **(problems or {})})}
