"""How to provoke each refusal by the rules: what has to be there, and the call that is refused.

One entry for each (operation, code) that the document speaks of, beside those that every operation has.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from typing_extensions import override

from domain.user.api_keys import KEYS_MAX
from runtime.identity import Role
from runtime.ids import utc_now
from tests.command_api.people import ADMIN, CLERK
from tests.command_api.requests import (
    EUR_20,
    PLAN,
    REQUESTS,
    about,
    account,
    book_call,
    booking,
    caller,
    event,
    event_call,
    hold,
    offering,
    payment,
    registered,
    ticket_type_call,
)
from tests.command_api.shop import Call, Shop

NOBODY = "01900000-0000-7000-8000-ffffffffffff"
"""Nor has any other test a caller with this id: they share one database."""
AFTER_THE_HOLD = timedelta(seconds=601)


class Provocation(NamedTuple):
    """A call that is refused, `later` if time is what makes the difference, with these members in the answer.

    `first` is done right before, and no policy gets to act on it.
    """

    call: Call
    extras: dict[str, Any]
    later: timedelta = timedelta()
    first: Call | None = None

    @asynccontextmanager
    async def when(self, shop: Shop) -> AsyncIterator[None]:
        with shop.later(self.later):
            if self.first is None:
                yield
                return
            async with shop.without_policies():
                await shop.done(self.first)
                yield


Provoke = Callable[[Shop], Awaitable[Provocation]]


def unknown(operation: str, parameter: str, named: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        return Provocation(call.but(path={**call.path, parameter: NOBODY}), {named: NOBODY})

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
        """Without money: what came for it would be recorded, and answered as too late."""
        made = await hold(shop)
        await shop.done(about("DeleteBooking", made))
        body = {"status": "confirmed"} if operation == "SetBookingStatus" else None
        return Provocation(about(operation, made, body), {"booking_id": made["id"]})

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


NEW_HOLDER = {"to": {"name": "Ben Ode", "email": "ben@example.org"}}
CHANGED: dict[str, Any] = {
    "ExtendHold": {"seconds": 60},
    "ExchangeTickets": {"for": {"quantity": 1}},
    "TransferBooking": NEW_HOLDER,
    "ChangeBooking": {"quantity": 2},
}
"""What each change of a booking of one ticket asks for."""


def gone_before(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await booking(shop)
        await shop.done(about("DeleteBooking", made))
        return Provocation(about(operation, made, CHANGED[operation]), {"booking_id": made["id"]})

    return provoke


def too_late_for(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        return Provocation(
            about(operation, made, CHANGED[operation]), {"booking_id": made["id"]}, AFTER_THE_HOLD
        )

    return provoke


def after_the_show(operation: str, body: Any = None) -> Provoke:
    """The show has begun since; what was held before may be held still."""

    async def provoke(shop: Shop) -> Provocation:
        soon = (utc_now() + timedelta(seconds=60)).isoformat()
        show = await event(shop, starts_at=soon, payment_window_seconds=600)
        made = await booking(shop, show)
        changed = body or CHANGED.get(operation)
        return Provocation(about(operation, made, changed), {}, later=timedelta(seconds=61))

    return provoke


def of_a_cancelled_event(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        if operation != "ExtendHold":
            made = await shop.done(about("ConfirmBooking", made, payment(made)))
        cancel = Call("CancelEvent", {"event_id": made["event_id"]})
        call = about(operation, made, CHANGED[operation])
        return Provocation(call, {"event_id": made["event_id"]}, first=cancel)

    return provoke


async def extend_what_is_paid(shop: Shop) -> Provocation:
    made = await booking(shop)
    return Provocation(about("ExtendHold", made, {"seconds": 60}), {"booking_id": made["id"]})


async def extend_for_too_long(shop: Shop) -> Provocation:
    show = await event(shop, payment_window_seconds=600, hold_seconds_max=900)
    return Provocation(about("ExtendHold", await booking(shop, show), {"seconds": 301}), {})


async def transfer_what_is_not_paid(shop: Shop) -> Provocation:
    made = await hold(shop)
    return Provocation(about("TransferBooking", made, NEW_HOLDER), {"booking_id": made["id"]})


async def transfer_over_the_limit(shop: Shop) -> Provocation:
    show = await event(shop, max_per_customer=2)
    await shop.done(book_call(show, quantity=1, customer=NEW_HOLDER["to"]).but(by=CLERK))
    made = await booking(shop, show, quantity=2)
    return Provocation(
        about("TransferBooking", made, NEW_HOLDER), {"requested": 2, "already": 1, "maximum": 2}
    )


async def refund_more_than_was_paid(shop: Shop) -> Provocation:
    made = await booking(shop)
    more = {"amount": 2001, "currency": "EUR"}
    call = about("CancelBooking", made, {"refund": more, "reason": "sorry"}).but(by=CLERK)
    return Provocation(call, {"requested": more, "maximum": EUR_20})


def of_another_reference(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        await shop.done(about("ConfirmBooking", made, payment(made)))
        status = {"status": "confirmed"} if operation == "SetBookingStatus" else {}
        again = about(operation, made, {**payment(made, "pi_other"), **status})
        return Provocation(again, {"booking_id": made["id"]})

    return provoke


def more(operation: str, quantity: int, **one: Any) -> Any:
    """The body that asks for so many tickets instead of one."""
    if operation == "ChangeBooking":
        return {"quantity": quantity, **one}
    return {"for": {"quantity": quantity, **one}}


def of_the_offer(operation: str, quantity: int, extras: dict[str, Any], **offer: Any) -> Provoke:
    """Ana has one ticket where `offer` is on sale, and asks for so many."""

    async def provoke(shop: Shop) -> Provocation:
        show = await shop.done(offering({"name": "Standard", "price": EUR_20, **offer}))
        made = await booking(shop, show, quantity=offer.get("min_per_booking", 1))
        return Provocation(about(operation, made, more(operation, quantity)), extras)

    return provoke


def of_the_event(operation: str, quantity: int, extras: dict[str, Any], **rules: Any) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await booking(shop, await event(shop, **rules))
        return Provocation(about(operation, made, more(operation, quantity)), extras)

    return provoke


def no_offer_at(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        body = more(operation, 2, ticket_type_id=NOBODY)
        return Provocation(about(operation, await booking(shop), body), {"ticket_type_id": NOBODY})

    return provoke


def which_type_of(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        show = await shop.done(offering({"name": "A", "price": EUR_20}, {"name": "B", "price": EUR_20}))
        ids = [kind["id"] for kind in show["ticket_types"]]
        items = [{"ticket_type_id": type_id, "quantity": 1} for type_id in ids]
        made = await booking(shop, show, items=items)
        return Provocation(about(operation, made, more(operation, 3)), {"ticket_type_ids": ids})

    return provoke


def after_closing(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        made = await booking(shop)
        await shop.done(Call("CloseSales", {"event_id": made["event_id"]}))
        return Provocation(about(operation, made, CHANGED[operation]), {})

    return provoke


def before_it_opens(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        late = {"name": "Late", "price": EUR_20, "sales_from": "2098-01-01T00:00:00Z"}
        show = await shop.done(offering({"name": "A", "price": EUR_20}, late))
        first, second = (kind["id"] for kind in show["ticket_types"])
        made = await booking(shop, show, ticket_type_id=first, quantity=1)
        body = more(operation, 1, ticket_type_id=second)
        return Provocation(about(operation, made, body), {"ticket_type_id": second})

    return provoke


def dearer(operation: str, paid: dict[str, Any] | None, extras: dict[str, Any]) -> Provoke:
    """Confirmed, and then one more for 20 euros."""

    async def provoke(shop: Shop) -> Provocation:
        made = await hold(shop)
        await shop.done(about("ConfirmBooking", made, payment(made)))
        body = more(operation, 2)
        if paid is not None:
            body = {**body, "payment": {"reference": "pi_more", **paid}}
        return Provocation(about(operation, made, body), extras)

    return provoke


def of_other_tickets(operation: str, *, given_back: bool) -> Provoke:
    """Tickets that are another booking's, or were given back before."""

    async def provoke(shop: Shop) -> Provocation:
        made, other = await booking(shop, quantity=2), await booking(shop)
        ticket = (made if given_back else other)["tickets"][0]["id"]
        if given_back:
            await shop.done(about("CancelBooking", made, {"tickets": [ticket]}))
        body: Any = {"tickets": [ticket], "for": {"quantity": 1}}
        if operation == "ChangeBooking":
            body = {"tickets": [{"id": ticket, "holder": "Zoë"}]}
        return Provocation(about(operation, made, body), {"tickets": [ticket]})

    return provoke


