"""The same key and body get the first answer again, for ever, and nothing happens twice."""

import asyncio
import json
from hashlib import blake2b
from itertools import count

import httpx
import pytest

from eventstore.postgres.store import PostgresStore
from tests.command_api.people import ANA, BEN
from tests.command_api.requests import (
    COMMANDS,
    REQUESTS,
    account,
    book_call,
    booking,
    event,
    offering,
    ticket_type_call,
    venue_call,
)
from tests.command_api.shop import Call, Shop

KEYS = count(1)
TRIES = 6


def new_key() -> str:
    return f"order {next(KEYS)} / of today"


def is_replay_of(again: httpx.Response, first: httpx.Response) -> bool:
    """The same answer down to its headers, and marked."""
    same = ("ETag", "Location", "Seatledger-Position", "Content-Type")
    return (
        (again.status_code, again.content) == (first.status_code, first.content)
        and all(again.headers.get(name) == first.headers.get(name) for name in same)
        and again.headers["Idempotent-Replayed"] == "true"
    )


SAID_AGAIN = sorted(set(COMMANDS) - {"MakeApiKey"})
"""A key is shown once: tests/command_api/test_api_keys.py."""


@pytest.mark.parametrize("operation", SAID_AGAIN)
async def test_a_retry_gets_the_first_answer_and_writes_nothing(
    operation: str, shop: Shop, log: PostgresStore
) -> None:
    call, key = await REQUESTS[operation](shop), new_key()
    first = await shop.send(call, key=key)
    assert first.is_success
    assert "Idempotent-Replayed" not in first.headers
    written = await log.last_position()
    for _ in range(2):
        assert is_replay_of(await shop.send(call, key=key), first)
    assert await log.last_position() == written


@pytest.mark.parametrize("operation", SAID_AGAIN)
async def test_retries_that_come_all_at_once_are_carried_out_once(
    operation: str, shop: Shop, log: PostgresStore
) -> None:
    call, key = await REQUESTS[operation](shop), new_key()
    before = await log.last_position()
    answers = await asyncio.gather(*(shop.send(call, key=key) for _ in range(TRIES)))
    [first] = [answer for answer in answers if "Idempotent-Replayed" not in answer.headers]
    assert all(is_replay_of(again, first) for again in answers if again is not first)
    facts = await log.read_log(before, 100)
    assert len({fact.command_id for fact in facts}) == 1


async def test_a_retry_to_a_process_that_was_started_since_gets_the_first_answer(shop: Shop) -> None:
    """As after a crash between commit and reply: nothing is left of the first try but what the log has."""
    calls = [
        venue_call(),
        ticket_type_call(),
        await REQUESTS["CreateEvent"](shop),
        await REQUESTS["BookSeats"](shop),
    ]
    for call in calls:
        key = new_key()
        first = await shop.send(call, key=key)
        shop.served.services.writers._writers.clear()
        assert is_replay_of(await shop.send(call, key=key), first)


async def test_a_success_that_would_be_refused_now_is_answered_as_the_success_it_was(shop: Shop) -> None:
    venue, kind = await shop.done(venue_call()), await shop.done(ticket_type_call())
    where = {"venue_id": venue["id"], "venue_name": None, "timezone": None, "seating_plan": None}
    call, key = offering({"ticket_type_id": kind["id"]}, **where), new_key()
    first = await shop.send(call, key=key)
    show = first.json()
    booked = book_call(show, quantity=1)
    first_booking = await shop.send(booked, key=key)
    await shop.done(Call("CloseVenue", {"venue_id": venue["id"]}))
    await shop.done(Call("WithdrawTicketType", {"ticket_type_id": kind["id"]}))
    await shop.done(Call("CloseSales", {"event_id": show["id"]}))
    assert is_replay_of(await shop.send(call, key=f"{key} "), first) is False
    assert is_replay_of(await shop.send(call, key=key), first)
    assert is_replay_of(await shop.send(booked, key=f"{key}b"), first_booking) is False
    await shop.refused(call, 409, "venue-closed")
    await shop.refused(call, 409, "venue-closed", key=new_key())


