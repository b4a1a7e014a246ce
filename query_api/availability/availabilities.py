"""What is left of many events at once: a season's page, a calendar, a reseller's list."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from query_api.availability.availability_shape import SELECT, availability_shape
from query_api.availability.stock_now import at_this_moment
from query_api.documenting import read_answers
from query_api.drafts import seen_drafts
from query_api.min_position import DOCUMENTED
from query_api.reading import Read, begin
from resources.event import Availability
from resources.shape import Id, Shape
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.validation import wrong_parameter

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

IDS_MAX = 1_000
SEPARATOR = ","

ONE_ID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

IDS = Annotated[
    list[Annotated[str, Field(pattern=f"^{ONE_ID}(,{ONE_ID})*$")]],
    Query(
        description=f"Up to {IDS_MAX} events, comma separated or one by one. A thousand make a URL of 37 kB: this "
        "server takes it; where a proxy in front does not, ask in several requests.",
        min_length=1,
        examples=[["01a201e2-b9c2-712a-b8d5-75cc2f1e3565,01a201e2-b9c2-712a-b8d5-75cc2f1e3566"]],
    ),
]


class Availabilities(Shape):
    """All of them at one position of the log, in the order asked for."""

    items: list[Availability]
    missing: Annotated[list[Id], Field(description="Those that are not there, or not yet public.")]
    as_of_position: int


GET_AVAILABILITIES = f"{SELECT} WHERE a.show_id = ANY ($1)"


@hot_route(
    router,
    "GET",
    "/availability",
    operation_id="GetAvailabilities",
    summary="Places left at many events",
    parameters={"ids": IDS},
    response_model=Availabilities,
    responses=read_answers(),
    access=OPTIONAL,
)
async def get_availabilities(request: Request) -> Response:
    """What one event's availability says, for up to 1,000 of them as of one position of the log. An event that is asked
    for twice is answered once.
    """
    ids = ids_asked(request)
    read = await begin(request, "availability")
    rows = await read.rows(GET_AVAILABILITIES, ids, read.now)
    if len(rows) < len(ids):
        # What was made a moment ago is not missing.
        await read.catch_up()
        rows = await read.rows(GET_AVAILABILITIES, ids, read.now)
    if rows:
        read.position = rows[0]["position"]
    drafts = {UUID(row["show_id"]) for row in rows if row["draft"]}
    hidden = {str(show_id) for show_id in drafts - await seen_drafts(request, drafts)} if drafts else set()
    visible = {row["show_id"]: row for row in rows if row["show_id"] not in hidden}
    return read.answer(
        {
            "items": [item(visible[event_id], read) for event_id in ids if event_id in visible],
            "missing": [event_id for event_id in ids if event_id not in visible],
            "as_of_position": read.position,
        }
    )


def ids_asked(request: Request) -> list[str]:
    """Each once, in the order asked for. Raises Problem 422."""
    texts = [text for many in request.query_params.getlist("ids") for text in many.split(SEPARATOR)]
    if not texts:
        raise wrong_parameter("ids", "Name the events you ask for", "missing")
    if len(texts) > IDS_MAX:
        raise wrong_parameter("ids", f"At most {IDS_MAX} events at once", "too_long")
    try:
        return list(dict.fromkeys(str(UUID(text.strip())) for text in texts))
    except ValueError:
        raise wrong_parameter("ids", "This is not a list of UUIDs", "uuid_parsing") from None


def item(row: Any, read: Read) -> dict[str, Any]:
    return availability_shape(at_this_moment(row, read.now), read.position)
