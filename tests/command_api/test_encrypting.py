"""What is about a person is encrypted before it is hashed and stored, and opened where it leaves us."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace as struct_with

from command_api.writing.batch import TIME_METADATA
from domain.codec import CODEC
from domain.personal import Person
from domain.show.facts import SeatsBooked
from domain.tags import tags
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.postgres.store import PostgresStore
from runtime.identity import Caller, Role
from runtime.ids import new_id
from runtime.master_key import MasterKeyMissing
from runtime.privacy.keyring import Keyring
from runtime.privacy.person_key import person_of
from tests.command_api.people import ADMIN, ANA, CLERK
from tests.command_api.requests import about, account, book_call, booking, event, event_call
from tests.command_api.served import Served
from tests.command_api.shop import Call, Shop
from tests.command_api.test_transfer import somebody, to

NAMES = (
    'O\'Brien \\ "The" \\u0041 {0} %s',
    "👩‍👩‍👧‍👦 Zoë Ångström",
    "é" * 200,
    "ليلى المصري",
    "pd1. [erased]",
    "\\x00 ]}'); --",
)


def name_call(booking: dict[str, Any], name: str, by: Caller = ANA) -> Call:
    names = [{"id": ticket["id"], "holder": name} for ticket in booking["tickets"]]
    return about("ChangeBooking", booking, {"tickets": names}).but(by=by)


async def recorded_customer(log: PostgresStore, booking: dict[str, Any]) -> Person:
    first, *_ = await log.read_tag(f"booking:{booking['id']}")
    fact = CODEC.decode(first.name, first.schema_version, first.data)
    assert isinstance(fact, SeatsBooked)
    return fact.customer


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_comes_out_as_it_went_in_and_the_log_has_it_encrypted(
    name: str, shop: Shop, log: PostgresStore
) -> None:
    show = await event(shop)
    caller = Caller(new_id(), Role.CUSTOMER, name, account()["email"])
    own = await shop.done(book_call(show, quantity=2).but(by=caller))
    guest = {"name": name, "email": account()["email"]}
    named = await shop.done(book_call(show, quantity=1, customer=guest).but(by=CLERK))
    held = await shop.done(name_call(own, name, by=caller))
    for made in (own, named, held):
        assert made["customer"]["name"] == name
        known = await recorded_customer(log, made)
        assert person_of(known.name) == person_of(known.email) == known.person_id
    assert {ticket["holder"] for ticket in held["tickets"]} == {name}
    body = {**account(), "name": name}
    registered = await shop.done(Call("RegisterUser", json=body, by=None))
    assert registered["name"] == name
    signing_in = Call("Login", json={"email": body["email"], "password": body["password"]}, by=None)
    token = (await shop.done(signing_in))["access_token"]
    caller = await shop.served.tokens.authenticate(f"Bearer {token}")
    assert caller == Caller(registered["id"], Role.CUSTOMER, name, body["email"])


async def test_a_caller_who_has_been_here_costs_no_look_at_the_database(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = await event(shop)
    await booking(shop, show)

    async def asked(*_: object, **__: object) -> None:
        raise AssertionError("the database was asked")

    services = shop.served.services
    monkeypatch.setattr(services.people, "_pool", asked)
    monkeypatch.setattr(services.keyring, "_pool", asked)
    assert (await booking(shop, show))["customer"]["name"] == ANA.name


async def test_an_account_and_the_desk_share_one_limit_for_one_address(shop: Shop) -> None:
    friend = await somebody(shop)
    show = await event(shop, max_per_customer=3)
    await shop.done(book_call(show, quantity=2).but(by=friend))
    customer = {"name": "Whatever Name", "email": friend.email.upper()}
    desk = book_call(show, quantity=2, customer=customer).but(by=CLERK)
    no = await shop.refused(desk, 409, "customer-limit-reached")
    assert (no["already"], no["maximum"]) == (2, 3)
    await shop.done(desk.but(json={**desk.json, "quantity": 1}))
    await shop.refused(book_call(show, quantity=1).but(by=friend), 409, "customer-limit-reached")
    other = {**customer, "email": account()["email"]}
    await shop.done(desk.but(json={**desk.json, "customer": other}))


async def test_callers_without_an_address_share_no_limit(shop: Shop) -> None:
    """As API keys may be."""
    show = await event(shop, max_per_customer=1)
    for _ in range(2):
        caller = Caller(new_id(), Role.BOX_OFFICE, "Key", "")
        await shop.done(book_call(show, quantity=1).but(by=caller))


async def test_what_we_encrypted_is_taken_from_nobody(shop: Shop, log: PostgresStore) -> None:
    """Or whoever has a copy of the database could have it opened here."""
    stolen = (await recorded_customer(log, await booking(shop))).name
    for call in (event_call(name=stolen), event_call(description=f"x {stolen}"), event_call(category=stolen)):
        await shop.refused(call, 422, "validation-failed")
    for key in (stolen, f"a {stolen}"):
        await shop.refused(event_call(), 422, "validation-failed", key=key)


# ── names on tickets ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_names_are_written_for_whoever_has_the_booking_when_it_changes_hands(
    shop: Shop, log: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, friend = await booking(shop), await somebody(shop)
    store = shop.served.services.store
    read_tag, times = store.read_tag, 0

    async def then_it_is_given_away(tag: str) -> Any:
        nonlocal times
        times += 1
        found = await read_tag(tag)
        if times == 1:
            await shop.done(about("TransferBooking", made, to("Zoë", friend.email)))
        return found

    monkeypatch.setattr(store, "read_tag", then_it_is_given_away)
    named = await shop.done(name_call(made, "Clara", by=CLERK))
    assert times == 2
    assert named["tickets"][0]["holder"] == "Clara"
    last = (await log.read_tag(f"booking:{made['id']}"))[-1]
    assert last.name == "TicketHolderNamed"
    assert named["customer"]["person_id"].replace("-", "") in last.data
    await shop.done(Call("ErasePerson", {"customer_id": friend.id}))
    seen = await shop.done(about("DeleteBooking", made).but(by=CLERK))
    assert seen["tickets"][0]["holder"] == "[erased]"


async def test_names_for_a_booking_that_changes_hands_all_the_time_are_told_to_come_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await booking(shop)
    store, people = shop.served.services.store, [await somebody(shop) for _ in range(2)]
    read_tag, times = store.read_tag, 0

    async def then_it_is_given_away(tag: str) -> Any:
        nonlocal times
        times += 1
        found = await read_tag(tag)
        given = to("Zoë", people[times % 2].email)
        await shop.done(about("TransferBooking", made, given).but(by=CLERK))
        return found

    monkeypatch.setattr(store, "read_tag", then_it_is_given_away)
    await shop.refused(name_call(made, "Clara", by=CLERK), 503, "overloaded")


async def test_whoever_gave_it_away_meanwhile_names_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, friend = await booking(shop), await somebody(shop)
    store = shop.served.services.store
    read_tag = store.read_tag

    async def then_it_is_given_away(tag: str) -> Any:
        found = await read_tag(tag)
        monkeypatch.setattr(store, "read_tag", read_tag)
        await shop.done(about("TransferBooking", made, to("Zoë", friend.email)))
        return found

    monkeypatch.setattr(store, "read_tag", then_it_is_given_away)
    await shop.refused(name_call(made, "Clara"), 404, "booking-not-found")


async def test_that_somebody_was_erased_is_told_only_to_whom_the_booking_concerns(shop: Shop) -> None:
    friend, show = await somebody(shop), await event(shop)
    made = await shop.done(book_call(show, quantity=1).but(by=friend))
    await shop.done(Call("ErasePerson", {"customer_id": friend.id}))
    await shop.refused(name_call(made, "Clara", by=ANA), 404, "booking-not-found")
    await shop.refused(name_call(made, "Clara", by=CLERK), 409, "customer-erased")
    await shop.refused(name_call({**made, "id": new_id()}, "C", by=ADMIN), 404, "booking-not-found")


# ── from before there were keys ─────────────────────────────────────────────────────────────────────────────────────


async def unencrypted(shop: Shop, log: PostgresStore, customer: Person, **show: Any) -> dict[str, Any]:
    """A booking as it was recorded before there were keys."""
    made = await booking(shop, await event(shop, **show), quantity=2)
    facts = await log.read_stream(f"show-{made['event_id']}")
    last = facts[-1]
    fact = CODEC.decode(last.name, last.schema_version, last.data)
    assert isinstance(fact, SeatsBooked)
    tickets = tuple(
        struct_with(ticket, id=new_id(), seat=f"Stalls/A/{number}", area=None)
        for number, ticket in enumerate(fact.tickets, start=7)
    )
    old = struct_with(fact, booking_id=new_id(), customer=customer, tickets=tickets)
    name, version, data = CODEC.encode(old)
    new = NewFact(name, version, data, TIME_METADATA, tags(old), new_id())
    item = Item(last.stream, StreamHead(last.version, last.hash), [new])
    [outcome] = await log.append([item], last.recorded_at)
    assert isinstance(outcome, Appended)
    return {
        "id": old.booking_id,
        "event_id": made["event_id"],
        "tickets": [{"id": ticket.id} for ticket in tickets],
    }


@pytest.mark.parametrize("has_account", [True, False], ids=["account", "guest"])
async def test_a_booking_in_clear_text_is_named_transferred_and_told(
    has_account: bool, shop: Shop, log: PostgresStore
) -> None:
    friend = await somebody(shop)
    customer = Person("Old Name", friend.email, friend.id if has_account else None)
    made = await unencrypted(shop, log, customer)
    named = await shop.done(name_call(made, "Clara", by=CLERK))
    assert named["customer"]["name"] == "Old Name"
    assert named["customer"]["person_id"] is None
    assert {ticket["holder"] for ticket in named["tickets"]} == {"Clara"}
    last = (await log.read_tag(f"booking:{made['id']}"))[-1]
    assert "Clara" not in last.data
    given = await shop.done(about("TransferBooking", made, to("Zoë", friend.email)).but(by=CLERK))
    assert given["customer"]["id"] == friend.id
    assert given["customer"]["person_id"]


async def test_an_account_from_before_keys_can_be_erased(
    shop: Shop, log: PostgresStore, command_pool: asyncpg.Pool
) -> None:
    friend = await somebody(shop)
    people = shop.served.services.people
    known = await people.find(friend.id)
    assert known is not None
    async with command_pool.acquire() as connection:
        await connection.execute("DELETE FROM privacy.people WHERE account_id = $1", friend.id)
    people.forget(known.person_id)
    told = await shop.done(Call("ErasePerson", {"customer_id": friend.id}))
    assert told == await shop.done(Call("ErasePerson", {"customer_id": friend.id}))
    assert await people.find(friend.id) is None
    assert [fact.name for fact in await log.read_stream(f"user-{friend.id}")] == [
        "UserRegistered",
        "UserErased",
    ]


# ── answers that cannot be opened ───────────────────────────────────────────────────────────────────────────────────


class Unreachable(Keyring):
    """A keyring that has forgotten everything, and whose database is away."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def opened_at_once(self, _body: bytes) -> bytes | None:
        return None

    async def opened_json(self, body: bytes) -> bytes:
        raise self._error


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), MasterKeyMissing()], ids=["database", "master key"]
)
async def test_a_command_whose_answer_cannot_be_opened_is_not_told_to_have_failed(
    error: Exception, shop: Shop, command_side: Served
) -> None:
    call, key = book_call(await event(shop)), new_id()
    services = command_side.services
    command_side.services = replace(services, keyring=Unreachable(error))
    try:
        await shop.refused(call, 503, "unavailable", key=key)
    finally:
        command_side.services = services
    again = await shop.send(call, key=key)
    assert again.status_code == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["customer"]["name"] == ANA.name


async def test_many_who_come_for_the_first_time_at_once_are_each_one_person(shop: Shop) -> None:
    show, caller = await event(shop), Caller(new_id(), Role.CUSTOMER, "New", account()["email"])
    calls = (shop.done(book_call(show, quantity=1).but(by=caller)) for _ in range(8))
    made = await asyncio.gather(*calls)
    assert len({each["customer"]["person_id"] for each in made}) == 1
