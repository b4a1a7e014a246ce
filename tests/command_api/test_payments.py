"""Money: in time, wrong, twice, too late, for what is cancelled, and at the desk. None of it is lost."""

from dataclasses import replace
from typing import Any

import pytest

from eventstore.postgres.store import PostgresStore
from tests.command_api.changes import AFTER_THE_HOLD, WINDOW, euros, names_of_facts, paid, pay, seats_of
from tests.command_api.people import ANA, BEN, CLERK, ORGANIZER
from tests.command_api.requests import about, book_call, booking, event, hold
from tests.command_api.shop import Shop


@pytest.mark.parametrize(
    "wrong", [euros(19), euros(21), {"amount": 2000, "currency": "CHF"}, {"amount": 0, "currency": "EUR"}]
)
async def test_a_wrong_amount_or_currency_confirms_nothing(wrong: dict[str, Any], shop: Shop) -> None:
    pending = await hold(shop)
    call = about("ConfirmBooking", pending, {"payment": {"reference": "pi_1", **wrong}})
    no = await shop.refused(call, 409, "payment-amount-wrong")
    assert (no["due"], no["paid"]) == (euros(20), wrong)
    assert (await shop.done(pay(pending)))["paid"] == euros(20)


async def test_the_same_payment_twice_is_one_confirmation(shop: Shop, log: PostgresStore) -> None:
    pending = await hold(shop)
    first = await shop.send(pay(pending))
    again = await shop.send(pay(pending))
    assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert await names_of_facts(log, pending) == ["SeatsHeld", "BookingConfirmed"]


async def test_another_payment_is_refused_and_recorded_once(shop: Shop, log: PostgresStore) -> None:
    pending = await hold(shop)
    await shop.done(pay(pending))
    for _ in range(3):
        await shop.refused(pay(pending, "pi_2"), 409, "booking-already-paid")
    await shop.refused(pay(pending, "pi_3", amount=5), 409, "booking-already-paid")
    assert await names_of_facts(log, pending) == [
        "SeatsHeld", "BookingConfirmed", "PaymentCameTwice", "PaymentCameTwice",
    ]  # fmt: skip
    assert (await shop.done(pay(pending)))["paid"] == euros(20), "the first is still the one that counts"


async def test_a_no_that_is_on_record_is_answered_the_same_to_a_retry(shop: Shop, log: PostgresStore) -> None:
    pending = await hold(shop)
    await shop.done(pay(pending))
    first = await shop.send(pay(pending, "pi_2"), key="twice")
    again = await shop.send(pay(pending, "pi_2"), key="twice")
    assert first.status_code == again.status_code == 409
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await names_of_facts(log, pending)).count("PaymentCameTwice") == 1


async def test_late_money_gets_the_same_places_while_nobody_has_them(shop: Shop) -> None:
    pending = await hold(shop, seats=["Stalls/A/4"])
    with shop.later(AFTER_THE_HOLD):
        late = await shop.done(pay(pending))
    assert (late["status"], seats_of(late)) == ("confirmed", ["Stalls/A/4"])


async def test_late_money_gets_equal_places_where_the_event_allows_it(shop: Shop, log: PostgresStore) -> None:
    show = await event(shop, payment_window_seconds=WINDOW, late_payment="equal_places")
    pending = await booking(shop, show, seats=["Stalls/A/4"])
    with shop.later(AFTER_THE_HOLD):
        await booking(shop, show, seats=["Stalls/A/4"])
        late = await shop.done(pay(pending))
        [ticket] = late["tickets"]
        assert late["status"] == "confirmed"
        assert ticket["seat"] != "Stalls/A/4"
        assert (ticket["id"], ticket["code"], ticket["price"]) == (
            pending["tickets"][0]["id"], pending["tickets"][0]["code"], euros(20),
        )  # fmt: skip
    facts = await names_of_facts(log, pending)
    assert facts == ["SeatsHeld", "BookingExpired", "PlacesReplaced", "BookingConfirmed"]


