"""For each operation a request that succeeds, with whatever has to be there first."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from tests.command_api.people import ADMIN, ANA
from tests.command_api.shop import Call, Shop

NUMBERS = count(1)
PASSWORD = "correct horse battery"
EUR_20 = {"amount": 2000, "currency": "EUR"}
PLAN = {
    "sections": [
        {"name": "Stalls", "rows": [{"name": "A", "seats": 10}, {"name": "B", "labels": ["1", "2", "3A"]}]}
    ],
    "areas": [{"name": "Gallery", "capacity": 20}],
}


def venue_call() -> Call:
    body = {
        "name": "Teatro Regio",
        "address": "Piazza Castello 215, Torino",
        "timezone": "Europe/Rome",
        "seating_plan": PLAN,
    }
    return Call("CreateVenue", json=body)


def ticket_type_call() -> Call:
    return Call("CreateTicketType", json={"name": "VIP", "price": EUR_20, "description": "Front rows"})


def event_call(**changes: Any) -> Call:
    """Without a venue record: ten seats and a gallery, at one price."""
    body = {
        "name": "La Bohème",
        "description": "Four acts\nSung in Italian",
        "category": "opera",
        "venue_name": "Town hall",
        "timezone": "Europe/Rome",
        "starts_at": "2099-03-14T20:00:00+01:00",
        "seating_plan": PLAN,
        "price": EUR_20,
    }
    return Call("CreateEvent", json={name: value for name, value in {**body, **changes}.items() if value})


def offering(*ticket_types: dict[str, Any], **changes: Any) -> Call:
    return event_call(price=None, ticket_types=list(ticket_types), **changes)


def book_call(event: dict[str, Any], **body: Any) -> Call:
    return Call("BookSeats", json={"event_id": event["id"], **(body or {"quantity": 1})}, by=ANA)


def about(operation: str, booking: dict[str, Any], json: Any = None) -> Call:
    return Call(operation, {"booking_id": booking["id"]}, json, by=ANA)


def payment(booking: dict[str, Any], reference: str = "pi_3PqX7") -> dict[str, Any]:
    return {"payment": {"reference": reference, **booking["total"]}}


async def event(shop: Shop, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = await shop.done(event_call(**changes))
    return made


async def booking(shop: Shop, show: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    """Of Ana, one place unless `body` says otherwise."""
    made: dict[str, Any] = await shop.done(book_call(show or await event(shop), **body))
    return made


async def hold(shop: Shop, **body: Any) -> dict[str, Any]:
    return await booking(shop, await event(shop, payment_window_seconds=600), **body)


def account() -> dict[str, str]:
    return {"email": f"user-{next(NUMBERS)}@example.org", "password": PASSWORD, "name": "Ana Ruiz"}


async def registered(shop: Shop) -> dict[str, str]:
    """What to sign in with."""
    body = account()
    await shop.done(Call("RegisterUser", json=body, by=None))
    return {"email": body["email"], "password": body["password"]}


async def signed_in(shop: Shop) -> dict[str, Any]:
    pair: dict[str, Any] = await shop.done(Call("Login", json=await registered(shop), by=None))
    return pair


async def _open_venue(_shop: Shop) -> Call:
    return venue_call()


async def _replace_venue(shop: Shop) -> Call:
    venue = await shop.done(venue_call())
    body = {"name": "Regio", "timezone": "Europe/Paris", "address": "", "capacity": 70}
    return Call("ReplaceVenue", {"venue_id": venue["id"]}, body)


async def _change_venue(shop: Shop) -> Call:
    venue = await shop.done(venue_call())
    return Call("ChangeVenue", {"venue_id": venue["id"]}, {"address": "Elsewhere"})


async def _change_plan(shop: Shop) -> Call:
    venue = await shop.done(venue_call())
    plan = {"sections": [], "areas": [{"name": "Floor", "capacity": 90}]}
    return Call("ChangeVenueSeatingPlan", {"venue_id": venue["id"]}, plan)


async def _close_venue(shop: Shop) -> Call:
    return Call("CloseVenue", {"venue_id": (await shop.done(venue_call()))["id"]})


async def _add_ticket_type(_shop: Shop) -> Call:
    return ticket_type_call()


async def _change_ticket_type(shop: Shop) -> Call:
    kind = await shop.done(ticket_type_call())
    return Call("ChangeTicketType", {"ticket_type_id": kind["id"]}, {"name": "Gold", "price": EUR_20})


async def _withdraw_ticket_type(shop: Shop) -> Call:
    return Call("WithdrawTicketType", {"ticket_type_id": (await shop.done(ticket_type_call()))["id"]})


async def _create_event(shop: Shop) -> Call:
    venue, kind = await shop.done(venue_call()), await shop.done(ticket_type_call())
    body = {
        "name": "La Bohème",
        "description": "Four acts",
        "category": "opera",
        "venue_id": venue["id"],
        "starts_at": "2099-03-14T20:00:00+01:00",
        "ends_at": "2099-03-14T23:00:00+01:00",
        "status": "on_sale",
        "payment_window_seconds": 600,
        "ticket_types": [
            {
                "ticket_type_id": kind["id"],
                "sections": ["Stalls"],
                "quota": 8,
                "price": {"amount": 12000, "currency": "EUR"},
                "sales_from": None,
                "sales_until": "2099-03-14T19:00:00Z",
                "min_per_booking": 1,
                "max_per_booking": 8,
            },
            {"name": "Economy", "sections": ["Gallery"], "price": {"amount": 2500, "currency": "EUR"}},
        ],
    }
    return Call("CreateEvent", json=body)


async def _publish(shop: Shop) -> Call:
    return Call("PublishEvent", {"event_id": (await event(shop, status="draft"))["id"]})


async def _close_sales(shop: Shop) -> Call:
    return Call("CloseSales", {"event_id": (await event(shop))["id"]})


async def _book(shop: Shop) -> Call:
    show = await event(shop)
    [kind] = show["ticket_types"]
    items = [
        {"ticket_type_id": kind["id"], "seats": ["Stalls/A/1", "Stalls/B/3A"]},
        {"ticket_type_id": kind["id"], "quantity": 1},
    ]
    return book_call(show, items=items)


async def _confirm(shop: Shop) -> Call:
    pending = await hold(shop)
    return about("ConfirmBooking", pending, payment(pending))


async def _cancel(shop: Shop) -> Call:
    made = await booking(shop, quantity=2)
    return about("CancelBooking", made, {"tickets": [made["tickets"][0]["id"]], "reason": "ill"})


async def _delete(shop: Shop) -> Call:
    return about("DeleteBooking", await booking(shop))


async def _set_status(shop: Shop) -> Call:
    pending = await hold(shop)
    return about("SetBookingStatus", pending, {"status": "confirmed", **payment(pending)})


async def _register(_shop: Shop) -> Call:
    return Call("RegisterUser", json=account(), by=None)


async def _login(shop: Shop) -> Call:
    return Call("Login", json=await registered(shop), by=None)


async def _refresh(shop: Shop) -> Call:
    token = (await signed_in(shop))["refresh_token"]
    return Call("Refresh", json={"refresh_token": token}, by=None)


async def _logout(shop: Shop) -> Call:
    token = (await signed_in(shop))["refresh_token"]
    return Call("Logout", json={"refresh_token": token}, by=ADMIN)


REQUESTS: dict[str, Callable[[Shop], Awaitable[Call]]] = {
    "CreateVenue": _open_venue,
    "ReplaceVenue": _replace_venue,
    "ChangeVenue": _change_venue,
    "ChangeVenueSeatingPlan": _change_plan,
    "CloseVenue": _close_venue,
    "CreateTicketType": _add_ticket_type,
    "ChangeTicketType": _change_ticket_type,
    "WithdrawTicketType": _withdraw_ticket_type,
    "CreateEvent": _create_event,
    "PublishEvent": _publish,
    "CloseSales": _close_sales,
    "BookSeats": _book,
    "ConfirmBooking": _confirm,
    "CancelBooking": _cancel,
    "DeleteBooking": _delete,
    "SetBookingStatus": _set_status,
    "RegisterUser": _register,
    "Login": _login,
    "Refresh": _refresh,
    "Logout": _logout,
}
COMMANDS = tuple(name for name in REQUESTS if name not in {"Login", "Refresh", "Logout"})
"""Those that are carried out under an idempotency key."""
