"""A customer is forgotten for good: asked by themselves or an administrator, once, whatever happens meanwhile."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from domain.codec import CODEC
from eventstore.postgres.store import PostgresStore
from runtime.authentication import api_keys
from runtime.identity import Caller, Role
from runtime.ids import new_id
from runtime.privacy.people import Connection
from tests.command_api.people import ADMIN, ANA, AUDITOR, CLERK, ORGANIZER
from tests.command_api.requests import about, account, book_call, booking, event
from tests.command_api.served import Served
from tests.command_api.shop import Call, Shop
from tests.command_api.test_transfer import somebody, to
from tests.eventstore.waiting import until

ERASED = {"name": "[erased]", "email": "[erased]"}


def erase(id: str, by: Caller = ADMIN) -> Call:
    return Call("ErasePerson", {"customer_id": id}, by=by)


def login(body: dict[str, str]) -> Call:
    return Call("Login", json={name: body[name] for name in ("email", "password")}, by=None)


def read(booking: dict[str, Any]) -> dict[str, str]:
    return {name: booking["customer"][name] for name in ERASED}


def guest_call(show: dict[str, Any], name: str, email: str) -> Call:
    return book_call(show, quantity=1, customer={"name": name, "email": email}).but(by=CLERK)


async def found(shop: Shop, email: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await shop.done(Call("FindCustomers", query={"email": email})))["items"]
    return items


async def test_an_account_is_closed_and_its_address_is_free_again(shop: Shop) -> None:
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    pair = await shop.done(login(body))
    told = await shop.done(erase(made["id"]))
    assert told["id"] == made["id"]
    assert told["erased_at"].endswith("Z")
    await shop.refused(login(body), 401, "wrong-credentials")
    refresh = Call("Refresh", json={"refresh_token": pair["refresh_token"]}, by=None)
    await shop.refused(refresh, 401, "refresh-token-invalid")
    again = await shop.done(Call("RegisterUser", json=body, by=None))
    assert again["id"] != made["id"]
    assert (await shop.send(login(body))).is_success
    assert await found(shop, body["email"]) == [{"id": again["id"], "account": True}]


async def test_it_is_recorded_without_saying_who_it_was(shop: Shop, log: PostgresStore) -> None:
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    told = await shop.send(erase(made["id"]), key="forget them")
    facts = await log.read_log(int(told.headers["Seatledger-Position"]) - 1, 10)
    assert [fact.name for fact in facts] == ["PersonErased", "UserErased"]
    assert len({fact.command_id for fact in facts}) == 1
    assert told.headers["ETag"] == '"1"'
    assert all(secret not in str(fact) for fact in facts for secret in (body["email"], body["name"]))


async def test_somebody_without_an_account_is_found_by_their_address_and_erased(shop: Shop) -> None:
    show, email = await event(shop), account()["email"]
    made = await shop.done(guest_call(show, "Gina Guest", email))
    [guest] = await found(shop, f" {email.upper()}")
    assert guest == {"id": made["customer"]["person_id"], "account": False}
    await shop.done(erase(guest["id"]))
    assert await found(shop, email) == []
    cancelled = await shop.done(about("DeleteBooking", made).but(by=CLERK))
    assert read(cancelled) == ERASED
    again = await shop.done(guest_call(show, "Gina Guest", email))
    assert again["customer"]["person_id"] != guest["id"]
    assert read(again) == {"name": "Gina Guest", "email": email}


async def test_an_address_stands_for_the_account_and_for_who_was_named(shop: Shop) -> None:
    friend = await somebody(shop)
    made = await shop.done(guest_call(await event(shop), "Zoë", friend.email))
    assert await found(shop, friend.email) == [
        {"id": friend.id, "account": True},
        {"id": made["customer"]["person_id"], "account": False},
    ]
    assert await found(shop, account()["email"]) == []


async def test_asked_again_it_is_told_again(shop: Shop, log: PostgresStore) -> None:
    friend = await somebody(shop)
    [person] = [each for each in await found(shop, friend.email) if each["account"]]
    first = await shop.send(erase(friend.id))
    before = await log.last_position()
    again = await shop.send(erase(friend.id), key="once more")
    assert again.content == first.content
    assert again.headers["Seatledger-Position"] == first.headers["Seatledger-Position"]
    known = await shop.served.services.people.find(person["id"])
    assert known is None
    assert await log.last_position() == before


async def test_an_account_is_also_known_by_its_person(shop: Shop) -> None:
    friend = await somebody(shop)
    show = await event(shop)
    made = await shop.done(Call("BookSeats", json={"event_id": show["id"], "quantity": 1}, by=friend))
    first = await shop.done(erase(made["customer"]["person_id"]))
    assert first["id"] == friend.id
    assert first == await shop.done(erase(friend.id)) == await shop.done(erase(made["customer"]["person_id"]))


@pytest.mark.parametrize("stranger", [ANA, CLERK, ORGANIZER], ids=lambda caller: str(caller.role))
async def test_one_may_erase_oneself_and_nobody_else(stranger: Caller, shop: Shop) -> None:
    friend = await somebody(shop)
    await shop.refused(erase(friend.id, by=stranger), 404, "customer-not-found")
    await shop.refused(erase(new_id(), by=stranger), 404, "customer-not-found")
    await shop.refused(erase(friend.id, by=AUDITOR), 403, "forbidden")
    assert (await shop.done(erase(friend.id, by=friend)))["id"] == friend.id


@pytest.mark.parametrize("id", ["x", "01900000-0000-7000-8000-00000000000g", "1" * 36, "{}", "é" * 36])
async def test_what_is_no_id_is_nobody(id: str, shop: Shop) -> None:
    await shop.refused(erase(id), 404, "customer-not-found")


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@example.org", "x" * 300 + "@example.org"])
async def test_what_is_no_address_is_refused(email: str, shop: Shop) -> None:
    await shop.refused(Call("FindCustomers", query={"email": email}), 422, "validation-failed")


async def test_first_answers_given_again_name_nobody_any_more(shop: Shop) -> None:
    friend, show = await somebody(shop), await event(shop)
    call = Call("BookSeats", json={"event_id": show["id"], "quantity": 2}, by=friend)
    made = await shop.done(call, key="mine")
    names = {"tickets": [{"id": ticket["id"], "holder": "Her mother"} for ticket in made["tickets"]]}
    named = about("ChangeBooking", made, names).but(by=CLERK)
    assert (await shop.done(named, key="named"))["tickets"][0]["holder"] == "Her mother"
    await shop.done(erase(friend.id))
    again = await shop.send(named, key="named")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert read(again.json()) == ERASED
    assert {ticket["holder"] for ticket in again.json()["tickets"]} == {"[erased]"}
    assert [ticket["code"] for ticket in again.json()["tickets"]] == [
        ticket["code"] for ticket in made["tickets"]
    ]


async def test_their_bookings_stay_valid(shop: Shop) -> None:
    friend, show = await somebody(shop), await event(shop)
    made = await shop.done(Call("BookSeats", json={"event_id": show["id"], "quantity": 2}, by=friend))
    await shop.done(erase(friend.id))
    one = {"tickets": [made["tickets"][0]["id"]]}
    left = await shop.done(about("CancelBooking", made, one).but(by=CLERK))
    assert left["status"] == "confirmed"
    assert [ticket["status"] for ticket in left["tickets"]] == ["refunded", "valid"]
    given = await shop.done(about("TransferBooking", made, to("Zoë", "zoe@example.org")).but(by=CLERK))
    assert read(given) == {"name": "Zoë", "email": "zoe@example.org"}


async def test_all_who_ask_at_once_are_told_the_same(shop: Shop, log: PostgresStore) -> None:
    for _ in range(5):
        friend, before = await somebody(shop), await log.last_position()
        keyed = (shop.send(erase(friend.id), key=f"twice {friend.id}") for _ in range(3))
        answers = await asyncio.gather(*keyed, *(shop.send(erase(friend.id)) for _ in range(3)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        facts = [fact.name for fact in await log.read_log(before, 100)]
        assert facts == ["PersonErased", "UserErased"]


ACCESS = """SELECT name, revoked_at IS NOT NULL AS is_revoked,
                   (SELECT count(*) FROM access.revocations WHERE user_id IN (k.key_id, k.owner_id)) AS revoked
            FROM access.api_keys AS k WHERE owner_id = $1"""


async def test_nothing_that_was_issued_to_them_lets_anybody_in(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    friend = await somebody(shop)
    key = api_keys.ApiKey(
        new_id(), "Zoë's phone", Role.CUSTOMER, None, friend.id, shop.served.clock(), None, None, None
    )
    await api_keys.add(command_pool, key, b"hash of a secret")
    await shop.done(erase(friend.id))
    assert [tuple(row) for row in await command_pool.fetch(ACCESS, friend.id)] == [("[erased]", True, 2)]


async def test_a_key_for_some_events_looks_nobody_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    friend = await somebody(shop)
    door = Caller(new_id(), Role.BOX_OFFICE, "Door", "", frozenset({new_id()}))
    call = Call("FindCustomers", query={"email": friend.email}, by=CLERK)
    assert (await shop.send(call)).is_success

    async def authenticate(_authorization: str | None) -> Caller:
        return door

    monkeypatch.setattr(shop.served.tokens, "authenticate", authenticate)
    await shop.refused(call, 403, "forbidden")


class Held:
    """Stops an erasure within its transaction, when the key is deleted already, until it is let go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, _connection: Connection, _account_id: str, _now: Any) -> None:
        self.reached.set()
        await self.go_on.wait()


