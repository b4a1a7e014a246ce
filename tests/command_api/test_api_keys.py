"""API keys over the API: shown once, listed, revoked, and gone with whoever made them."""

import asyncio

import asyncpg

from runtime.authentication.api_key_check import ApiKeyCheck
from runtime.identity import Caller, Role
from runtime.problems import Problem
from tests.command_api.requests import caller, event
from tests.command_api.shop import Call, Shop

BODY = {"name": "Door of the Teatro Regio", "role": "box_office"}


def make(by: Caller, **changes: object) -> Call:
    return Call("MakeApiKey", json={**BODY, **changes}, by=by)


async def opened(shop: Shop, text: str) -> Caller | str:
    """Whom the key stands for, or the code of the problem; looked up afresh."""
    try:
        return (await ApiKeyCheck(shop.served.pool, shop.served.clock).credential(text)).caller
    except Problem as refused:
        return refused.answer.code


async def test_a_key_acts_in_its_role_for_its_events_and_names_its_owner(shop: Shop) -> None:
    admin, show = await caller(shop, Role.ADMIN), await event(shop)
    made = await shop.done(make(admin, events=[show["id"]]))
    found = await opened(shop, made["key"])
    assert found == Caller(made["id"], Role.BOX_OFFICE, BODY["name"], "", frozenset({show["id"]}), admin.id)
    assert made["note"] is None


async def test_the_key_is_shown_once_and_kept_nowhere(shop: Shop, command_pool: asyncpg.Pool) -> None:
    clerk = await caller(shop, Role.BOX_OFFICE)
    first = await shop.send(make(clerk), key="once")
    again = await shop.send(make(clerk), key="once")
    assert first.headers["Cache-Control"] == "no-store"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
    assert again.json() == {**first.json(), "key": None, "note": again.json()["note"]}
    assert "revoke this key" in again.json()["note"]
    text = first.json()["key"]
    for table in ("eventstore.commands", "eventstore.events", "access.api_keys"):
        assert text not in str(await command_pool.fetch(f"SELECT t::text FROM {table} AS t"))
    listed = await shop.done(Call("ListApiKeys", by=clerk))
    assert len(listed["items"]) == 1
    assert "key" not in listed["items"][0]


async def test_requests_that_come_all_at_once_make_one_key(shop: Shop) -> None:
    clerk = await caller(shop, Role.BOX_OFFICE)
    answers = await asyncio.gather(*(shop.send(make(clerk), key="at once") for _ in range(5)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.json()["key"] is not None for answer in answers) == 1


async def test_it_ends_when_it_is_revoked_when_its_maker_is_disabled_or_gets_another_role(
    shop: Shop,
) -> None:
    clerk = await caller(shop, Role.BOX_OFFICE)
    revoked, other = await shop.done(make(clerk)), await shop.done(make(clerk))
    await shop.done(Call("RevokeApiKey", {"key_id": revoked["id"]}, by=clerk))
    assert await opened(shop, revoked["key"]) == "token-revoked"
    assert isinstance(await opened(shop, other["key"]), Caller)
    await shop.done(Call("DisableUser", {"user_id": clerk.id}))
    assert await opened(shop, other["key"]) == "token-revoked"
    await shop.done(Call("EnableUser", {"user_id": clerk.id}))
    assert await opened(shop, other["key"]) == "token-revoked"
    last = await shop.done(make(clerk))
    await shop.done(Call("ChangeUserRole", {"user_id": clerk.id}, {"role": "customer"}))
    assert await opened(shop, last["key"]) == "token-revoked"


async def test_keys_are_their_makers_and_an_administrators_to_end(shop: Shop) -> None:
    clerk, other = await caller(shop, Role.BOX_OFFICE), await caller(shop, Role.BOX_OFFICE)
    made = await shop.done(make(clerk))
    revoke = Call("RevokeApiKey", {"key_id": made["id"]}, by=other)
    await shop.refused(revoke, 404, "api-key-not-found")
    for nobody in ("x", "0" * 36, "z" * 36):
        await shop.refused(revoke.but(path={"key_id": nobody}), 404, "api-key-not-found")
    listing = Call("ListApiKeys", by=other)
    assert (await shop.done(listing, query=f"owner={clerk.id}"))["items"] == [], "theirs, and they have none"
    admin = await caller(shop, Role.ADMIN)
    found = (await shop.done(listing.but(by=admin), query=f"owner={clerk.id}"))["items"]
    assert [each["id"] for each in found] == [made["id"]]
    assert (await shop.done(listing.but(by=admin), query="owner=x"))["items"] == []
    await shop.done(revoke.but(by=admin))
    await shop.refused(revoke.but(by=admin), 404, "api-key-not-found")


async def test_an_organizer_makes_keys_for_events_of_theirs_only(shop: Shop) -> None:
    organizer, show = await caller(shop, Role.ORGANIZER), await event(shop)
    await shop.refused(make(organizer, events=[show["id"]]), 404, "event-not-found")


async def test_a_key_makes_no_keys(shop: Shop) -> None:
    clerk = await caller(shop, Role.BOX_OFFICE)
    made = await shop.done(make(clerk))
    key = await opened(shop, made["key"])
    assert isinstance(key, Caller)
    await shop.refused(make(key), 404, "user-not-found")
