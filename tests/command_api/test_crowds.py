"""Two hundred at once for overlapping seats, asked in opposite orders: no deadlock, no lost request, no seat twice."""

import asyncio
from collections import Counter
from typing import Any

from eventstore.postgres.store import PostgresStore
from runtime.identity import Caller, Role
from tests.command_api.changes import WINDOW, facts_about, ids_of, of_event, seats_of
from tests.command_api.requests import about, book_call, event
from tests.command_api.shop import Shop

CLIENTS = 200
SEATS = 40
SECONDS_MAX = 90
PLAN = {"sections": [{"name": "S", "rows": [{"name": "A", "seats": SEATS}]}]}


def client(number: int) -> Caller:
    return Caller(
        f"01900000-0000-7000-8000-{number:012x}", Role.CUSTOMER, f"C{number}", f"c{number}@example.org"
    )


def stretch(number: int) -> list[str]:
    """Five seats somewhere; every other client names them from the right."""
    first = number * 7 % (SEATS - 4)
    seats = [f"S/A/{seat}" for seat in range(first + 1, first + 6)]
    return seats[::-1] if number % 2 else seats


async def test_overlapping_seats_asked_in_opposite_orders(shop: Shop) -> None:
    show = await event(shop, seating_plan=PLAN)
    calls = [book_call(show, seats=stretch(number)).but(by=client(number)) for number in range(CLIENTS)]
    async with asyncio.timeout(SECONDS_MAX):
        answers = await asyncio.gather(*(shop.send(call) for call in calls))
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() == {201, 409}
    assert statuses.total() == CLIENTS
    sold = Counter(seat for answer in answers if answer.is_success for seat in seats_of(answer.json()))
    assert max(sold.values()) == 1
    for call, answer in zip(calls, answers, strict=True):
        # Nobody was refused for nothing: what they were told is taken belongs to somebody.
        if answer.status_code == 409:
            assert set(answer.json()["seats"]) <= sold.keys() & set(call.json["seats"])


async def test_everybody_exchanges_for_the_next_ones_seat(shop: Shop, log: PostgresStore) -> None:
    """Half of them in one direction and half in the other, with cancellations and holds in between."""
    show = await event(shop, seating_plan=PLAN, payment_window_seconds=WINDOW)
    booked: list[dict[str, Any]] = []
    for number in range(0, SEATS, 2):
        call = book_call(show, seats=[f"S/A/{number + 1}"]).but(by=client(number))
        booked.append(await shop.done(call))
    calls = []
    for turn in range(CLIENTS):
        number = turn % len(booked)
        made, by = booked[number], client(2 * number)
        seat = f"S/A/{(2 * number + (2 if turn % 2 else 1)) % SEATS + 1}"
        calls.append(about("ExchangeTickets", made, {"for": {"seats": [seat]}}).but(by=by))
        if turn % 10 == 0:
            calls.append(
                about("DeleteBooking", booked[-1 - number // 4]).but(by=client(SEATS - 2 - 2 * (number // 4)))
            )
    async with asyncio.timeout(SECONDS_MAX):
        answers = await asyncio.gather(*(shop.send(call) for call in calls))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.is_success for answer in answers) > len(booked) // 2
    last = await shop.done(of_event("ChangeEvent", show, {"name": "Tosca"}))
    standing = 0
    for made in booked:
        facts = await facts_about(log, made)
        standing += facts[-1].name != "BookingCancelled"
        assert ids_of(made)
    assert last["available"] == SEATS - standing
