"""Venues: open, change, close."""

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.about_owned import about_venue, venue_version
from command_api.aggregates import VENUE
from command_api.answers.venue import changed_venue, closed_venue, created_venue
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.venue import PlanReplacement, VenueBody, VenueChange, VenueReplacement
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.ownership import whose
from command_api.path_ids import path_id
from command_api.roles import OWNERS
from domain.seating_plan import BadSeatingPlan, general_admission
from domain.venue.city import city_of
from domain.venue.commands import ChangeVenueDetails, ChangeVenueSeatingPlan, CloseVenue, OpenVenue
from domain.venue.refusals import VenueIsClosed, VenueNotFound
from resources import venue as resources
from runtime.http.hot_route import hot_route
from runtime.ids import new_id

router = APIRouter(prefix="/api/v1/venues", tags=["venues"])

VENUE_BODY = TypeAdapter(VenueBody)
VENUE_REPLACEMENT = TypeAdapter(VenueReplacement)
VENUE_CHANGE = TypeAdapter(VenueChange)
PLAN = TypeAdapter(PlanReplacement)

CHANGE_ANSWERS = command_answers(200, VenueNotFound, VenueIsClosed, BadSeatingPlan)


@hot_route(
    router,
    "POST",
    "",
    operation_id="CreateVenue",
    summary="Open a venue",
    access=OWNERS,
    body=VenueBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.Venue,
    status_code=201,
    responses=command_answers(201, BadSeatingPlan),
)
async def create_venue(request: Request) -> Response:
    """With a seating plan, or with a bare `capacity`, which makes one general-admission area named `General`."""
    asking = await asked(request, VENUE_BODY)
    body, venue_id = asking.body, new_id()
    owner = whose(asking, body.organizer_id)
    plan = body.plan() or general_admission(1)
    command = OpenVenue(
        venue_id, body.name, body.address, body.timezone, plan, asking.now, body.city, owner.owner_id
    )
    return await asking.carry_out(
        VENUE, venue_id, command, created_venue, version=venue_version, creates=True
    )


@hot_route(
    router,
    "PUT",
    "/{venue_id}",
    operation_id="ReplaceVenue",
    summary="Change a venue's details, all of them",
    access=OWNERS,
    body=VenueReplacement,
    parameters=COMMAND_HEADERS,
    response_model=resources.Venue,
    responses=CHANGE_ANSWERS,
)
async def replace_venue(request: Request) -> Response:
    """The seating plan stays as it is unless it is given. Events already scheduled keep the plan they have."""
    venue_id = path_id(request, "venue_id", VenueNotFound)
    asking = await asked(request, VENUE_REPLACEMENT)
    body = asking.body
    city = city_of(body.address) if body.city is None else body.city
    command = ChangeVenueDetails(
        venue_id, asking.now, body.name, body.address, body.timezone, body.plan(), city
    )
    return await about_venue(asking, venue_id, command, changed_venue)


@hot_route(
    router,
    "PATCH",
    "/{venue_id}",
    operation_id="ChangeVenue",
    summary="Change some of a venue's details",
    access=OWNERS,
    body=VenueChange,
    parameters=COMMAND_HEADERS,
    response_model=resources.Venue,
    responses=CHANGE_ANSWERS,
)
async def change_venue(request: Request) -> Response:
    """What is left out stays as it is."""
    venue_id = path_id(request, "venue_id", VenueNotFound)
    asking = await asked(request, VENUE_CHANGE)
    body = asking.body
    command = ChangeVenueDetails(
        venue_id, asking.now, body.name, body.address, body.timezone, body.plan(), body.city
    )
    return await about_venue(asking, venue_id, command, changed_venue)


@hot_route(
    router,
    "PUT",
    "/{venue_id}/seating-plan",
    operation_id="ChangeVenueSeatingPlan",
    summary="Give a venue another seating plan",
    access=OWNERS,
    body=PlanReplacement,
    parameters=COMMAND_HEADERS,
    response_model=resources.Venue,
    responses=CHANGE_ANSWERS,
)
async def change_seating_plan(request: Request) -> Response:
    """For events scheduled from now on: those already scheduled copied the plan they have."""
    venue_id = path_id(request, "venue_id", VenueNotFound)
    asking = await asked(request, PLAN)
    command = ChangeVenueSeatingPlan(venue_id, asking.body.value(), asking.now)
    return await about_venue(asking, venue_id, command, changed_venue)


@hot_route(
    router,
    "DELETE",
    "/{venue_id}",
    operation_id="CloseVenue",
    summary="Close a venue",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    status_code=204,
    responses=command_answers(204, VenueNotFound),
)
async def close_venue(request: Request) -> Response:
    """No new events there; it stays readable, and events already scheduled take place."""
    venue_id = path_id(request, "venue_id", VenueNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = CloseVenue(venue_id, asking.now)
    return await about_venue(asking, venue_id, command, closed_venue)