ACCESSIBLE_PLAN = {
    "sections": [
        {
            "name": "Stalls",
            "rows": [{"name": "A", "seats": 8, "accessible": ["1", "8"], "companions": ["2", "7"]}],
        }
    ]
}


def seats_instead(seats: list[str], extras: dict[str, Any], **changes: Any) -> Provoke:
    """Ana, who has Stalls/A/6 with Stalls/A/5 somebody else's, asks for these seats instead."""

    async def provoke(shop: Shop) -> Provocation:
        show = await event(shop, **changes)
        await booking(shop, show, seats=["Stalls/A/5"])
        made = await booking(shop, show, seats=["Stalls/A/6"])
        return Provocation(about("ExchangeTickets", made, {"for": {"seats": seats}}), extras)

    return provoke


async def exchange_for_seats_of_another_type(shop: Shop) -> Provocation:
    show = await shop.done(offering({"name": "Standing", "price": EUR_20, "sections": ["Gallery"]}))
    made = await booking(shop, show)
    call = about("ExchangeTickets", made, {"for": {"seats": ["Stalls/A/4"]}})
    return Provocation(call, {"seats": ["Stalls/A/4"]})


async def exchange_for_more_wheelchair_places_than_there_are(shop: Shop) -> Provocation:
    made = await booking(shop, await event(shop, seating_plan=ACCESSIBLE_PLAN))
    items = {"items": [{"quantity": 3, "accessible": 3}]}
    return Provocation(about("ExchangeTickets", made, {"for": items}), {"requested": 3, "available": 2})


