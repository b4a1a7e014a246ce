"""Which events do the criteria of a search of bookings leave?

Events are few beside bookings, and there is an index of each one's bookings in order. So whatever narrows the events is
asked first.
"""

from uuid import UUID

from query_api.bookings.booking_filters import BookingFilters, given_id
from query_api.bookings.booking_terms import all_beginning, all_words, any_of, beginning, lexeme, one_error
from query_api.conditions import Condition, Conditions
from query_api.reading import Read
from runtime.folding import words

NOTHING: Condition = ("false",)
FOUND_BY = "s.found_by @@ {}::tsquery"

# Beyond that, knowing who has offered a type says little about where its bookings are.
OFFERING_MAX = 100

SHOWS = "SELECT s.show_id FROM projections.booking_search_shows AS s {} LIMIT {}"
SHOWS_MAX = 1_000_000


async def shows_left(read: Read, filters: BookingFilters, *, similar: bool) -> list[UUID] | None:
    """The events that a booking may be for; None when it may be for any."""
    if filters.event_id is not None and not any(
        (filters.event, filters.venue, filters.venue_id, filters.ticket_type, filters.ticket_type_id)
    ):
        return [filters.event_id]
    where_to_be = [
        *asked_for("s.show_id", "n", filters.event_id, filters.event, similar=similar),
        *asked_for("s.venue_id", "v", filters.venue_id, filters.venue, similar=similar),
    ]
    types = type_asked(filters)
    if not where_to_be and not types:
        return None
    asked = Conditions()
    asked.add_all([*where_to_be, *types])
    most = SHOWS_MAX if where_to_be else OFFERING_MAX + 1
    query = SHOWS.format(asked.where, asked.argument(most))
    found = [row["show_id"] for row in await read.rows(query, *asked.arguments)]
    return found if where_to_be or len(found) <= OFFERING_MAX else None


def asked_for(
    column: str, kind: str, given: UUID | None, text: str | None, *, similar: bool
) -> list[Condition]:
    """An event or a venue: by its id in `column`, and by what may be its id or words of its name."""
    asked: list[Condition] = []
    if given is not None:
        asked.append((f"{column} = {{}}", given))
    if text and (found := given_id(text)) is not None:
        asked.append((f"{column} = {{}}", found))
    elif text:
        asked += named(kind, text, similar=similar)
    return asked


def named(kind: str, text: str, *, similar: bool) -> list[Condition]:
    """Each word begins one of the name, or is spelt much like it."""
    parts = words(text)
    if not parts:
        return [NOTHING]
    if similar:
        return [alike(kind, part) for part in parts]
    return [(FOUND_BY, all_beginning(kind, parts))]


def alike(kind: str, word: str) -> Condition:
    """Some term of this kind begins with `word`, or is it but for one typing error."""
    return FOUND_BY, any_of(beginning(kind, word), one_error(kind, word))


def type_asked(filters: BookingFilters) -> list[Condition]:
    """Holds for a booking that has a ticket of the type, and for a show that has ever offered it."""
    ids = [filters.ticket_type_id]
    queries: list[str | None] = []
    if filters.ticket_type and (ticket_type_id := given_id(filters.ticket_type)) is not None:
        ids.append(ticket_type_id)
    elif filters.ticket_type:
        queries.append(all_words("k", filters.ticket_type))
    queries += (lexeme("t", str(ticket_type_id)) for ticket_type_id in ids if ticket_type_id is not None)
    return [NOTHING if query is None else (FOUND_BY, query) for query in queries]


SHOWS_OF_PIECE = "SELECT s.show_id FROM projections.booking_search_shows AS s WHERE s.found_by @@ $1::tsquery"


async def shows_of_pieces(read: Read, pieces: list[str], *, similar: bool) -> list[list[UUID]]:
    """For each piece of what was typed into the one box the events whose name has its words.

    In a search for what is similar each piece is one word. One query for each: the database must see what is asked to
    know how to find it.
    """
    found: list[list[UUID]] = []
    for piece in pieces:
        if similar:
            query: str | None = any_of(beginning("n", piece), one_error("n", piece))
        else:
            query = all_words("n", piece)
        rows = [] if query is None else await read.rows(SHOWS_OF_PIECE, query)
        found.append([row["show_id"] for row in rows])
    return found
