"""The few lists of the command side: accounts, sessions and keys. Ordered by id, the newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from runtime.http import keyset_columns
from runtime.http.pages import LIMIT_DEFAULT, CursorText, Keyset, Limit, page_answer


class IdPage:
    """What is asked of such a list."""

    def __init__(self, limit: int, cursor: str | None) -> None:
        self.limit = limit
        self.cursor = cursor


def id_page(limit: Limit = LIMIT_DEFAULT, cursor: CursorText = None) -> IdPage:
    return IdPage(limit, cursor)


def by_id(name: str) -> Keyset:
    """The order of the list called `name`."""
    return Keyset(f"{name} by -id", (keyset_columns.uuid,))


def before(order: Keyset, page: IdPage) -> str | None:
    """The id to go on from. Raises Problem 422 `bad-cursor`."""
    place = order.place(page.cursor)
    return None if place is None else str(place[0])


def id_page_answer(order: Keyset, page: IdPage, items: Sequence[Mapping[str, Any]]) -> Response:
    """`items` are one more than asked for, where there are more."""
    shown = items[: page.limit]
    return page_answer(shown, order.cursor(shown[-1]["id"]) if len(items) > page.limit else None)
