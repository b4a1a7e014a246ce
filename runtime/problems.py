"""Every answer that is an error, as RFC 9457 problem details.

Floors above raise `Problem`; `runtime.http.failures` turns it, and everything else that can be raised,
into `application/problem+json`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson
from starlette.responses import Response

from runtime.http.raw_response import RawResponse

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemDetail:
    """What one error answer says.

    `code` is stable and lower-case-with-dashes; clients match on it. `title` is the same sentence for every
    occurrence of the code, `detail` is about this one. `extras` become top-level members of the document;
    `headers` go out with it (`Retry-After`, `WWW-Authenticate`, `Allow`).
    """

    status: int
    code: str
    title: str
    detail: str | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def come_back_later(code: str, title: str, detail: str, seconds: int = 1) -> ProblemDetail:
    """503 with `Retry-After`, in the header and in the document: nothing is wrong with the request."""
    return ProblemDetail(503, code, title, detail, {"retry_after": seconds}, {"Retry-After": str(seconds)})


class Problem(Exception):
    """The request ends here, with `answer`.

    The reason is frozen, not the exception: a frozen exception breaks in context managers.
    """

    def __init__(self, answer: ProblemDetail) -> None:
        super().__init__(f"{answer.status} {answer.code}")
        self.answer = answer

    @classmethod
    def of(
        cls,
        status: int,
        code: str,
        title: str,
        detail: str | None = None,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        **extras: Any,
    ) -> Self:
        """A problem written in place: `raise Problem.of(404, "thing-not-found", "There is no such thing")`."""
        return cls(ProblemDetail(status, code, title, detail, extras, headers or {}))


def problem_response(answer: ProblemDetail, request_id: str) -> Response:
    """The response for `answer`."""
    body = problem_body(answer, request_id)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers += ((b"content-length", b"%d" % len(body)), (b"content-type", MEDIA_TYPE.encode()))
    return RawResponse(answer.status, body, headers)


def problem_body(answer: ProblemDetail, request_id: str) -> bytes:
    """The document of `answer`. Never raises: extras that JSON cannot hold are left out, and logged."""
    standard: dict[str, Any] = {
        "type": f"/problems/{answer.code}",
        "title": answer.title,
        "status": answer.status,
        "detail": answer.detail,
        "code": answer.code,
        "request_id": request_id,
    }
    try:
        # The standard members are named twice: first for their order, last so that no extra replaces one.
        return orjson.dumps({**standard, **answer.extras, **standard})
    except TypeError:
        _log.exception("the extras of problem %s cannot be written as JSON", answer.code)
        return orjson.dumps({**standard, "detail": None})
