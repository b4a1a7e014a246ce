"""The live seat map: what it is now, then what changes, for as long as the client listens."""

from types import TracebackType
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from query_api.documenting import POSITION_HEADER, read_answers
from query_api.drafts import require_may_see
from query_api.lifespan_state import QueryServices
from query_api.min_position import DOCUMENTED, POSITION_MAX, checked
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import begin, path_id
from query_api.seat_map.seat_map import SINCE, Since, checked_since
from query_api.seat_map.seat_map_hub import PROJECTOR, SeatMapHub, Watched
from runtime.http.access import OPTIONAL
from runtime.http.event_stream import MEDIA_TYPE, EventStream, Next, Streams
from runtime.http.hot_route import hot_route
from runtime.http.openapi import problem_answers

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

HEADER = "Last-Event-ID"
LastEventId = Annotated[
    int | None,
    Header(
        alias=HEADER,
        ge=0,
        le=POSITION_MAX,
        description="What an EventSource sends when it comes back: as `since`.",
    ),
]

EXAMPLE = """retry: 2000

event: seat-map
id: 1234
data: {"event_id":"01a201e2-b9c2-712a-b8d5-75cc2f1e3565","position":1234,"availability":{"available":3,"held":1,\
"sold":0,"blocked":0},"legend":{"f":"free","h":"held","s":"sold","b":"blocked"},"sections":[{"name":"Stalls",\
"rows":[["A","fhff"]]}],"areas":[]}

event: seat-map
id: 1250
data: {"event_id":"01a201e2-b9c2-712a-b8d5-75cc2f1e3565","position":1250,"since":1234,"availability":{"available":3,\
"held":0,"sold":1,"blocked":0},"changes":[["Stalls","A","fsff"]],"areas":[]}

:
"""
ANSWERS: dict[int | str, Any] = {
    **read_answers(EVENT_NOT_FOUND),
    **problem_answers({503: ["unavailable", "read-model-behind", "overloaded", "stopping"]}),
    200: {
        "description": "Messages named `seat-map`: `data` is a SeatMap or SeatMapChanges, `id` is its position.",
        "headers": POSITION_HEADER,
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    },
}


class Watching:
    """One client's view: all that is kept for it is the position it was told."""

    __slots__ = ("_begun", "_hub", "_show", "_show_id", "_since", "_times_back")

    _show: Watched

    def __init__(self, hub: SeatMapHub, show_id: UUID, since: int | None) -> None:
        self._hub = hub
        self._show_id = show_id
        self._since = since
        self._begun = False

    def __enter__(self) -> Next:
        self._show = self._hub.enter(self._show_id)
        self._times_back = self._show.times_back
        return self.following

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub.leave(self._show)

    async def following(self) -> bytes | None:
        """First the state, then what has changed, as soon as anything has. None when the show is gone."""
        show = self._show
        while not show.gone:
            # Taken before looking, so that what moves while we look wakes us again.
            moved = show.moved
            if show.times_back != self._times_back:
                self._times_back = show.times_back
                # As for who comes with a position that is still to come: the whole map, in the place of theirs.
                self._begun, self._since = False, POSITION_MAX
            if not self._begun or show.position > (self._since or 0):
                try:
                    told = await self._hub.told_after(show, self._since)
                except Exception as error:  # noqa: BLE001 - the hub says it; to the client it is a longer wait
                    await self._hub.after_failure(error)
                    continue
                if told is None:
                    return None
                if not self._begun or told.position != self._since:
                    self._begun, self._since = True, told.position
                    return told.message
            await moved.wait()
        return None


GET_DRAFT = "SELECT draft FROM projections.seat_map_shows WHERE show_id = $1"


@hot_route(
    router,
    "GET",
    "/{event_id}/stream",
    operation_id="StreamSeatMap",
    summary="The seat map, live",
    parameters={SINCE: Since, "last_event_id": LastEventId},
    response_class=StreamingResponse,
    responses=ANSWERS,
    access=OPTIONAL,
)
async def stream_seat_map(request: Request) -> Response:
    """Server-sent events: the whole map, then the rows and areas that change, each as it is from then on, with what is
    left in all. With `Last-Event-ID` or `since` only what has changed after that position. Comments in between say that
    the connection lives. It ends when the event is deleted, when the server stops, and after an hour or so: come back
    with the last id, as browsers do by themselves.
    """
    read, show_id = await begin(request, PROJECTOR), path_id(request, "event_id", EVENT_NOT_FOUND)
    since = last_seen(request)
    row = await read.one(EVENT_NOT_FOUND, GET_DRAFT, show_id)
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=row["draft"])
    services: QueryServices = request.state.query
    streams: Streams = request.app.streams
    return EventStream(streams, Watching(services.seat_maps, show_id, since), read.headers)


def last_seen(request: Request) -> int | None:
    """The header counts: a client that comes back asks for the address that it first asked for.

    Raises RequestValidationError, answered 422, for anything but a position.
    """
    since, text = checked_since(request), request.headers.get(HEADER)
    return since if text is None else checked(text, "header", HEADER)
