"""What a booking's row in `booking_search` must be like."""

from typing import NamedTuple

from query_api.bookings.booking_filters import BookingFilters
from query_api.bookings.booking_shows import FOUND_BY, NOTHING, alike, shows_of_pieces, type_asked
from query_api.bookings.booking_terms import address, all_words, code, person_or_code
from query_api.conditions import Condition
from query_api.reading import Read
from runtime.folding import words


class Matches(NamedTuple):
    """Conditions on `s`, none when the filters ask for nothing that stands there. `by_event`: some are found by
    their event, so those that are may lie together, long ago.
    """

    conditions: list[Condition]
    by_event: bool


async def matches(read: Read, filters: BookingFilters, *, similar: bool) -> Matches:
    asked = type_asked(filters)
    if filters.name:
        asked += name_asked(filters.name, similar=similar)
    if filters.email:
        asked.append((FOUND_BY, address(filters.email)))
    if filters.code:
        query = code(filters.code)
        asked.append(NOTHING if query is None else (FOUND_BY, query))
    if not filters.q:
        return Matches(asked, by_event=False)
    anything = await anything_asked(read, filters.q, similar=similar)
    return Matches(asked + anything.conditions, anything.by_event)


def name_asked(name: str, *, similar: bool) -> list[Condition]:
    query = all_words("n", name)
    if query is None:
        return [NOTHING]
    return [alike("n", word) for word in words(name)] if similar else [(FOUND_BY, query)]


async def anything_asked(read: Read, q: str, *, similar: bool) -> Matches:
    """Each piece of `q` is met by the booking or by its event's name; or all of it is a code with a space in it."""
    pieces = words(q) if similar else q.split()
    if not pieces:
        return Matches([NOTHING], by_event=False)
    shows = await shows_of_pieces(read, pieces, similar=similar)
    parts: list[str] = []
    values: list[object] = []
    for piece, of_piece in zip(pieces, shows, strict=True):
        ways: list[Condition] = [(FOUND_BY, person_or_code(piece))]
        if similar:
            ways.append(alike("n", piece))
        if of_piece:
            ways.append(("s.show_id = ANY ({})", of_piece))
        parts.append(f"({' OR '.join(way for way, *_ in ways)})")
        values += (value for _, *of_way in ways for value in of_way)
    every = " AND ".join(parts)
    whole = code(q)
    if len(pieces) == 1 or similar or whole is None:
        return Matches([(every, *values)], any(shows))
    return Matches([(f"({FOUND_BY} OR {every})", whole, *values)], any(shows))