async def too_many_wheelchairs(shop: Shop) -> Provocation:
    call = book_call(await event(shop, seating_plan=ACCESSIBLE_PLAN), quantity=3, accessible=3)
    return Provocation(call, {"requested": 3, "available": 2})


async def company_alone(shop: Shop) -> Provocation:
    call = book_call(await event(shop, seating_plan=ACCESSIBLE_PLAN), seats=["Stalls/A/2"])
    return Provocation(call, {"seats": ["Stalls/A/2"]})


async def a_single_seat_left(shop: Shop) -> Provocation:
    call = book_call(await event(shop, no_single_seats=True), seats=["Stalls/A/2", "Stalls/A/3"])
    return Provocation(call, {"seats": ["Stalls/A/1"]})


async def over_the_limit(shop: Shop) -> Provocation:
    show = await event(shop, max_per_customer=2)
    await booking(shop, show, quantity=2)
    return Provocation(book_call(show), {"requested": 1, "already": 2, "maximum": 2})


async def one_hold_too_many(shop: Shop) -> Provocation:
    show = await event(shop, payment_window_seconds=600, max_holds_per_customer=1)
    await booking(shop, show)
    return Provocation(book_call(show), {"already": 1, "maximum": 1})


async def paid_at_the_desk_with_too_little(shop: Shop) -> Provocation:
    paid = {"amount": 1, "currency": "EUR"}
    call = book_call(await event(shop), quantity=1, payment={"reference": "till 1", **paid}).but(by=CLERK)
    return Provocation(call, {"due": EUR_20, "paid": paid})


async def from_no_allotment(shop: Shop) -> Provocation:
    call = book_call(await event(shop), quantity=1, allotment_id=NOBODY).but(by=CLERK)
    return Provocation(call, {"allotment_id": NOBODY})


async def a_cancelled_event(shop: Shop) -> Provocation:
    show = await event(shop)
    await shop.done(Call("CancelEvent", {"event_id": show["id"]}))
    return Provocation(book_call(show), {"event_id": show["id"]})


# ── changes of events ───────────────────────────────────────────────────────────────────────────────────────────────


