"""Customers: whom an address stands for, and forgetting them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.terms import Terms
from command_api.asking import asked
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.bodies.parts import Email
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.failed import unavailable_is_answered
from command_api.lifespan_state import CommandServices
from command_api.refused import refusal_problem
from command_api.roles import ONESELF, READING_STAFF, must_reach_all_events
from domain.person.refusals import PersonNotFound
from domain.user.refusals import LastAdministrator
from resources.customer import ErasedCustomer, FoundCustomer
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.openapi import problem_answers
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])


def _address(
    email: Annotated[
        Email, Query(description="In full; case makes no difference.", examples=["ana@example.org"])
    ],
) -> str:
    return email


ADDRESS = QueryParameters(_address)
NO_STORE = {"Cache-Control": "no-store"}


@hot_route(
    router,
    "GET",
    "",
    operation_id="FindCustomers",
    summary="Whom an e-mail address stands for",
    access=READING_STAFF,
    parameters=ADDRESS.parameters,
    response_model=Page[FoundCustomer],
    responses=problem_answers({422: ["validation-failed"], 503: ["unavailable"]}),
)
async def find_customers(request: Request) -> Response:
    """The account with this address and whoever gave it without one: the ids to erase when somebody asks to be
    forgotten. All of them fit on one page.
    """
    [email] = ADDRESS.read(request)
    services: CommandServices = request.state.command
    must_reach_all_events(request.state.caller)
    with unavailable_is_answered():
        found = await services.people.find_by_address(email)
    items = [
        {"id": each.account_id or each.person_id, "account": each.account_id is not None} for each in found
    ]
    return json_answer({"items": items, "next": None}, headers=NO_STORE)


@hot_route(
    router,
    "POST",
    "/{customer_id}/erase",
    operation_id="ErasePerson",
    summary="Forget a customer for good",
    access=ONESELF,
    parameters=COMMAND_HEADERS,
    response_model=ErasedCustomer,
    responses=command_answers(200, PersonNotFound, LastAdministrator),
)
async def erase_person(request: Request) -> Response:
    """Everything personal about them becomes unreadable for ever, in the history and in backups of it too, as the only
    key to it is destroyed. An account is closed: it cannot sign in, and its address is free again. Bookings stay as
    they are, without a name: their tickets still open the door. It can not be undone.
    """
    customer_id = request.path_params["customer_id"].lower()
    asking = await asked(request, NOTHING, empty=EMPTY)
    if not ONESELF.for_anybody(asking.caller) and asking.caller.id != customer_id:
        raise Problem(refusal_problem(PersonNotFound()))

    async def carry_out(command_id: str, fingerprint: bytes | None, metadata: bytes) -> Any:
        terms = Terms(command_id, fingerprint, metadata)
        return await asking.services.erasing.erase(customer_id, asking.now, terms)

    return await asking.answer_with("ErasePerson", carry_out)
