"""Who may do what, to whose."""

import pytest

from runtime.identity import Caller
from tests.command_api.people import ADMIN, ANA, AUDITOR, BEN, CLERK, EVERYBODY, ORGANIZER
from tests.command_api.requests import (
    REQUESTS,
    about,
    book_call,
    booking,
    event,
    hold,
    payment,
    ticket_type_call,
    venue_call,
)
from tests.command_api.shop import Call, Shop

FOR_OWNERS = sorted(
    name
    for name in REQUESTS
    if name.endswith(("Venue", "SeatingPlan", "TicketType", "Event", "Sales", "Offer", "Allotment"))
    or name == "AllotSeats"
)


@pytest.mark.parametrize("operation", FOR_OWNERS)
async def test_what_is_for_owners_is_refused_to_everybody_else(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    for caller in EVERYBODY:
        if caller not in (ADMIN, ORGANIZER):
            await shop.refused(call.but(by=caller), 403, "forbidden")
    assert (await shop.send(call)).is_success


@pytest.mark.parametrize("stranger", [BEN, ORGANIZER], ids=lambda caller: str(caller.role))
async def test_somebody_elses_booking_is_not_found(stranger: Caller, shop: Shop) -> None:
    pending = await hold(shop)
    calls = [
        about("ConfirmBooking", pending, payment(pending)),
        about("CancelBooking", pending),
        about("CancelBooking", pending, {"tickets": [pending["tickets"][0]["id"]]}),
        about("DeleteBooking", pending),
        about("SetBookingStatus", pending, {"status": "cancelled"}),
        about("ExtendHold", pending, {"seconds": 1}),
        about("ExchangeTickets", pending, {"for": {"quantity": 1}}),
        about("TransferBooking", pending, {"to": {"name": "Ben Ode", "email": "ben@example.org"}}),
        about("ChangeBooking", pending, {"quantity": 2}),
        about(
            "ChangeBooking", pending, {"tickets": [{"id": pending["tickets"][0]["id"], "holder": "Ben Ode"}]}
        ),
    ]
    for call in calls:
        other = await shop.refused(call.but(by=stranger), 404, "booking-not-found")
        nobodys = await shop.refused(
            call.but(by=stranger, path={"booking_id": "01900000-0000-7000-8000-000000000001"}),
            404,
            "booking-not-found",
        )
        assert other.keys() == nobodys.keys(), "that it exists shows in nothing"
        await shop.refused(call.but(by=stranger), 404, "booking-not-found", if_match='"1"')
    assert (await shop.send(calls[0])).is_success


@pytest.mark.parametrize("staff", [CLERK, ADMIN], ids=lambda caller: str(caller.role))
async def test_staff_may_change_anybodys_booking(staff: Caller, shop: Shop) -> None:
    pending = await hold(shop)
    paid = await shop.done(about("ConfirmBooking", pending, payment(pending)).but(by=staff))
    assert paid["customer"]["id"] == ANA.id
    await shop.done(about("DeleteBooking", pending).but(by=staff))


async def test_only_staff_may_name_a_customer(shop: Shop) -> None:
    customer = {"name": "Ben Ode", "email": "ben@example.org"}
    call = book_call(await event(shop), quantity=1, customer=customer)
    for caller in (ANA, ORGANIZER):
        await shop.refused(call.but(by=caller), 403, "forbidden")
    for caller in (CLERK, ADMIN):
        assert (await shop.done(call.but(by=caller)))["customer"]["name"] == "Ben Ode"


async def test_a_booking_for_a_named_customer_is_nobodys_account(shop: Shop) -> None:
    customer = {"name": BEN.name, "email": BEN.email}
    made = await shop.done(book_call(await event(shop), quantity=1, customer=customer).but(by=CLERK))
    await shop.refused(about("DeleteBooking", made).but(by=BEN), 404, "booking-not-found")


async def test_an_auditor_books_nothing(shop: Shop) -> None:
    await shop.refused(book_call(await event(shop)).but(by=AUDITOR), 403, "forbidden")
    made = await booking(shop)
    await shop.refused(about("DeleteBooking", made).but(by=AUDITOR), 403, "forbidden")


async def test_a_role_is_looked_at_before_the_body(shop: Shop) -> None:
    """Who may not do it learns nothing about what would have been right."""
    for call in (venue_call(), ticket_type_call()):
        await shop.refused(Call(call.operation, json=[], by=ANA), 403, "forbidden")
        await shop.refused(Call(call.operation, json=[], by=None), 401, "not-authenticated")