async def test_a_refusal_is_the_answer_under_its_key_and_another_key_asks_again(shop: Shop) -> None:
    show, key = await event(shop), new_key()
    taken = await booking(shop, show, seats=["Stalls/A/1"])
    call = book_call(show, seats=["Stalls/A/1"])
    first = await shop.send(call, key=key)
    assert (first.status_code, first.json()["code"]) == (409, "seats-not-available")
    await shop.done(Call("DeleteBooking", {"booking_id": taken["id"]}, by=ANA))
    again = await shop.send(call, key=key)
    assert (again.status_code, again.content) == (409, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotent-Replayed"] == "true"
    await shop.refused(book_call(show, seats=["Stalls/A/2"]), 422, "idempotency-key-reused", key=key)
    assert (await shop.send(call, key=new_key())).status_code == 201


async def test_a_failed_precondition_is_the_answer_under_its_key_with_the_version_there_was(
    shop: Shop,
) -> None:
    show, key = await event(shop), new_key()
    call = Call("CloseSales", {"event_id": show["id"]})
    first = await shop.send(call, key=key, if_match='"77"')
    again = await shop.send(call, key=key, if_match=first.headers["ETag"])
    assert (again.status_code, again.content) == (412, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (await shop.send(call, key=new_key(), if_match=first.headers["ETag"])).status_code == 200


async def test_what_cannot_even_be_prepared_is_refused_under_its_key_for_ever(shop: Shop) -> None:
    venue, key = await shop.done(venue_call()), new_key()
    where = {"venue_id": venue["id"], "venue_name": None, "timezone": None, "seating_plan": None}
    await shop.done(Call("CloseVenue", {"venue_id": venue["id"]}))
    call = offering({"name": "Any", "price": {"amount": 100, "currency": "EUR"}}, **where)
    first = await shop.send(call, key=key)
    assert (first.status_code, first.json()["code"]) == (409, "venue-closed")
    again = await shop.send(call, key=key)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")


async def test_refusals_about_accounts_are_kept_under_their_keys_too(shop: Shop) -> None:
    key = new_key()
    call = await REQUESTS["ChangeUserRole"](shop)
    first = await shop.send(call, key=key, if_match='"77"')
    again = await shop.send(call, key=key)
    assert (first.status_code, again.status_code, again.content) == (412, 412, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_keys_belong_to_their_callers(shop: Shop) -> None:
    call, key = book_call(await event(shop)), new_key()
    of_ana, of_ben = await shop.done(call, key=key), await shop.done(call.but(by=BEN), key=key)
    assert of_ana["id"] != of_ben["id"]


async def test_a_key_used_for_another_operation_is_refused(shop: Shop) -> None:
    made, key = await booking(shop), new_key()
    path = {"booking_id": made["id"]}
    await shop.done(Call("CancelBooking", path, {}, ANA), key=key)
    await shop.refused(Call("DeleteBooking", path, {}, ANA), 422, "idempotency-key-reused", key=key)


async def test_a_registration_is_remembered_without_its_password(shop: Shop, log: PostgresStore) -> None:
    """What is remembered for ever must not help anybody to guess it; the password itself tells a retry from another."""
    body, key = account(), new_key()
    call = Call("RegisterUser", json=body, by=None)
    first = await shop.send(call, key=key)
    [fact] = await log.read_log(int(first.headers["Seatledger-Position"]) - 1, 1)
    known = (await log.find_commands([fact.command_id]))[fact.command_id]
    other = account()
    await shop.done(Call("RegisterUser", json={**body, "email": other["email"]}, by=None), key=new_key())
    other_password = call.but(json={**body, "password": "an entirely different one"})
    await shop.refused(other_password, 422, "idempotency-key-reused", key=key)
    again = await shop.send(other_password.but(json=body), key=key)
    assert is_replay_of(again, first)
    for path in ("", "POST /api/v1/auth/register\n"):
        for sent in (json.dumps(body), json.dumps(body, separators=(",", ":"))):
            assert blake2b(f"{path}{sent}".encode(), digest_size=16).digest() != known.fingerprint


async def test_two_registrations_of_one_address_at_once_make_one_account(shop: Shop) -> None:
    body = account()
    calls = [Call("RegisterUser", json={**body, "name": f"Ana {number}"}, by=None) for number in range(4)]
    answers = await asyncio.gather(*(shop.send(call) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_strangers_who_think_of_the_same_key_do_not_meet(shop: Shop) -> None:
    """Nobody has signed in yet, so the key alone says nothing about who sends it."""
    calls = [Call("RegisterUser", json=account(), by=None) for _ in range(4)]
    answers = await asyncio.gather(*(shop.send(call, key="1") for call in calls))
    assert len({answer.json()["id"] for answer in answers}) == len(calls)
    for call, answer in zip(calls, answers, strict=True):
        assert is_replay_of(await shop.send(call, key="1"), answer)
        signing_in = Call("Login", json={name: call.json[name] for name in ("email", "password")}, by=None)
        assert (await shop.send(signing_in)).status_code == 200


async def test_one_key_and_address_for_two_registrations_at_once_makes_one_account(shop: Shop) -> None:
    body, key = account(), new_key()
    calls = [Call("RegisterUser", json={**body, "name": f"Ana {number}"}, by=None) for number in range(4)]
    answers = await asyncio.gather(*(shop.send(call, key=key) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
