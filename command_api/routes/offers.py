"""What an event offers: its ticket types, and what is kept back from general sale."""

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.about_owned import about_show
from command_api.aggregates import SHOW
from command_api.answers.event import changed_event, deleted_event, made_allotment
from command_api.asking import Asking, asked
from command_api.bodies.event import OfferBody
from command_api.bodies.event_changes import AllotmentBody
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.ownership import organizer
from command_api.path_ids import path_id
from command_api.refused import refusal_problem
from command_api.roles import OWNERS
from command_api.scheduling import offer_of
from domain.refusal import Refused
from domain.show import refusals as no
from domain.show.allotment import Allotment, AreaShare
from domain.show.commands import AllotSeats, OfferTicketType, ReleaseAllotment, WithdrawOffer
from domain.show.state import Show
from domain.ticket_type.refusals import TicketTypeIsWithdrawn, TicketTypeNotFound
from resources import allotment as allotments
from resources import event as resources
from runtime.http.hot_route import hot_route
from runtime.ids import new_id
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/events", tags=["events"])

OFFER_BODY = TypeAdapter(OfferBody)
ALLOTMENT_BODY = TypeAdapter(AllotmentBody)

STANDING = (no.ShowNotFound, no.ShowIsCancelled, no.ShowIsOver)
OFFER_ANSWERS = command_answers(200, *STANDING, no.BadOffer, TicketTypeNotFound, TicketTypeIsWithdrawn)


@hot_route(
    router,
    "POST",
    "/{event_id}/ticket-types",
    operation_id="OfferTicketType",
    summary="Offer another ticket type at an event",
    access=OWNERS,
    body=OfferBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=OFFER_ANSWERS,
)
async def offer_ticket_type(request: Request) -> Response:
    """From the catalogue, or with a name and a price of its own. One that is on offer already gets these terms."""
    show_id = path_id(request, "event_id", no.ShowNotFound)
    asking = await asked(request, OFFER_BODY)
    return await _offer(asking, show_id, new_id())


@hot_route(
    router,
    "PUT",
    "/{event_id}/ticket-types/{ticket_type_id}",
    operation_id="ChangeOffer",
    summary="Change the terms of a ticket type at an event",
    access=OWNERS,
    body=OfferBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=OFFER_ANSWERS,
)
async def change_offer(request: Request) -> Response:
    """Tickets sold keep the price they had."""
    show_id = path_id(request, "event_id", no.ShowNotFound)
    type_id = path_id(request, "ticket_type_id", no.TicketTypeNotOffered)
    asking = await asked(request, OFFER_BODY)
    if asking.body.ticket_type_id not in (None, type_id):
        raise Problem(refusal_problem(no.TicketTypeNotOffered(asking.body.ticket_type_id)))
    return await _offer(asking, show_id, type_id, requires=_offers(type_id))


@hot_route(
    router,
    "DELETE",
    "/{event_id}/ticket-types/{ticket_type_id}",
    operation_id="WithdrawOffer",
    summary="Stop offering a ticket type at an event",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, *STANDING, no.TicketTypeNotOffered, no.TicketTypeInUse, no.BadOffer),
)
async def withdraw_offer(request: Request) -> Response:
    """As long as none of it is held or sold."""
    show_id = path_id(request, "event_id", no.ShowNotFound)
    type_id = path_id(request, "ticket_type_id", no.TicketTypeNotOffered)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = WithdrawOffer(show_id, type_id, asking.now)
    return await about_show(asking, show_id, command, changed_event)


@hot_route(
    router,
    "POST",
    "/{event_id}/allotments",
    operation_id="AllotSeats",
    summary="Keep places back from general sale",
    access=OWNERS,
    body=AllotmentBody,
    parameters=COMMAND_HEADERS,
    response_model=allotments.Allotment,
    status_code=201,
    responses=command_answers(
        201,
        *STANDING,
        no.SeatsUnknown,
        no.SeatsNotAvailable,
        no.NotEnoughPlaces,
        no.SeatsNamedTwice,
        no.BadOffer,
    ),
)
async def allot_seats(request: Request) -> Response:
    """House seats, a reseller's share, or with `"sellable": false` seats that nobody may sell."""
    show_id = path_id(request, "event_id", no.ShowNotFound)
    asking = await asked(request, ALLOTMENT_BODY)
    body = asking.body
    shares = tuple(AreaShare(share.area, share.quantity) for share in body.areas)
    allotment = Allotment(new_id(), body.name, tuple(body.seats), shares, body.release_at, body.sellable)
    command = AllotSeats(show_id, allotment, asking.now)
    return await about_show(asking, show_id, command, made_allotment(allotment))


@hot_route(
    router,
    "DELETE",
    "/{event_id}/allotments/{allotment_id}",
    operation_id="ReleaseAllotment",
    summary="Put what an allotment still keeps on general sale",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    status_code=204,
    responses=command_answers(204, no.ShowNotFound, no.AllotmentNotFound),
)
async def release_allotment(request: Request) -> Response:
    """The same happens by itself at its `release_at`."""
    show_id = path_id(request, "event_id", no.ShowNotFound)
    allotment_id = path_id(request, "allotment_id", no.AllotmentNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = ReleaseAllotment(show_id, allotment_id, asking.now)
    return await about_show(asking, show_id, command, deleted_event)


async def _offer(
    asking: Asking[OfferBody], show_id: str, type_id: str, requires: Callable[[Show], None] | None = None
) -> Response:
    asking.require_in_scope(OfferTicketType.__name__, SHOW, show_id)
    try:
        offer = await offer_of(asking.services.store, asking.body, type_id, organizer(asking.caller))
    except Problem as problem:
        # The type may have been withdrawn since this very request was carried out for the first time.
        return await asking.first_answer_or(OfferTicketType.__name__, problem)
    command = OfferTicketType(show_id, offer, asking.now)
    return await about_show(asking, show_id, command, changed_event, requires=requires)


def _offers(type_id: str) -> Callable[[Show], None]:
    """Refuses where the show does not offer this type: what is changed has to be there."""

    def check(show: Show) -> None:
        if show.scheduled is not None and show.status != "deleted" and type_id not in show.offers:
            raise Refused(no.TicketTypeNotOffered(type_id))

    return check
