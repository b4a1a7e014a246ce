"""The catalogue of ticket types: add, change, withdraw."""

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.about_owned import about_ticket_type, type_version
from command_api.aggregates import TICKET_TYPE
from command_api.answers.ticket_type import changed_ticket_type, created_ticket_type, withdrawn_ticket_type
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.ticket_type import NewTicketTypeBody, TicketTypeBody
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.ownership import whose
from command_api.path_ids import path_id
from command_api.roles import OWNERS
from domain.ticket_type.commands import AddTicketType, ChangeTicketType, WithdrawTicketType
from domain.ticket_type.refusals import TicketTypeIsWithdrawn, TicketTypeNotFound
from resources import ticket_type as resources
from runtime.http.hot_route import hot_route
from runtime.ids import new_id

router = APIRouter(prefix="/api/v1/ticket-types", tags=["ticket types"])

NEW_TICKET_TYPE_BODY = TypeAdapter(NewTicketTypeBody)
TICKET_TYPE_BODY = TypeAdapter(TicketTypeBody)


@hot_route(
    router,
    "POST",
    "",
    operation_id="CreateTicketType",
    summary="Add a ticket type to the catalogue",
    access=OWNERS,
    body=NewTicketTypeBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.TicketType,
    status_code=201,
    responses=command_answers(201),
)
async def create_ticket_type(request: Request) -> Response:
    """Events offer it at this price, or at one of their own."""
    asking = await asked(request, NEW_TICKET_TYPE_BODY)
    body, type_id = asking.body, new_id()
    owner = whose(asking, body.organizer_id)
    command = AddTicketType(
        type_id, body.name, body.price.value(), body.description, asking.now, owner.owner_id
    )
    return await asking.carry_out(
        TICKET_TYPE, type_id, command, created_ticket_type, version=type_version, creates=True
    )


@hot_route(
    router,
    "PUT",
    "/{ticket_type_id}",
    operation_id="ChangeTicketType",
    summary="Change a ticket type",
    access=OWNERS,
    body=TicketTypeBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.TicketType,
    responses=command_answers(200, TicketTypeNotFound, TicketTypeIsWithdrawn),
)
async def change_ticket_type(request: Request) -> Response:
    """Events that offer it already keep the name and price they have."""
    type_id = path_id(request, "ticket_type_id", TicketTypeNotFound)
    asking = await asked(request, TICKET_TYPE_BODY)
    body = asking.body
    command = ChangeTicketType(type_id, body.name, body.price.value(), body.description, asking.now)
    return await about_ticket_type(asking, type_id, command, changed_ticket_type)


@hot_route(
    router,
    "DELETE",
    "/{ticket_type_id}",
    operation_id="WithdrawTicketType",
    summary="Take a ticket type out of the catalogue",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    status_code=204,
    responses=command_answers(204, TicketTypeNotFound),
)
async def withdraw_ticket_type(request: Request) -> Response:
    """Events that offer it already go on offering it."""
    type_id = path_id(request, "ticket_type_id", TicketTypeNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = WithdrawTicketType(type_id, asking.now)
    return await about_ticket_type(asking, type_id, command, withdrawn_ticket_type)
