"""Answers of public lists, remembered for as long as they are what the read tables would say again.

Such an answer follows from the rows, the minute and what the caller may see. So it carries an `ETag` of just these: who
has it already hears 304 without a query, and who asks what another has just asked gets the same bytes. Nothing is ever
cleared: once a row has changed, or the minute is over, the tag is another one. Facts that change no row of the list
leave it standing.
"""

from collections.abc import Awaitable, Callable, Collection

from starlette.requests import Request
from starlette.responses import Response

from query_api.lifespan_state import QueryServices
from query_api.memory import Answer
from query_api.reading import Read, begin
from query_api.sight import Sight, sight_of
from runtime.http.entity_tags import is_any, is_known

SECONDS_A_TAG_STANDS = 60


Make = Callable[[Read], Awaitable[Response]]


async def remembered(request: Request, projectors: Collection[str], make: Make) -> Response:
    """The answer of a list that everybody may read, which `make` reads from the tables of `projectors`.

    Raises Problem 401 for a bad token, and whatever `make` raises.
    """
    services: QueryServices = request.state.query
    read = await begin(request, *projectors)
    sight = sight_of(request)
    # Before any row is read: what we read then may be newer than the tag says, never older.
    tag = tag_of(services, projectors, read, sight)
    has = request.headers.get("if-none-match")
    if is_known(has, tag):
        return Response(status_code=304, headers=headers(tag, str(read.position)))

    async def answered() -> Answer:
        response = await make(read)
        return Answer(tag, bytes(response.body), response.headers["Seatledger-Position"])

    key = (request.scope["path"], request.scope["query_string"], sight)
    answer = await services.memory.answer(key, tag, answered)
    # Since it was made the tables may have moved on, past facts that have changed nothing in it.
    fields = headers(tag, str(max(int(answer.position), read.position)))
    if is_any(has):
        return Response(status_code=304, headers=fields)
    return Response(answer.body, headers=fields, media_type="application/json")


def tag_of(services: QueryServices, projectors: Collection[str], read: Read, sight: Sight) -> str:
    """Weak, because compression on the way changes the bytes."""
    rows = ".".join(map(services.freshness.rows, projectors))
    minute = int(read.now.timestamp()) // SECONDS_A_TAG_STANDS
    return f'W/"{rows}-{minute}{sight.mark}"'


def headers(tag: str, position: str) -> dict[str, str]:
    """`no-cache` means: keep it, but ask before you show it."""
    return {
        "ETag": tag,
        "Vary": "Authorization",
        "Cache-Control": "no-cache",
        "Seatledger-Position": position,
    }
