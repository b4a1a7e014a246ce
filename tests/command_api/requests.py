"""For each operation a request that succeeds, with whatever has to be there first."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import Any

from command_api.accounts import reset_tokens
from runtime.identity import Caller, Role
from tests.command_api.people import ANA
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


async def caller(shop: Shop, role: Role = Role.CUSTOMER) -> Caller:
    """Somebody with an account, signed in once; of any role."""
    pair = await signed_in(shop)
    me = shop.served.tokens.verify(pair["access_token"])
    if role is not Role.CUSTOMER:
        await shop.done(Call("ChangeUserRole", {"user_id": me.id}, {"role": role.value}))
    return replace(me, role=role)


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


async def _extend(shop: Shop) -> Call:
    return about("ExtendHold", await hold(shop), {"seconds": 300})


async def _exchange(shop: Shop) -> Call:
    made = await booking(shop, seats=["Stalls/A/1", "Stalls/A/2"])
    tickets = [made["tickets"][0]["id"]]
    return about("ExchangeTickets", made, {"tickets": tickets, "for": {"seats": ["Stalls/A/3"]}})


async def _transfer(shop: Shop) -> Call:
    to = {"name": "Ben Ode", "email": "ben@example.org"}
    return about("TransferBooking", await booking(shop), {"to": to})


async def _change_booking(shop: Shop) -> Call:
    made = await booking(shop, quantity=2)
    tickets = [{"id": ticket["id"], "holder": "Zoë"} for ticket in made["tickets"]]
    return about("ChangeBooking", made, {"tickets": tickets})


async def _change_event(shop: Shop) -> Call:
    change = {"name": "Tosca", "max_per_customer": 8, "refund_policy": {"kind": "none", "tiers": []}}
    return Call("ChangeEvent", {"event_id": (await event(shop))["id"]}, change)


async def _replace_event(shop: Shop) -> Call:
    body = {"name": "Tosca", "description": "Three acts", "starts_at": "2099-03-15T20:00:00+01:00"}
    return Call("ReplaceEvent", {"event_id": (await event(shop))["id"]}, body)


async def _delete_event(shop: Shop) -> Call:
    return Call("DeleteEvent", {"event_id": (await event(shop))["id"]})


async def _reschedule(shop: Shop) -> Call:
    times = {"starts_at": "2099-03-16T20:00:00+01:00", "ends_at": "2099-03-16T23:00:00+01:00"}
    return Call("RescheduleEvent", {"event_id": (await event(shop))["id"]}, times)


async def _reopen(shop: Shop) -> Call:
    show = await event(shop)
    await shop.done(Call("CloseSales", {"event_id": show["id"]}))
    return Call("ReopenSales", {"event_id": show["id"]})


async def _cancel_event(shop: Shop) -> Call:
    return Call("CancelEvent", {"event_id": (await event(shop))["id"]}, {"reason": "fire"})


async def _offer(shop: Shop) -> Call:
    body = {"name": "Late", "price": EUR_20, "sections": ["Gallery"], "quota": 4}
    return Call("OfferTicketType", {"event_id": (await event(shop))["id"]}, body)


async def _change_offer(shop: Shop) -> Call:
    show = await event(shop)
    path = {"event_id": show["id"], "ticket_type_id": show["ticket_types"][0]["id"]}
    return Call("ChangeOffer", path, {"name": "General", "price": {"amount": 2500, "currency": "EUR"}})


async def _withdraw_offer(shop: Shop) -> Call:
    show = await shop.done(offering({"name": "A", "price": EUR_20}, {"name": "B", "price": EUR_20}))
    path = {"event_id": show["id"], "ticket_type_id": show["ticket_types"][1]["id"]}
    return Call("WithdrawOffer", path)


async def _allot(shop: Shop) -> Call:
    areas = [{"area": "Gallery", "quantity": 5}]
    body = {"name": "House seats", "seats": ["Stalls/A/1", "Stalls/A/2"], "areas": areas}
    return Call("AllotSeats", {"event_id": (await event(shop))["id"]}, body)


async def _release(shop: Shop) -> Call:
    allotment = await shop.done(await _allot(shop))
    path = {"event_id": allotment["event_id"], "allotment_id": allotment["id"]}
    return Call("ReleaseAllotment", path)


async def _register(_shop: Shop) -> Call:
    return Call("RegisterUser", json=account(), by=None)


async def _login(shop: Shop) -> Call:
    return Call("Login", json=await registered(shop), by=None)


async def _refresh(shop: Shop) -> Call:
    token = (await signed_in(shop))["refresh_token"]
    return Call("Refresh", json={"refresh_token": token}, by=None)


async def _logout(shop: Shop) -> Call:
    pair = await signed_in(shop)
    by = shop.served.tokens.verify(pair["access_token"])
    return Call("Logout", json={"refresh_token": pair["refresh_token"]}, by=by)


async def _logout_everywhere(shop: Shop) -> Call:
    return Call("LogoutEverywhere", by=await caller(shop))


async def _list_sessions(_shop: Shop) -> Call:
    return Call("ListSessions")


async def _end_session(shop: Shop) -> Call:
    me = await caller(shop)
    [session] = (await shop.done(Call("ListSessions", by=me)))["items"]
    return Call("EndSession", {"session_id": session["id"]}, by=me)


async def _change_password(shop: Shop) -> Call:
    body = {"current_password": PASSWORD, "new_password": "another battery"}
    return Call("ChangePassword", json=body, by=await caller(shop))


async def _request_reset(_shop: Shop) -> Call:
    return Call("RequestPasswordReset", json={"email": "nobody@example.org"}, by=None)


async def _confirm_reset(shop: Shop) -> Call:
    user = await caller(shop)
    pool, now = shop.served.pool, shop.served.clock()
    body = {"token": await reset_tokens.make(pool, user.id, now), "new_password": "another battery"}
    return Call("ConfirmPasswordReset", json=body, by=None)


async def _make_key(shop: Shop) -> Call:
    admin = await caller(shop, Role.ADMIN)
    show = await event(shop)
    body = {
        "name": "Door",
        "role": "box_office",
        "events": [show["id"]],
        "expires_at": "2099-01-01T00:00:00Z",
    }
    return Call("MakeApiKey", json=body, by=admin)


async def _list_keys(_shop: Shop) -> Call:
    return Call("ListApiKeys")


async def _revoke_key(shop: Shop) -> Call:
    made = await shop.done(await _make_key(shop))
    return Call("RevokeApiKey", {"key_id": made["id"]})


async def _add_user(_shop: Shop) -> Call:
    body = {**account(), "role": "box_office"}
    del body["password"]
    return Call("AddUser", json=body)


async def _change_role(shop: Shop) -> Call:
    return Call("ChangeUserRole", {"user_id": (await caller(shop)).id}, {"role": "box_office"})


async def _disable(shop: Shop) -> Call:
    return Call("DisableUser", {"user_id": (await caller(shop)).id})


async def _enable(shop: Shop) -> Call:
    call = await _disable(shop)
    await shop.done(call)
    return call.but(operation="EnableUser")


async def _list_users(_shop: Shop) -> Call:
    return Call("ListUsers")


async def _get_user(shop: Shop) -> Call:
    return Call("GetUser", {"user_id": (await caller(shop)).id})


async def _find_customers(shop: Shop) -> Call:
    return Call("FindCustomers", query={"email": (await registered(shop))["email"].upper()})


async def _erase(shop: Shop) -> Call:
    made = await shop.done(Call("RegisterUser", json=account(), by=None))
    return Call("ErasePerson", {"customer_id": made["id"]})


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
    "ExtendHold": _extend,
    "ExchangeTickets": _exchange,
    "TransferBooking": _transfer,
    "ChangeBooking": _change_booking,
    "ChangeEvent": _change_event,
    "ReplaceEvent": _replace_event,
    "DeleteEvent": _delete_event,
    "RescheduleEvent": _reschedule,
    "ReopenSales": _reopen,
    "CancelEvent": _cancel_event,
    "OfferTicketType": _offer,
    "ChangeOffer": _change_offer,
    "WithdrawOffer": _withdraw_offer,
    "AllotSeats": _allot,
    "ReleaseAllotment": _release,
    "RegisterUser": _register,
    "Login": _login,
    "Refresh": _refresh,
    "Logout": _logout,
    "LogoutEverywhere": _logout_everywhere,
    "ListSessions": _list_sessions,
    "EndSession": _end_session,
    "ChangePassword": _change_password,
    "RequestPasswordReset": _request_reset,
    "ConfirmPasswordReset": _confirm_reset,
    "MakeApiKey": _make_key,
    "ListApiKeys": _list_keys,
    "RevokeApiKey": _revoke_key,
    "AddUser": _add_user,
    "ChangeUserRole": _change_role,
    "DisableUser": _disable,
    "EnableUser": _enable,
    "ListUsers": _list_users,
    "GetUser": _get_user,
    "FindCustomers": _find_customers,
    "ErasePerson": _erase,
}
READS = {"FindCustomers", "ListSessions", "ListApiKeys", "ListUsers", "GetUser"}
"""Operations that take no body."""
NO_COMMANDS = {
    *READS,
    "Login",
    "Refresh",
    "Logout",
    "LogoutEverywhere",
    "EndSession",
    "ChangePassword",
    "RequestPasswordReset",
    "ConfirmPasswordReset",
}
COMMANDS = tuple(name for name in REQUESTS if name not in NO_COMMANDS)
"""Those that are carried out under an idempotency key."""
OF_ACCOUNTS = {
    "RegisterUser",
    "AddUser",
    "ChangeUserRole",
    "DisableUser",
    "EnableUser",
    "MakeApiKey",
    "RevokeApiKey",
    "ErasePerson",
}
"""Those of them that go another way than through the writers."""