@pytest.fixture
def held(command_side: Served, monkeypatch: pytest.MonkeyPatch) -> Held:
    made = Held()
    monkeypatch.setattr(command_side.services.erasing, "_also", [made])
    return made


async def test_a_booking_made_at_that_very_moment_does_not_bring_them_back(
    shop: Shop, held: Held, log: PostgresStore
) -> None:
    """The key is in memory, so the booking is made; but it is the key that is just being destroyed."""
    friend, show = await somebody(shop), await event(shop)
    call = Call("BookSeats", json={"event_id": show["id"], "quantity": 1}, by=friend)
    erasing = asyncio.create_task(shop.send(erase(friend.id)))
    await held.reached.wait()
    made = await shop.done(call)
    assert read(made) == {"name": friend.name, "email": friend.email}
    held.go_on.set()
    assert (await erasing).is_success
    seen = await shop.done(about("DeleteBooking", made).but(by=CLERK))
    assert read(seen) == ERASED
    await shop.refused(call, 401, "token-invalid")
    for recorded in await log.read_tag(f"customer:{friend.id}"):
        fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
        assert friend.name not in str(fact)
        assert friend.email not in str(fact)


async def test_in_a_process_that_does_not_know_them_a_booking_waits_and_is_refused(
    shop: Shop, held: Held
) -> None:
    friend, show = await somebody(shop), await event(shop)
    call = Call("BookSeats", json={"event_id": show["id"], "quantity": 1}, by=friend)
    erasing = asyncio.create_task(shop.send(erase(friend.id)))
    await held.reached.wait()
    shop.served.services.people._accounts.drop(friend.id)
    shop.served.services.people.forget(await _person(shop, friend))
    booking = asyncio.create_task(shop.send(call))
    held.go_on.set()
    assert (await erasing).is_success
    answer = await booking
    # It may have read the key before the erasure was committed: then it is that key, which is gone.
    assert answer.status_code in {201, 401}
    await shop.refused(call, 401, "token-invalid")
    assert await shop.served.services.people.find(friend.id) is None


