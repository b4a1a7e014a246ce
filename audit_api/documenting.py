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


def audit_answers(problems: Mapping[int, Sequence[str]] | None = None) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation: its headers, and by status the codes of each problem it can answer with."""
    common = {422: ["validation-failed"], 503: ["unavailable"]}
    return {200: {"headers": HEADERS}, **problem_answers({**common, **(problems or {})})}
