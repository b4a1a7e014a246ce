"""Lists in pages: the query parameters, the cursor, and the shape `{"items": [...], "next": ...}`."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from runtime.http.json_answer import json_answer
from runtime.problems import Problem, ProblemDetail

LIMIT_MAX = 1000
LIMIT_DEFAULT = 100
SKIP_MAX = 10_000
CURSOR_MAX_CHARS = 1000
TAG_BYTES = 6

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Items in the page, at most")]
Skip = Annotated[
    int, Query(ge=0, le=SKIP_MAX, description="Items to leave out first, for screens that jump to a page")
]
CursorText = Annotated[
    str | None,
    Query(alias="cursor", max_length=CURSOR_MAX_CHARS, description="`next` of the page before this one"),
]

BAD_CURSOR = ProblemDetail(
    422, "bad-cursor", "This cursor is not from this list", "Start again without a cursor."
)

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list, as documented; `page_answer` writes it."""

    items: list[T]
    next: str | None = Field(description="Cursor of the next page; null on the last one")


def page_answer(items: Sequence[Any], next_cursor: str | None) -> Response:
    """The response for one page."""
    return json_answer({"items": items, "next": next_cursor})


@dataclass(frozen=True, slots=True)
class Keyset:
    """The order of one list, and how a place in it is written down.

    `name` says which list in which order (`"things by -created_at"`): a cursor only fits the list it came
    from. `columns` has, for each value of the place, the function that reads it back from JSON and
    raises ValueError for anything the query could not compare (see `runtime.http.keyset_columns`).
    """

    name: str
    columns: tuple[Callable[[Any], Any], ...]

    def cursor(self, *place: Any) -> str:
        """The opaque cursor of the item at `place`: one value for each column."""
        return base64.urlsafe_b64encode(self._tag() + orjson.dumps(place)).rstrip(b"=").decode()

    def place(self, cursor: str | None) -> tuple[Any, ...] | None:
        """The values in `cursor`, or None without one. Raises Problem 422 `bad-cursor`."""
        if cursor is None:
            return None
        try:
            packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            values = orjson.loads(packed.removeprefix(self._tag()))
            if not packed.startswith(self._tag()) or not isinstance(values, list):
                raise ValueError("another list's")
            return tuple(read(value) for read, value in zip(self.columns, values, strict=True))
        except (binascii.Error, ValueError):
            raise Problem(BAD_CURSOR) from None

    def _tag(self) -> bytes:
        return blake2b(self.name.encode(), digest_size=TAG_BYTES).digest()
