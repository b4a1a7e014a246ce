"""Answers for nobody but whoever asked: no cache on the way or in the browser keeps them."""

from starlette.responses import Response

PRIVATE = {"Cache-Control": "private, no-store"}


def private(answer: Response) -> Response:
    """The same answer, marked."""
    answer.headers.update(PRIVATE)
    return answer