def event_cancelled_before(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        await shop.done(Call("CancelEvent", {"event_id": call.path["event_id"]}))
        return Provocation(call, {"event_id": call.path["event_id"]})

    return provoke


def event_over(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        return Provocation(await REQUESTS[operation](shop), {}, later=timedelta(days=365 * 80))

    return provoke


def changed_into(operation: str, extras: dict[str, Any], **body: Any) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        show = await event(shop)
        await booking(shop, show, seats=["Stalls/A/10"])
        call = await REQUESTS[operation](shop)
        changed = call.but(path={"event_id": show["id"]}, json={**call.json, **body})
        return Provocation(changed, extras)

    return provoke


def ends_before_it_starts(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        times = {"starts_at": "2099-03-16T20:00:00Z", "ends_at": "2099-03-16T19:00:00Z"}
        return Provocation(call.but(json={**call.json, **times}), {"detail": "It must end after it starts."})

    return provoke


async def delete_what_was_booked(shop: Shop) -> Provocation:
    made = await booking(shop)
    await shop.done(about("DeleteBooking", made))
    return Provocation(Call("DeleteEvent", {"event_id": made["event_id"]}), {"event_id": made["event_id"]})


async def reopen_a_draft(shop: Shop) -> Provocation:
    draft = await event(shop, status="draft")
    return Provocation(Call("ReopenSales", {"event_id": draft["id"]}), {"event_id": draft["id"]})


def offered(operation: str, extras: dict[str, Any], **body: Any) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        return Provocation(call.but(json={**call.json, **body}), extras)

    return provoke


def offered_of_a_withdrawn_type(operation: str) -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        kind = await shop.done(ticket_type_call())
        show = await shop.done(offering({"ticket_type_id": kind["id"]}))
        await shop.done(Call("WithdrawTicketType", {"ticket_type_id": kind["id"]}))
        path = {"event_id": show["id"]}
        if operation == "ChangeOffer":
            path["ticket_type_id"] = kind["id"]
        call = Call(operation, path, {"ticket_type_id": kind["id"]})
        return Provocation(call, {"ticket_type_id": kind["id"]})

    return provoke


async def change_what_is_not_offered(shop: Shop) -> Provocation:
    call = await REQUESTS["ChangeOffer"](shop)
    return Provocation(call.but(path={**call.path, "ticket_type_id": NOBODY}), {"ticket_type_id": NOBODY})


async def withdraw_what_is_not_offered(shop: Shop) -> Provocation:
    call = await REQUESTS["WithdrawOffer"](shop)
    return Provocation(call.but(path={**call.path, "ticket_type_id": NOBODY}), {"ticket_type_id": NOBODY})


async def withdraw_what_is_sold(shop: Shop) -> Provocation:
    call = await REQUESTS["WithdrawOffer"](shop)
    kind = call.path["ticket_type_id"]
    await shop.done(book_call({"id": call.path["event_id"]}, ticket_type_id=kind, quantity=1))
    return Provocation(call, {"ticket_type_id": kind})


async def withdraw_the_last(shop: Shop) -> Provocation:
    show = await event(shop)
    path = {"event_id": show["id"], "ticket_type_id": show["ticket_types"][0]["id"]}
    return Provocation(Call("WithdrawOffer", path), {"detail": "At least one ticket type must be on offer."})


def allotted(extras: dict[str, Any], **body: Any) -> Provoke:
    """What is kept back is this, where Stalls/A/10 is sold already."""

    async def provoke(shop: Shop) -> Provocation:
        show = await event(shop)
        await booking(shop, show, seats=["Stalls/A/10"])
        return Provocation(Call("AllotSeats", {"event_id": show["id"]}, {"name": "House", **body}), extras)

    return provoke


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def a_taken_address(shop: Shop) -> Provocation:
    known = await registered(shop)
    call = Call("RegisterUser", json={**account(), "email": f" {known['email'].upper()} "}, by=None)
    return Provocation(call, {})


async def a_wrong_password(shop: Shop) -> Provocation:
    known = await registered(shop)
    return Provocation(Call("Login", json={**known, "password": "another one"}, by=None), {})


async def a_name_for_whoever_was_erased(shop: Shop) -> Provocation:
    guest = {"name": "Gina Guest", "email": account()["email"]}
    made = await shop.done(book_call(await event(shop), quantity=1, customer=guest).but(by=CLERK))
    await shop.done(Call("ErasePerson", {"customer_id": made["customer"]["person_id"]}))
    names = [{"id": made["tickets"][0]["id"], "holder": "Gina's mother"}]
    call = about("ChangeBooking", made, {"tickets": names}).but(by=CLERK)
    return Provocation(call, {"booking_id": made["id"]})


async def a_customer_of_nobodys(_shop: Shop) -> Provocation:
    return Provocation(Call("ErasePerson", {"customer_id": NOBODY}), {})


async def a_token_of_nobodys(_shop: Shop) -> Provocation:
    return Provocation(Call("Refresh", json={"refresh_token": "made up"}, by=None), {})


CHANGES_OF_VENUES = ("ReplaceVenue", "ChangeVenue", "ChangeVenueSeatingPlan")
CONFIRMATIONS = ("ConfirmBooking", "SetBookingStatus")
CANCELLATIONS = ("CancelBooking", "DeleteBooking")
MORE = ("ExchangeTickets", "ChangeBooking")
STANDING = (*MORE, "TransferBooking")
CHANGES_OF_EVENTS = (
    "ChangeEvent", "ReplaceEvent", "RescheduleEvent", "ReopenSales", "OfferTicketType", "ChangeOffer", "WithdrawOffer",
    "AllotSeats",
)  # fmt: skip
SMALLER_PLAN = {"sections": [{"name": "Stalls", "rows": [{"name": "A", "seats": 9}]}], "areas": []}
TWO_ROWS_A = {"sections": [{"name": "Stalls", "rows": [{"name": "A", "seats": 10}] * 2}], "areas": []}


def changed(operation: str, extras: dict[str, Any], **body: Any) -> Provoke:
    """With another body."""

    async def provoke(shop: Shop) -> Provocation:
        call = await REQUESTS[operation](shop)
        return Provocation(call.but(json={**call.json, **body}), extras)

    return provoke


def a_weak_password(operation: str, field: str) -> Provoke:
    return changed(operation, {}, **{field: "aaaaaaaa"})


async def a_session_of_nobodys(shop: Shop) -> Provocation:
    call = await REQUESTS["EndSession"](shop)
    return Provocation(call.but(path={"session_id": NOBODY}), {})


async def a_key_of_nobodys(shop: Shop) -> Provocation:
    call = await REQUESTS["MakeApiKey"](shop)
    return Provocation(call.but(by=ADMIN), {"user_id": ADMIN.id})


async def an_organizers_key_for_all(shop: Shop) -> Provocation:
    call = await REQUESTS["MakeApiKey"](shop)
    return Provocation(
        call.but(json={**call.json, "events": None}, by=await caller(shop, Role.ORGANIZER)), {}
    )


async def too_many_keys(shop: Shop) -> Provocation:
    call = await REQUESTS["MakeApiKey"](shop)
    for _ in range(KEYS_MAX):
        await shop.done(call)
    return Provocation(call, {"maximum": KEYS_MAX})


async def an_account_for_a_taken_address(shop: Shop) -> Provocation:
    call = await REQUESTS["AddUser"](shop)
    await shop.done(call)
    return Provocation(call, {})


class OfTheLastAdministrator(Provocation):
    """Meanwhile there is no other."""

    @asynccontextmanager
    @override
    async def when(self, shop: Shop) -> AsyncIterator[None]:
        async with shop.served.pool.acquire() as connection:
            others = (
                "UPDATE command_api.credentials SET disabled_at = {} WHERE role = 'admin' AND user_id <> $1"
            )
            [admin] = self.call.path.values()
            await connection.execute(others.format("created_at"), admin)
            yield
            await connection.execute(others.format("NULL"), admin)


def the_last(operation: str, parameter: str = "user_id") -> Provoke:
    async def provoke(shop: Shop) -> Provocation:
        admin = await caller(shop, Role.ADMIN)
        call = await REQUESTS[operation](shop)
        return OfTheLastAdministrator(call.but(path={parameter: admin.id}), {})

    return provoke


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
    ("CancelBooking", "refund-too-high"): refund_more_than_was_paid,
    **{(name, "event-over"): after_the_show(name) for name in (*CANCELLATIONS, *STANDING, "ExtendHold")},
    ("SetBookingStatus", "event-over"): after_the_show("SetBookingStatus", {"status": "cancelled"}),
    **{(name, "booking-already-paid"): of_another_reference(name) for name in CONFIRMATIONS},
    ("BookSeats", "event-cancelled"): a_cancelled_event,
    ("BookSeats", "allotment-not-found"): from_no_allotment,
    ("BookSeats", "payment-amount-wrong"): paid_at_the_desk_with_too_little,
    ("BookSeats", "customer-limit-reached"): over_the_limit,
    ("BookSeats", "hold-limit-reached"): one_hold_too_many,
    ("BookSeats", "single-seat-left"): a_single_seat_left,
    ("BookSeats", "companion-seats"): company_alone,
    ("BookSeats", "no-accessible-places"): too_many_wheelchairs,
    **{(name, "booking-not-found"): unknown(name, "booking_id", "booking_id") for name in CHANGED},
    **{(name, "booking-already-cancelled"): gone_before(name) for name in STANDING},
    **{(name, "booking-expired"): too_late_for(name) for name in CHANGED},
    **{(name, "event-cancelled"): of_a_cancelled_event(name) for name in CHANGED},
    ("ExtendHold", "booking-not-pending"): extend_what_is_paid,
    ("ExtendHold", "hold-too-long"): extend_for_too_long,
    ("TransferBooking", "booking-not-confirmed"): transfer_what_is_not_paid,
    ("TransferBooking", "customer-limit-reached"): transfer_over_the_limit,
    **{(name, "ticket-not-found"): of_other_tickets(name, given_back=False) for name in MORE},
    **{(name, "tickets-already-cancelled"): of_other_tickets(name, given_back=True) for name in MORE},
    **{(name, "ticket-type-not-found"): no_offer_at(name) for name in MORE},
    **{(name, "ticket-type-required"): which_type_of(name) for name in MORE},
    **{(name, "sales-closed"): after_closing(name) for name in MORE},
    **{(name, "sales-not-open"): before_it_opens(name) for name in MORE},
    **{(name, "sold-out"): of_the_event(name, 40, {}) for name in MORE},
    **{
        (name, "customer-limit-reached"): of_the_event(name, 4, {"maximum": 3}, max_per_customer=3)
        for name in MORE
    },
    **{
        (name, "above-maximum"): of_the_offer(name, 5, {"requested": 5, "maximum": 4}, max_per_booking=4)
        for name in MORE
    },
    **{
        (name, "below-minimum"): of_the_offer(name, 2, {"requested": 2, "minimum": 3}, min_per_booking=3)
        for name in MORE
    },
    **{(name, "payment-required"): dearer(name, None, {"due": EUR_20}) for name in MORE},
    **{
        (name, "payment-amount-wrong"): dearer(name, {"amount": 1, "currency": "EUR"}, {"due": EUR_20})
        for name in MORE
    },
    ("ExchangeTickets", "seat-not-found"): seats_instead(["Stalls/Z/1"], {"seats": ["Stalls/Z/1"]}),
    ("ExchangeTickets", "seats-not-available"): seats_instead(["Stalls/A/5"], {"seats": ["Stalls/A/5"]}),
    ("ExchangeTickets", "seats-not-in-ticket-type"): exchange_for_seats_of_another_type,
    ("ExchangeTickets", "seats-named-twice"): seats_instead(["Stalls/A/7"] * 2, {"seats": ["Stalls/A/7"]}),
    ("ExchangeTickets", "single-seat-left"): seats_instead(
        ["Stalls/A/9"], {"seats": ["Stalls/A/10"]}, no_single_seats=True
    ),
    ("ExchangeTickets", "companion-seats"): seats_instead(
        ["Stalls/A/2"], {"seats": ["Stalls/A/2"]}, seating_plan=ACCESSIBLE_PLAN
    ),
    ("ExchangeTickets", "no-accessible-places"): exchange_for_more_wheelchair_places_than_there_are,
    **{
        (name, "event-not-found"): unknown(name, "event_id", "event_id")
        for name in (*CHANGES_OF_EVENTS, "DeleteEvent", "CancelEvent")
    },
    ("ReleaseAllotment", "event-not-found"): unknown("ReleaseAllotment", "event_id", "event_id"),
    ("ReleaseAllotment", "allotment-not-found"): unknown("ReleaseAllotment", "allotment_id", "allotment_id"),
    **{
        (name, "event-cancelled"): event_cancelled_before(name)
        for name in (*CHANGES_OF_EVENTS, "PublishEvent", "CloseSales")
    },
    **{
        (name, "event-over"): event_over(name)
        for name in (*CHANGES_OF_EVENTS, "PublishEvent", "CloseSales", "CancelEvent")
    },
    **{
        (name, "places-in-use"): changed_into(name, {"seats": ["Stalls/A/10"]}, seating_plan=SMALLER_PLAN)
        for name in ("ChangeEvent", "ReplaceEvent")
    },
    **{
        (name, "bad-seating-plan"): changed_into(name, {}, seating_plan=TWO_ROWS_A)
        for name in ("ChangeEvent", "ReplaceEvent")
    },
    **{
        (name, "bad-offer"): ends_before_it_starts(name)
        for name in ("ChangeEvent", "ReplaceEvent", "RescheduleEvent")
    },
    ("DeleteEvent", "event-has-bookings"): delete_what_was_booked,
    ("ReopenSales", "not-on-sale"): reopen_a_draft,
    **{
        (name, "ticket-type-withdrawn"): offered_of_a_withdrawn_type(name)
        for name in ("OfferTicketType", "ChangeOffer")
    },
    **{
        (name, "bad-offer"): offered(
            name,
            {"detail": "General names sections that the plan does not have: Attic."},
            name="General",
            sections=["Attic"],
        )
        for name in ("OfferTicketType", "ChangeOffer")
    },
    ("OfferTicketType", "ticket-type-not-found"): offered(
        "OfferTicketType", {"ticket_type_id": NOBODY}, ticket_type_id=NOBODY
    ),
    ("ChangeOffer", "ticket-type-not-found"): change_what_is_not_offered,
    ("WithdrawOffer", "ticket-type-not-found"): withdraw_what_is_not_offered,
    ("WithdrawOffer", "ticket-type-in-use"): withdraw_what_is_sold,
    ("WithdrawOffer", "bad-offer"): withdraw_the_last,
    ("AllotSeats", "bad-offer"): allotted({"detail": "An allotment keeps back at least one place."}),
    ("AllotSeats", "seat-not-found"): allotted({"seats": ["Stalls/Z/1"]}, seats=["Stalls/Z/1"]),
    ("AllotSeats", "seats-not-available"): allotted({"seats": ["Stalls/A/10"]}, seats=["Stalls/A/10"]),
    ("AllotSeats", "seats-named-twice"): allotted({"seats": ["Stalls/A/1"]}, seats=["Stalls/A/1"] * 2),
    ("AllotSeats", "not-enough-places"): allotted(
        {"area": "Gallery", "requested": 21, "available": 20}, areas=[{"area": "Gallery", "quantity": 21}]
    ),
    ("ChangeBooking", "customer-erased"): a_name_for_whoever_was_erased,
    ("ErasePerson", "customer-not-found"): a_customer_of_nobodys,
    ("RegisterUser", "email-taken"): a_taken_address,
    ("Login", "wrong-credentials"): a_wrong_password,
    ("Refresh", "refresh-token-invalid"): a_token_of_nobodys,
    ("RegisterUser", "weak-password"): a_weak_password("RegisterUser", "password"),
    ("ChangePassword", "weak-password"): a_weak_password("ChangePassword", "new_password"),
    ("ConfirmPasswordReset", "weak-password"): a_weak_password("ConfirmPasswordReset", "new_password"),
    ("ChangePassword", "wrong-password"): changed("ChangePassword", {}, current_password="another"),
    ("ConfirmPasswordReset", "reset-token-invalid"): changed("ConfirmPasswordReset", {}, token="made up"),
    ("EndSession", "session-not-found"): a_session_of_nobodys,
    ("MakeApiKey", "user-not-found"): a_key_of_nobodys,
    ("MakeApiKey", "event-not-found"): changed("MakeApiKey", {"event_id": NOBODY}, events=[NOBODY]),
    ("MakeApiKey", "key-role-not-allowed"): changed("MakeApiKey", {"role": "admin"}, role="admin"),
    ("MakeApiKey", "key-needs-events"): an_organizers_key_for_all,
    ("MakeApiKey", "expiry-is-past"): changed("MakeApiKey", {}, expires_at="2020-01-01T00:00:00Z"),
    ("MakeApiKey", "too-many-keys"): too_many_keys,
    ("RevokeApiKey", "api-key-not-found"): unknown("RevokeApiKey", "key_id", "key_id"),
    ("AddUser", "email-taken"): an_account_for_a_taken_address,
    **{
        (name, "user-not-found"): unknown(name, "user_id", "user_id")
        for name in ("ChangeUserRole", "DisableUser", "EnableUser", "GetUser")
    },
    ("ChangeUserRole", "last-administrator"): the_last("ChangeUserRole"),
    ("DisableUser", "last-administrator"): the_last("DisableUser"),
    ("ErasePerson", "last-administrator"): the_last("ErasePerson", "customer_id"),
}
