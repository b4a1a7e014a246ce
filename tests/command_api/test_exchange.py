"""Other places for some tickets: given back and taken in one step, or refused as a whole."""

import asyncio
from typing import Any

from eventstore.postgres.store import PostgresStore
from tests.command_api.changes import WINDOW, euros, ids_of, names_of_facts, paid, pay, seats_of
from tests.command_api.people import BEN
from tests.command_api.requests import about, book_call, booking, event, offering
from tests.command_api.shop import Call, Shop


def swap(made: dict[str, Any], seats: list[str], tickets: list[str] | None = None, **more: Any) -> Call:
    body = {"for": {"seats": seats}, **({"tickets": tickets} if tickets else {}), **more}
    return about("ExchangeTickets", made, body)


async def with_two_prices(shop: Shop) -> tuple[dict[str, Any], str, str]:
    """A paid ticket at 20 euros in the gallery, with the ids of the types at 20 and at 50 euros."""
    show = await shop.done(
        offering(
            {"name": "Cheap", "price": euros(20), "sections": ["Gallery"]},
            {"name": "Dear", "price": euros(50), "sections": ["Stalls"]},
            payment_window_seconds=WINDOW,
        )
    )
    cheap, dear = (kind["id"] for kind in show["ticket_types"])
    made = await booking(shop, show, ticket_type_id=cheap, quantity=1)
    return await shop.done(pay(made)), cheap, dear


async def test_at_the_same_price_nothing_is_due(shop: Shop, log: PostgresStore) -> None:
    made = await booking(shop, seats=["Stalls/A/1", "Stalls/A/2"])
    swapped = await shop.done(swap(made, ["Stalls/A/9"], [ids_of(made)[0]]))
    assert sorted(seats_of(swapped)) == ["Stalls/A/2", "Stalls/A/9"]
    assert (swapped["total"], swapped["refund"]) == (euros(40), euros(0))
    assert swapped["tickets"][-1]["code"] not in {ticket["code"] for ticket in made["tickets"]}
    assert await names_of_facts(log, made) == ["SeatsBooked", "TicketsExchanged"]
    await shop.done(book_call({"id": made["event_id"]}, seats=["Stalls/A/1"]).but(by=BEN))


async def test_what_costs_more_is_paid_with_it(shop: Shop) -> None:
    made, _, dear = await with_two_prices(shop)
    body = {"for": {"ticket_type_id": dear, "seats": ["Stalls/A/1"]}}
    no = await shop.refused(about("ExchangeTickets", made, body), 409, "payment-required")
    assert no["due"] == euros(30)
    wrong = about("ExchangeTickets", made, {**body, **paid("pi_2", 29)})
    await shop.refused(wrong, 409, "payment-amount-wrong")
    swapped = await shop.done(about("ExchangeTickets", made, {**body, **paid("pi_2", 30)}))
    assert (swapped["total"], swapped["paid"], swapped["refund"]) == (euros(50), euros(50), euros(0))


async def test_what_costs_less_is_refunded_and_all_of_it_comes_back_in_the_end(shop: Shop) -> None:
    made, cheap, dear = await with_two_prices(shop)
    up = {"for": {"ticket_type_id": dear, "seats": ["Stalls/A/1"]}, **paid("pi_2", 30)}
    await shop.done(about("ExchangeTickets", made, up))
    down = {"for": {"ticket_type_id": cheap, "quantity": 1}}
    swapped = await shop.done(about("ExchangeTickets", made, down))
    assert (swapped["total"], swapped["paid"], swapped["refund"]) == (euros(20), euros(50), euros(30))
    gone = await shop.done(about("DeleteBooking", made))
    assert (gone["status"], gone["refund"]) == ("cancelled", euros(50))


async def test_of_a_hold_only_the_sum_to_pay_changes(shop: Shop) -> None:
    show = await event(shop, payment_window_seconds=WINDOW)
    pending = await booking(shop, show)
    more = await shop.done(about("ExchangeTickets", pending, {"for": {"quantity": 3}}))
    assert (more["status"], more["total"], more["paid"]) == ("pending", euros(60), euros(0))
    await shop.refused(pay(pending), 409, "payment-amount-wrong")
    assert (await shop.done(pay(pending, amount=60)))["status"] == "confirmed"


async def test_it_is_refused_as_a_whole(shop: Shop, log: PostgresStore) -> None:
    show = await event(shop)
    made = await booking(shop, show, seats=["Stalls/A/1", "Stalls/A/2"])
    await booking(shop, show, seats=["Stalls/A/5"])
    no = await shop.refused(swap(made, ["Stalls/A/4", "Stalls/A/5"]), 409, "seats-not-available")
    assert no["seats"] == ["Stalls/A/5"]
    await shop.refused(swap(made, ["Stalls/A/3"], [ids_of(made)[0], made["id"]]), 404, "ticket-not-found")
    await shop.refused(book_call(show, seats=["Stalls/A/1"]), 409, "seats-not-available")
    await booking(shop, show, seats=["Stalls/A/4"])
    assert await names_of_facts(log, made) == ["SeatsBooked"]


async def test_the_seats_given_back_may_be_among_those_taken(shop: Shop) -> None:
    made = await booking(shop, seats=["Stalls/A/1", "Stalls/A/2"])
    swapped = await shop.done(swap(made, ["Stalls/A/2", "Stalls/A/3"]))
    assert seats_of(swapped) == ["Stalls/A/2", "Stalls/A/3"]


async def test_the_last_places_can_be_exchanged_for_themselves(shop: Shop) -> None:
    show = await event(shop, seating_plan={"areas": [{"name": "Floor", "capacity": 2}]}, max_per_customer=2)
    made = await booking(shop, show, quantity=2)
    swapped = await shop.done(about("ExchangeTickets", made, {"for": {"quantity": 2}}))
    assert len([ticket for ticket in swapped["tickets"] if ticket["status"] == "valid"]) == 2


async def test_two_who_want_each_others_seats_at_once_lose_none(shop: Shop) -> None:
    show = await event(shop)
    of_ana = await booking(shop, show, seats=["Stalls/A/1"])
    of_ben = await shop.done(book_call(show, seats=["Stalls/A/2"]).but(by=BEN))
    answers = await asyncio.gather(
        shop.send(swap(of_ana, ["Stalls/A/2"])), shop.send(swap(of_ben, ["Stalls/A/1"]).but(by=BEN))
    )
    assert [answer.status_code for answer in answers] == [409, 409]


async def test_it_says_how_many(shop: Shop) -> None:
    made = await booking(shop)
    bodies: list[dict[str, Any]] = [
        {},
        {"for": {}},
        {"for": {"ticket_type_id": made["id"]}},
        {"tickets": ids_of(made)},
    ]
    for body in bodies:
        await shop.refused(about("ExchangeTickets", made, body), 422, "validation-failed")


async def test_no_booking_grows_beyond_what_one_may_have(shop: Shop) -> None:
    floor = {"areas": [{"name": "Floor", "capacity": 2_000}]}
    show = await event(shop, seating_plan=floor, payment_window_seconds=WINDOW)
    made = await booking(shop, show, quantity=500)
    one = [ids_of(made)[0]]
    grown = about("ExchangeTickets", made, {"tickets": one, "for": {"quantity": 500}})
    no = await shop.refused(grown, 409, "above-maximum")
    assert (no["requested"], no["maximum"]) == (999, 500)
