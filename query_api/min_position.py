"""`Seatledger-Min-Position`: what a client says when it wants to read its own write."""

from typing import Annotated

from fastapi import Depends, Header, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request

POSITION_MAX = 2**63 - 1
HEADER = "Seatledger-Min-Position"
PARAMETER = "min_position"

POSITION = TypeAdapter(Annotated[int, Field(ge=0, le=POSITION_MAX)])


async def documented(
    header: Annotated[
        int | None,
        Header(
            alias=HEADER,
            ge=0,
            le=POSITION_MAX,
            description="`Seatledger-Position` of a write: the answer waits until the read model has got there.",
        ),
    ] = None,
    query: Annotated[
        int | None,
        Query(alias=PARAMETER, ge=0, le=POSITION_MAX, description=f"The same as {HEADER}, for links."),
    ] = None,
) -> None:
    """Stands in the document of every read. What it says is read by `min_position`, which hot routes need too."""


DOCUMENTED = [Depends(documented)]


def min_position(request: Request) -> int:
    """The position this read must stand at, 0 for any. The larger one counts where both are given.

    Raises RequestValidationError, answered 422, for anything but a position.
    """
    header = request.headers.get(HEADER)
    # Most reads have no query at all, and taking none apart is the fastest.
    query = request.query_params.get(PARAMETER) if request.scope["query_string"] else None
    if header is None and query is None:
        return 0
    return max(checked(header, "header", HEADER), checked(query, "query", PARAMETER))


def checked(text: str | None, place: str, name: str) -> int:
    if text is None:
        return 0
    try:
        return POSITION.validate_python(text)
    except ValidationError as error:
        found = [{**one, "loc": (place, name)} for one in error.errors(include_input=False)]
        raise RequestValidationError(found) from None
