"""Every operation succeeds, in the shape and with the headers that are promised."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from resources.allotment import Allotment
from resources.booking import Booking
from resources.customer import ErasedCustomer, FoundCustomer
from resources.event import Event
from resources.ticket_type import TicketType
from resources.user import Account, ApiKey, NewApiKey, Session, TokenPair, User
from resources.venue import Venue
from runtime.http.pages import Page
from tests.command_api.people import ANA, CLERK
from tests.command_api.requests import (
    COMMANDS,
    REQUESTS,
    about,
    book_call,
    booking,
    event,
    event_call,
    hold,
    offering,
    payment,
    ticket_type_call,
    venue_call,
)
from tests.command_api.shop import Call, Shop

SHAPES: dict[str, Any] = {
    "CreateVenue": Venue,
    "ReplaceVenue": Venue,
    "ChangeVenue": Venue,
    "ChangeVenueSeatingPlan": Venue,
    "CreateTicketType": TicketType,
    "ChangeTicketType": TicketType,
    "CreateEvent": Event,
    "PublishEvent": Event,
    "CloseSales": Event,
    "BookSeats": Booking,
    "ConfirmBooking": Booking,
    "CancelBooking": Booking,
    "DeleteBooking": Booking,
    "SetBookingStatus": Booking,
    **dict.fromkeys(("ExtendHold", "ExchangeTickets", "TransferBooking", "ChangeBooking"), Booking),
    **dict.fromkeys(("ChangeEvent", "ReplaceEvent", "RescheduleEvent", "ReopenSales", "CancelEvent"), Event),
    **dict.fromkeys(("OfferTicketType", "ChangeOffer", "WithdrawOffer"), Event),
    "AllotSeats": Allotment,
    "RegisterUser": User,
    "Login": TokenPair,
    **dict.fromkeys(("Refresh", "ChangePassword"), TokenPair),
    **dict.fromkeys(("AddUser", "ChangeUserRole", "DisableUser", "EnableUser", "GetUser"), Account),
    "MakeApiKey": NewApiKey,
    "ListUsers": Page[Account],
    "ListSessions": Page[Session],
    "ListApiKeys": Page[ApiKey],
    "FindCustomers": Page[FoundCustomer],
    "ErasePerson": ErasedCustomer,
}


@pytest.mark.parametrize("operation", REQUESTS)
async def test_an_operation_answers_in_its_documented_shape(operation: str, shop: Shop) -> None:
    response = await shop.send(await REQUESTS[operation](shop))
    assert response.status_code == shop.success_of(operation)
    if operation in SHAPES:
        assert response.headers["Content-Type"] == "application/json"
        TypeAdapter(SHAPES[operation]).validate_json(response.content)
    else:
        assert response.status_code in {202, 204}
        assert not response.content
    if operation in COMMANDS:
        assert int(response.headers["Seatledger-Position"]) > 0
        assert response.headers["ETag"].strip('"').isdecimal()
        assert "Idempotent-Replayed" not in response.headers
    if response.status_code == 201:
        assert response.headers["Location"].startswith("/api/v1/")


async def test_a_venue_tells_its_plan_as_it_was_given_and_what_it_holds(shop: Shop) -> None:
    call = venue_call()
    made = await shop.done(call)
    assert {name: made[name] for name in ("name", "address", "timezone")} == {
        name: call.json[name] for name in ("name", "address", "timezone")
    }
    assert made["capacity"] == 33
    assert [row["name"] for row in made["seating_plan"]["sections"][0]["rows"]] == ["A", "B"]
    assert made["created_at"].endswith("Z")
    bare = await shop.done(Call("CreateVenue", json={"name": "Hall", "timezone": "UTC", "capacity": 500}))
    assert bare["seating_plan"] == {"sections": [], "areas": [{"name": "General", "capacity": 500}]}


async def test_changing_a_venue_leaves_out_what_is_left_out(shop: Shop) -> None:
    made = await shop.done(venue_call())
    changed = await shop.done(Call("ChangeVenue", {"venue_id": made["id"]}, {"name": "Regio"}))
    assert changed == {**made, "name": "Regio"}


async def test_a_venue_and_an_event_without_one_say_which_city_they_are_in(shop: Shop) -> None:
    named = venue_call()
    made = await shop.done(Call("CreateVenue", json={**named.json, "city": "Turin"}))
    assert made["city"] == "Turin"
    anew = {"name": "Regio", "address": "Via Filodrammatici 2, 20121 Milano", "timezone": "Europe/Rome"}
    at = {"venue_id": made["id"]}
    assert (await shop.done(Call("ReplaceVenue", at, anew)))["city"] == "Milano"
    assert (await shop.done(Call("ChangeVenue", at, {"address": "Mole, Torino"})))["city"] == "Torino"
    assert (await shop.done(Call("ChangeVenue", at, {"city": "Turin"})))["city"] == "Turin"
    assert (await shop.done(event_call(city="Bra")))["venue"]["city"] == "Bra"
    assert (await shop.done(event_call()))["venue"]["city"] == ""


async def test_an_event_takes_its_plan_from_the_venue_and_prices_from_the_catalogue(shop: Shop) -> None:
    venue, kind = await shop.done(venue_call()), await shop.done(ticket_type_call())
    where = {"venue_id": venue["id"], "venue_name": None, "timezone": None, "seating_plan": None}
    made = await shop.done(offering({"ticket_type_id": kind["id"], "quota": 5}, **where))
    assert venue["city"] == "Torino"
    assert made["venue"] == {name: venue[name] for name in ("id", "name", "timezone", "city")}
    assert made["starts_at"] == "2099-03-14T19:00:00Z"
    assert (made["capacity"], made["available"], made["sold_out"]) == (33, 33, False)
    [offer] = made["ticket_types"]
    assert (offer["id"], offer["name"], offer["price"], offer["available"]) == (
        kind["id"], kind["name"], kind["price"], 5,
    )  # fmt: skip


async def test_ids_in_upper_case_are_the_same_ids(shop: Shop) -> None:
    venue, kind = await shop.done(venue_call()), await shop.done(ticket_type_call())
    where = {"venue_id": venue["id"].upper(), "venue_name": None, "timezone": None, "seating_plan": None}
    made = await shop.done(offering({"ticket_type_id": kind["id"].upper()}, **where))
    assert made["venue"]["id"] == venue["id"]
    body = {"event_id": made["id"].upper(), "ticket_type_id": kind["id"].upper(), "quantity": 1}
    booked = await shop.done(Call("BookSeats", json=body, by=ANA))
    cancelled = await shop.done(
        Call(
            "CancelBooking",
            {"booking_id": booked["id"].upper()},
            {"tickets": [booked["tickets"][0]["id"].upper()]},
            ANA,
        )
    )
    assert cancelled["status"] == "cancelled"


async def test_named_seats_and_a_quantity_make_one_booking_of_the_caller(shop: Shop) -> None:
    show = await event(shop)
    [kind] = show["ticket_types"]
    items = [{"ticket_type_id": kind["id"], "seats": ["Stalls/A/2"]}, {"quantity": 2}]
    made = await shop.done(book_call(show, items=items))
    assert made["status"] == "confirmed"
    assert made["customer"] == {
        "id": ANA.id, "person_id": made["customer"]["person_id"], "name": ANA.name, "email": ANA.email,
    }  # fmt: skip
    assert made["total"] == {"amount": 6000, "currency": "EUR"}
    assert made["tickets"][0]["seat"] == "Stalls/A/2"
    assert len({ticket["code"] for ticket in made["tickets"]} | {made["code"]}) == 4
    assert made["expires_at"] is None


async def test_staff_book_for_a_customer_whom_they_name(shop: Shop) -> None:
    customer = {"name": "Zoë Ångström", "email": "Zoe@Example.org"}
    call = book_call(await event(shop), quantity=1, customer=customer).but(by=CLERK)
    told = (await shop.done(call))["customer"]
    assert told == {
        "id": None, "person_id": told["person_id"], "name": "Zoë Ångström", "email": "zoe@example.org",
    }  # fmt: skip
    assert told["person_id"]


async def test_a_hold_says_until_when_and_a_payment_makes_it_a_booking(shop: Shop) -> None:
    pending = await hold(shop, quantity=2)
    assert pending["status"] == "pending"
    assert 590 <= pending["expires_in"] <= 600
    assert {ticket["status"] for ticket in pending["tickets"]} == {"held"}
    paid = await shop.done(about("ConfirmBooking", pending, payment(pending)))
    assert (paid["status"], paid["expires_at"]) == ("confirmed", None)
    assert {ticket["status"] for ticket in paid["tickets"]} == {"valid"}


async def test_tickets_are_given_back_one_by_one_and_then_the_booking_is_cancelled(shop: Shop) -> None:
    made = await booking(shop, quantity=3)
    first = made["tickets"][0]["id"]
    partly = await shop.done(about("CancelBooking", made, {"tickets": [first]}))
    assert (partly["status"], partly["refund"]["amount"]) == ("confirmed", 2000)
    wholly = await shop.done(about("CancelBooking", made))
    assert (wholly["status"], wholly["refund"]["amount"]) == ("cancelled", 6000)
    assert {ticket["status"] for ticket in wholly["tickets"]} == {"refunded"}


async def test_a_draft_is_sold_once_it_is_published(shop: Shop) -> None:
    draft = await shop.done(event_call(status="draft"))
    assert draft["status"] == "draft"
    published = await shop.done(Call("PublishEvent", {"event_id": draft["id"]}))
    assert published["status"] == "on_sale"
    await booking(shop, draft)
    closed = await shop.done(Call("CloseSales", {"event_id": draft["id"]}))
    assert (closed["status"], closed["available"]) == ("closed", 32)
