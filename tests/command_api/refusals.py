"""How to provoke each refusal by the rules: what has to be there, and the call that is refused.

One entry for each (operation, code) that the document speaks of, beside those that every operation has.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, NamedTuple

from tests.command_api.requests import (
    EUR_20,
    PLAN,
    REQUESTS,
    about,
    account,
    book_call,
    booking,
    event,
    event_call,
    hold,
    offering,
    payment,
    registered,
    ticket_type_call,
)
from tests.command_api.shop import Call, Shop

NOBODY = "01900000-0000-7000-8000-000000000000"
AFTER_THE_HOLD = timedelta(seconds=601)


class Provocation(NamedTuple):
    """A call that is refused, `later` if time is what makes the difference, with these members in the answer."""

    call: Call
    extras: dict[str, Any]
    later: timedelta = timedelta()

    def when(self, shop: Shop) -> AbstractContextManager[None]:
        return shop.later(self.later) if self.later else nullcontext()


Provoke = Callable[[Shop], Awaitable[Provocation]]


def unknown(operation: str, parameter: str, named: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = (await REQUESTS[operation](shop)).but(path={parameter: NOBODY})
        return Provocation(call, {named: NOBODY})

    return provoke


def closed_venue(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        await shop.done(Call("CloseVenue", call.path))
        return Provocation(call, {"venue_id": call.path["venue_id"]})

    return provoke


def bad_plan(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        row = {"name": "A", "seats": 3}
        plan = {"sections": [{"name": "Stalls", "rows": [row, row]}], "areas": []}
        body = {name: value for name, value in call.json.items() if name not in {"capacity", *PLAN}}
        body = plan if operation == "ChangeVenueSeatingPlan" else {**body, "seating_plan": plan}
        return Provocation(call.but(json=body), {"detail": "Section Stalls has more than one row named A."})

    return provoke


async def withdrawn(shop: Shop) -> Provocation:
    call = await REQUESTS["ChangeTicketType"](shop)
    await shop.done(Call("WithdrawTicketType", call.path))
    return Provocation(call, {"ticket_type_id": call.path["ticket_type_id"]})


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def at_no_venue(shop: Shop) -> Provocation:
    call = await REQUESTS["CreateEvent"](shop)
    return Provocation(call.but(json={**call.json, "venue_id": NOBODY}), {"venue_id": NOBODY})


async def at_a_closed_venue(shop: Shop) -> Provocation:
    call = await REQUESTS["CreateEvent"](shop)
    await shop.done(Call("CloseVenue", {"venue_id": call.json["venue_id"]}))
    return Provocation(call, {"venue_id": call.json["venue_id"]})


async def of_no_ticket_type(_shop: Shop) -> Provocation:
    return Provocation(offering({"ticket_type_id": NOBODY}), {"ticket_type_id": NOBODY})


async def of_a_withdrawn_ticket_type(shop: Shop) -> Provocation:
    kind = await shop.done(ticket_type_call())
    await shop.done(Call("WithdrawTicketType", {"ticket_type_id": kind["id"]}))
    return Provocation(offering({"ticket_type_id": kind["id"]}), {"ticket_type_id": kind["id"]})


async def in_two_currencies(_shop: Shop) -> Provocation:
    call = offering({"name": "A", "price": EUR_20}, {"name": "B", "price": {"amount": 1, "currency": "CHF"}})
    return Provocation(call, {"detail": "All prices must be in one currency, not in CHF, EUR."})


async def with_a_bad_plan(_shop: Shop) -> Provocation:
    area = {"name": "Floor", "capacity": 5}
    return Provocation(
        event_call(seating_plan={"areas": [area, area]}),
        {"detail": "The plan has more than one section or area named Floor."},
    )


async def publish_after_closing(shop: Shop) -> Provocation:
    show = await event(shop)
    await shop.done(Call("CloseSales", {"event_id": show["id"]}))
    return Provocation(Call("PublishEvent", {"event_id": show["id"]}), {})


async def close_a_draft(shop: Shop) -> Provocation:
    draft = await event(shop, status="draft")
    return Provocation(Call("CloseSales", {"event_id": draft["id"]}), {"event_id": draft["id"]})


# ── booking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def no_event(_shop: Shop) -> Provocation:
    return Provocation(book_call({"id": NOBODY}), {"event_id": NOBODY})


async def no_such_offer(shop: Shop) -> Provocation:
    call = book_call(await event(shop), ticket_type_id=NOBODY, quantity=1)
    return Provocation(call, {"ticket_type_id": NOBODY})


async def no_such_seat(shop: Shop) -> Provocation:
    call = book_call(await event(shop), seats=["Stalls/A/1", "Stalls/A/11", "Stalls/A/01"])
    return Provocation(call, {"seats": ["Stalls/A/11", "Stalls/A/01"]})


async def a_draft(shop: Shop) -> Provocation:
    draft = await event(shop, status="draft")
    return Provocation(book_call(draft), {"event_id": draft["id"]})


async def closed(shop: Shop) -> Provocation:
    show = await event(shop)
    await shop.done(Call("CloseSales", {"event_id": show["id"]}))
    return Provocation(book_call(show), {})


async def too_early(shop: Shop) -> Provocation:
    show = await shop.done(
        offering({"name": "Standard", "price": EUR_20, "sales_from": "2098-01-01T00:00:00Z"})
    )
    return Provocation(
        book_call(show),
        {"ticket_type_id": show["ticket_types"][0]["id"], "opens_at": "2098-01-01T00:00:00Z"},
    )


async def over(shop: Shop) -> Provocation:
    show = await shop.done(event_call(starts_at="2020-01-01T20:00:00+01:00"))
    return Provocation(book_call(show), {"ended_at": "2020-01-01T19:00:00Z"})


async def sold_out(shop: Shop) -> Provocation:
    show = await event(shop)
    await booking(shop, show, quantity=30)
    [kind] = show["ticket_types"]
    return Provocation(
        book_call(show, quantity=4), {"ticket_type_id": kind["id"], "requested": 4, "available": 3}
    )


async def seats_taken(shop: Shop) -> Provocation:
    show = await event(shop)
    await booking(shop, show, seats=["Stalls/A/3", "Stalls/A/4"])
    return Provocation(book_call(show, seats=["Stalls/A/4", "Stalls/A/5"]), {"seats": ["Stalls/A/4"]})


async def seats_of_another_type(shop: Shop) -> Provocation:
    show = await shop.done(offering({"name": "Standing", "price": EUR_20, "sections": ["Gallery"]}))
    [kind] = show["ticket_types"]
    return Provocation(
        book_call(show, seats=["Stalls/A/4"]), {"ticket_type_id": kind["id"], "seats": ["Stalls/A/4"]}
    )


async def too_many(shop: Shop) -> Provocation:
    show = await shop.done(offering({"name": "Standard", "price": EUR_20, "max_per_booking": 4}))
    return Provocation(book_call(show, quantity=5), {"requested": 5, "maximum": 4})


async def too_few(shop: Shop) -> Provocation:
    show = await shop.done(offering({"name": "Family", "price": EUR_20, "min_per_booking": 3}))
    return Provocation(book_call(show, quantity=2), {"requested": 2, "minimum": 3})


async def which_type(shop: Shop) -> Provocation:
    show = await shop.done(offering({"name": "A", "price": EUR_20}, {"name": "B", "price": EUR_20}))
    return Provocation(
        book_call(show, quantity=1), {"ticket_type_ids": [kind["id"] for kind in show["ticket_types"]]}
    )


async def seat_named_twice(shop: Shop) -> Provocation:
    show = await event(shop)
    return Provocation(book_call(show, seats=["Stalls/A/4", "Stalls/A/4"]), {"seats": ["Stalls/A/4"]})


# ── bookings that were made ─────────────────────────────────────────────────────────────────────────────────────────


def call_about(operation: str, made: dict[str, Any]) -> Call:
    """The call of this operation about this booking."""
    match operation:
        case "ConfirmBooking":
            return about(operation, made, payment(made))
        case "SetBookingStatus":
            return about(operation, made, {"status": "confirmed", **payment(made)})
        case _:
            return about(operation, made)


def cancelled_before(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        await shop.done(about("DeleteBooking", made))
        return Provocation(call_about(operation, made), {"booking_id": made["id"]})

    return provoke


def expired_before(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        return Provocation(call_about(operation, made), {"booking_id": made["id"]}, AFTER_THE_HOLD)

    return provoke


def expired_with_nothing_to_pay(operation: str) -> Provoke:
    """A hold of which only free tickets are left has run out, and somebody else has the place."""

    async def provoke(shop: Shop) -> Provocation:
        free = {"name": "Child", "price": {"amount": 0, "currency": "EUR"}}
        show = await shop.done(offering({"name": "Adult", "price": EUR_20}, free, payment_window_seconds=600))
        adult, child = (kind["id"] for kind in show["ticket_types"])
        seats = [
            {"ticket_type_id": adult, "seats": ["Stalls/A/1"]},
            {"ticket_type_id": child, "seats": ["Stalls/A/2"]},
        ]
        made = await booking(shop, show, items=seats)
        paying = [ticket["id"] for ticket in made["tickets"] if ticket["ticket_type_id"] == adult]
        await shop.done(about("CancelBooking", made, {"tickets": paying}))
        with shop.later(AFTER_THE_HOLD):
            await booking(shop, show, items=[{"ticket_type_id": child, "seats": ["Stalls/A/2"]}])
        body = {"status": "confirmed"} if operation == "SetBookingStatus" else None
        return Provocation(about(operation, made, body), {"booking_id": made["id"]}, AFTER_THE_HOLD)

    return provoke


def without_payment(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        body = {"status": "confirmed"} if operation == "SetBookingStatus" else None
        return Provocation(about(operation, await hold(shop), body), {"due": EUR_20})

    return provoke


def with_too_little(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        paid = {"reference": "pi", "amount": 1999, "currency": "EUR"}
        body = {"payment": paid, **({"status": "confirmed"} if operation == "SetBookingStatus" else {})}
        extras = {"due": EUR_20, "paid": {"amount": 1999, "currency": "EUR"}}
        return Provocation(about(operation, await hold(shop), body), extras)

    return provoke


def after_the_place_was_sold_again(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        show = await event(shop, payment_window_seconds=600)
        made = await booking(shop, show, seats=["Stalls/A/1"])
        with shop.later(AFTER_THE_HOLD):
            await booking(shop, show, seats=["Stalls/A/1"])
        return Provocation(call_about(operation, made), {"booking_id": made["id"]}, AFTER_THE_HOLD)

    return provoke


async def another_bookings_ticket(shop: Shop) -> Provocation:
    made, other = await booking(shop), await booking(shop)
    tickets = [other["tickets"][0]["id"]]
    return Provocation(about("CancelBooking", made, {"tickets": tickets}), {"tickets": tickets})


async def a_ticket_given_back_before(shop: Shop) -> Provocation:
    made = await booking(shop, quantity=2)
    call = about("CancelBooking", made, {"tickets": [made["tickets"][0]["id"]]})
    await shop.done(call)
    return Provocation(call, call.json)


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def a_taken_address(shop: Shop) -> Provocation:
    known = await registered(shop)
    call = Call("RegisterUser", json={**account(), "email": f" {known['email'].upper()} "}, by=None)
    return Provocation(call, {})


async def a_wrong_password(shop: Shop) -> Provocation:
    known = await registered(shop)
    return Provocation(Call("Login", json={**known, "password": "another one"}, by=None), {})


async def a_token_of_nobodys(_shop: Shop) -> Provocation:
    return Provocation(Call("Refresh", json={"refresh_token": "made up"}, by=None), {})


CHANGES_OF_VENUES = ("ReplaceVenue", "ChangeVenue", "ChangeVenueSeatingPlan")
CONFIRMATIONS = ("ConfirmBooking", "SetBookingStatus")
CANCELLATIONS = ("CancelBooking", "DeleteBooking")

PROVOCATIONS: dict[tuple[str, str], Provoke] = {
    ("CreateVenue", "bad-seating-plan"): bad_plan("CreateVenue"),
    **{(name, "bad-seating-plan"): bad_plan(name) for name in CHANGES_OF_VENUES},
    **{(name, "venue-closed"): closed_venue(name) for name in CHANGES_OF_VENUES},
    **{
        (name, "venue-not-found"): unknown(name, "venue_id", "venue_id")
        for name in (*CHANGES_OF_VENUES, "CloseVenue")
    },
    **{
        (name, "ticket-type-not-found"): unknown(name, "ticket_type_id", "ticket_type_id")
        for name in ("ChangeTicketType", "WithdrawTicketType")
    },
    ("ChangeTicketType", "ticket-type-withdrawn"): withdrawn,
    ("CreateEvent", "venue-not-found"): at_no_venue,
    ("CreateEvent", "venue-closed"): at_a_closed_venue,
    ("CreateEvent", "ticket-type-not-found"): of_no_ticket_type,
    ("CreateEvent", "ticket-type-withdrawn"): of_a_withdrawn_ticket_type,
    ("CreateEvent", "bad-offer"): in_two_currencies,
    ("CreateEvent", "bad-seating-plan"): with_a_bad_plan,
    ("PublishEvent", "event-not-found"): unknown("PublishEvent", "event_id", "event_id"),
    ("PublishEvent", "sales-closed"): publish_after_closing,
    ("CloseSales", "event-not-found"): unknown("CloseSales", "event_id", "event_id"),
    ("CloseSales", "not-on-sale"): close_a_draft,
    ("BookSeats", "event-not-found"): no_event,
    ("BookSeats", "ticket-type-not-found"): no_such_offer,
    ("BookSeats", "seat-not-found"): no_such_seat,
    ("BookSeats", "not-on-sale"): a_draft,
    ("BookSeats", "sales-closed"): closed,
    ("BookSeats", "sales-not-open"): too_early,
    ("BookSeats", "event-over"): over,
    ("BookSeats", "sold-out"): sold_out,
    ("BookSeats", "seats-not-available"): seats_taken,
    ("BookSeats", "seats-not-in-ticket-type"): seats_of_another_type,
    ("BookSeats", "above-maximum"): too_many,
    ("BookSeats", "below-minimum"): too_few,
    ("BookSeats", "ticket-type-required"): which_type,
    ("BookSeats", "seats-named-twice"): seat_named_twice,
    **{
        (name, "booking-not-found"): unknown(name, "booking_id", "booking_id")
        for name in (*CONFIRMATIONS, *CANCELLATIONS)
    },
    **{
        (name, "booking-already-cancelled"): cancelled_before(name)
        for name in (*CONFIRMATIONS, *CANCELLATIONS)
    },
    **{(name, "booking-expired"): expired_before(name) for name in CANCELLATIONS},
    **{(name, "booking-expired"): expired_with_nothing_to_pay(name) for name in CONFIRMATIONS},
    **{(name, "payment-required"): without_payment(name) for name in CONFIRMATIONS},
    **{(name, "payment-amount-wrong"): with_too_little(name) for name in CONFIRMATIONS},
    **{(name, "payment-too-late"): after_the_place_was_sold_again(name) for name in CONFIRMATIONS},
    ("CancelBooking", "ticket-not-found"): another_bookings_ticket,
    ("CancelBooking", "tickets-already-cancelled"): a_ticket_given_back_before,
    ("RegisterUser", "email-taken"): a_taken_address,
    ("Login", "wrong-credentials"): a_wrong_password,
    ("Refresh", "refresh-token-invalid"): a_token_of_nobodys,
}