@pytest.mark.parametrize("rule", ["same_places", "equal_places"])
async def test_late_money_for_what_is_gone_is_refused_and_recorded_once(
    rule: str, shop: Shop, log: PostgresStore
) -> None:
    seats = [f"Stalls/A/{number}" for number in range(1, 11)]
    plan = {"sections": [{"name": "Stalls", "rows": [{"name": "A", "seats": 10}]}]}
    show = await event(shop, payment_window_seconds=WINDOW, late_payment=rule, seating_plan=plan)
    pending = await booking(shop, show, seats=["Stalls/A/4"])
    with shop.later(AFTER_THE_HOLD):
        other = await booking(shop, show, seats=seats)
        for _ in range(2):
            await shop.refused(pay(pending), 409, "payment-too-late")
        await shop.done(about("DeleteBooking", other))
        await shop.refused(pay(pending), 409, "payment-too-late")
    facts = await names_of_facts(log, pending)
    assert facts == ["SeatsHeld", "BookingExpired", "PaymentCameTooLate"]


async def test_money_for_a_cancelled_booking_is_refused_and_recorded(shop: Shop, log: PostgresStore) -> None:
    pending = await hold(shop)
    await shop.done(about("DeleteBooking", pending))
    await shop.refused(about("ConfirmBooking", pending), 409, "booking-already-cancelled")
    for _ in range(2):
        await shop.refused(pay(pending, amount=7), 409, "payment-too-late")
    assert await names_of_facts(log, pending) == ["SeatsHeld", "BookingCancelled", "PaymentCameTooLate"]


async def test_staff_sell_and_take_the_money_in_one_step(shop: Shop, log: PostgresStore) -> None:
    show = await event(shop, payment_window_seconds=WINDOW)
    customer = {"name": "Zoë", "email": "zoe@example.org"}
    call = book_call(show, quantity=2, customer=customer, **paid("till 1", 40)).but(by=CLERK)
    sold = await shop.done(call)
    assert (sold["status"], sold["paid"], sold["expires_at"]) == ("confirmed", euros(40), None)
    assert await names_of_facts(log, sold) == ["SeatsBooked"]
    by_staff = about("ConfirmBooking", sold, paid("till 1", 40)).but(by=CLERK)
    assert (await shop.done(by_staff))["status"] == "confirmed"


async def test_only_staff_take_money_at_the_desk(shop: Shop) -> None:
    call = book_call(await event(shop), quantity=1, **paid("till 1", 20))
    for caller in (ANA, BEN, ORGANIZER):
        await shop.refused(call.but(by=caller), 403, "forbidden")


PAYING = [
    ("ConfirmBooking", {"payment": {"reference": "pi_1", "amount": 2000, "currency": "EUR"}}),
    (
        "SetBookingStatus",
        {"status": "confirmed", "payment": {"reference": "pi_1", "amount": 2000, "currency": "EUR"}},
    ),
    (
        "ExchangeTickets",
        {"for": {"quantity": 1}, "payment": {"reference": "pi_1", "amount": 1, "currency": "EUR"}},
    ),
    ("ChangeBooking", {"quantity": 3, "payment": {"reference": "pi_1", "amount": 4000, "currency": "EUR"}}),
]


@pytest.mark.parametrize(("operation", "body"), PAYING, ids=[operation for operation, _ in PAYING])
async def test_where_the_house_says_what_was_paid_customers_do_not(
    operation: str, body: dict[str, Any], shop: Shop, log: PostgresStore
) -> None:
    pending = await hold(shop)
    served = shop.served
    before, served.services = served.services, replace(served.services, payments_from_staff=True)
    try:
        await shop.refused(about(operation, pending, body), 403, "payment-by-staff")
        assert await names_of_facts(log, pending) == ["SeatsHeld"]
        await shop.done(pay(pending).but(by=CLERK))
    finally:
        served.services = before
    assert await names_of_facts(log, pending) == ["SeatsHeld", "BookingConfirmed"]