async def _person(shop: Shop, caller: Caller) -> str:
    known = await shop.served.services.people.find(caller.id)
    assert known is not None
    return known.person_id


async def test_whoever_signs_in_at_that_very_moment_is_not_let_in(shop: Shop, held: Held) -> None:
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    erasing = asyncio.create_task(shop.send(erase(made["id"])))
    await held.reached.wait()
    # It finds the credentials, and is kept waiting when it wants to begin a session.
    signing_in = asyncio.create_task(shop.send(login(body)))
    await _somebody_waits(shop)
    held.go_on.set()
    assert (await erasing).is_success
    assert (await signing_in).status_code == 401


async def test_a_registration_of_the_address_waits_for_the_erasure(shop: Shop, held: Held) -> None:
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    erasing = asyncio.create_task(shop.send(erase(made["id"])))
    await held.reached.wait()
    again = asyncio.create_task(shop.send(Call("RegisterUser", json=body, by=None)))
    await _somebody_waits(shop)
    held.go_on.set()
    assert (await erasing).is_success
    answer: httpx.Response = await again
    assert answer.status_code == 201
    assert await found(shop, body["email"]) == [{"id": answer.json()["id"], "account": True}]


WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


async def _somebody_waits(shop: Shop) -> None:
    async def one_does() -> bool:
        waits: bool = await shop.served.pool.fetchval(WAITING)
        return waits

    await until(one_does, "somebody waits for the erasure")


async def test_if_the_transaction_fails_nothing_has_happened(
    shop: Shop, command_side: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ConnectionResetError

    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    with monkeypatch.context() as patch:
        patch.setattr(command_side.services.erasing, "_also", [fails])
        await shop.refused(erase(made["id"]), 503, "unavailable")
    assert (await shop.send(login(body))).is_success
    assert await found(shop, body["email"]) == [{"id": made["id"], "account": True}]
    assert (await shop.done(await _book(shop, made)))["customer"]["name"] == body["name"]


async def _book(shop: Shop, made: dict[str, Any]) -> Call:
    caller = Caller(made["id"], Role.CUSTOMER, made["name"], made["email"])
    return Call("BookSeats", json={"event_id": (await event(shop))["id"], "quantity": 1}, by=caller)


async def test_an_account_that_has_no_history_here_can_be_erased_and_come_back(shop: Shop) -> None:
    """As those of an identity provider: only their token says who they are."""
    caller = Caller(new_id(), Role.CUSTOMER, "Olaf Idp", account()["email"])
    call = Call("BookSeats", json={"event_id": (await event(shop))["id"], "quantity": 1}, by=caller)
    made = await shop.done(call)
    await shop.done(erase(caller.id))
    again = await shop.done(call)
    assert again["customer"]["person_id"] != made["customer"]["person_id"]
    assert (await shop.done(erase(caller.id)))["id"] == caller.id
    for each in (made, again):
        assert read(await shop.done(about("DeleteBooking", each).but(by=CLERK))) == ERASED


async def test_ones_own_booking_is_not_lost_to_others(shop: Shop) -> None:
    """Erasing one of two who have an address leaves the other as they were."""
    friend, show = await somebody(shop), await event(shop)
    own = await shop.done(Call("BookSeats", json={"event_id": show["id"], "quantity": 1}, by=friend))
    named = await shop.done(guest_call(show, "Zoë", friend.email))
    await shop.done(erase(named["customer"]["person_id"]))
    assert read(await shop.done(about("DeleteBooking", own).but(by=friend))) == {
        "name": friend.name, "email": friend.email,
    }  # fmt: skip
    assert (await booking(shop))["customer"]["name"] == ANA.name
