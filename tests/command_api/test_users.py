"""Users as administrators see to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from runtime.identity import Role
from tests.command_api.people import AUDITOR
from tests.command_api.requests import PASSWORD, account, caller, event, registered, signed_in
from tests.command_api.shop import Call, Shop
from tests.command_api.test_sessions import generation, refresh_call, user_of, waiting

GUARD = "SELECT true FROM command_api.guards FOR UPDATE"
REVOKED = """INSERT INTO access.revocations (user_id, generation, tokens_from, reason)
             VALUES ($1, 0, $2, 'by somebody who takes long')"""
OTHERS = """UPDATE command_api.credentials SET disabled_at = {}
            WHERE role = 'admin' AND NOT (user_id = ANY ($1::uuid[]))"""


def role_call(user_id: str, role: str) -> Call:
    return Call("ChangeUserRole", {"user_id": user_id}, {"role": role})


@asynccontextmanager
async def only(pool: asyncpg.Pool, *administrators: str) -> AsyncIterator[None]:
    """Meanwhile there are no others."""
    await pool.execute(OTHERS.format("created_at"), administrators)
    try:
        yield
    finally:
        await pool.execute(OTHERS.format("NULL"), administrators)


@pytest.mark.parametrize("way", ["ChangeUserRole", "DisableUser"])
async def test_two_administrators_who_remove_each_other_at_the_same_moment_leave_one(
    way: str, shop: Shop, command_pool: asyncpg.Pool
) -> None:
    one, two = await caller(shop, Role.ADMIN), await caller(shop, Role.ADMIN)
    body = {"role": "customer"} if way == "ChangeUserRole" else None
    async with only(command_pool, one.id, two.id):
        async with command_pool.acquire() as connection, connection.transaction():
            await connection.fetchval(GUARD)
            racing = [
                asyncio.create_task(shop.send(Call(way, {"user_id": whom.id}, body, by=by)))
                for by, whom in ((one, two), (two, one))
            ]
            await waiting(connection, 2)
        answers = [await each for each in racing]
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert sum(answer.json().get("code") == "last-administrator" for answer in answers) == 1
        left = await command_pool.fetchval(
            "SELECT count(*) FROM command_api.credentials WHERE role = 'admin' AND disabled_at IS NULL"
        )
        assert left == 1


async def test_another_role_counts_at_once_and_sessions_go_on_with_it(shop: Shop) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    before = generation(shop, me.id)
    changed = await shop.done(role_call(me.id, "box_office"))
    assert (changed["role"], changed["status"]) == ("box_office", "active")
    assert generation(shop, me.id) > before
    again = await shop.done(refresh_call(pair["refresh_token"]))
    assert (await user_of(shop, again)).role is Role.BOX_OFFICE


async def test_a_role_that_one_has_changes_and_revokes_nothing(shop: Shop, log: PostgresStore) -> None:
    me = await caller(shop)
    before = await log.last_position()
    first = await shop.send(role_call(me.id, "customer"))
    assert first.json()["role"] == "customer"
    assert await log.last_position() == before
    assert generation(shop, me.id) == 0


async def test_who_is_disabled_gets_in_in_no_way_until_they_are_enabled(shop: Shop) -> None:
    known = await registered(shop)
    pair = await shop.done(Call("Login", json=known, by=None))
    me = await user_of(shop, pair)
    assert (await shop.done(Call("DisableUser", {"user_id": me.id})))["status"] == "disabled"
    await shop.refused(Call("Login", json=known, by=None), 401, "wrong-credentials")
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) > 0
    assert (await shop.done(Call("EnableUser", {"user_id": me.id})))["status"] == "active"
    await shop.done(Call("Login", json=known, by=None))
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")


async def test_a_token_is_not_issued_for_the_role_that_somebody_has_just_lost(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    """Whoever fetches a token while the role is changed waits, and gets one with the new role."""
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    async with command_pool.acquire() as connection, connection.transaction():
        await connection.execute(REVOKED, me.id, shop.served.clock())
        changing = asyncio.create_task(shop.send(role_call(me.id, "auditor")))
        await waiting(connection, 1)
        fetching = asyncio.create_task(shop.send(refresh_call(pair["refresh_token"])))
        await waiting(connection, 2)
    assert (await changing).is_success
    assert (await user_of(shop, (await fetching).json())).role is Role.AUDITOR


async def test_users_are_found_by_role_and_by_address_in_pages(shop: Shop) -> None:
    made = [await caller(shop, Role.AUDITOR) for _ in range(3)]
    call = Call("ListUsers")
    first = await shop.done(call, query="role=auditor&limit=2")
    assert [each["id"] for each in first["items"]] == [made[2].id, made[1].id]
    rest = await shop.done(call, query=f"role=auditor&limit=2&cursor={first['next']}")
    assert rest["items"][0]["id"] == made[0].id
    found = await shop.done(call, query=f"email=%20{made[0].email.upper()}")
    assert [each["id"] for each in found["items"]] == [made[0].id]
    assert found["next"] is None
    assert (await shop.done(call, query="email=nobody@example.org"))["items"] == []
    await shop.refused(call, 422, "validation-failed", query="role=king")
    await shop.refused(call, 422, "bad-cursor", query="cursor=x")


async def test_a_user_has_an_etag_that_a_command_takes(shop: Shop) -> None:
    me = await caller(shop)
    response = await shop.send(Call("GetUser", {"user_id": me.id}))
    assert (response.json()["name"], response.json()["email"]) == (me.name, me.email)
    etag = response.headers["ETag"]
    changed = await shop.send(role_call(me.id, "box_office"), if_match=etag)
    await shop.refused(role_call(me.id, "customer"), 412, "version-mismatch", if_match=etag)
    await shop.done(role_call(me.id, "customer"), if_match=changed.headers["ETag"])


@pytest.mark.parametrize("nobody", ["x", "0" * 36, "01900000-0000-7000-8000-000000000000", "z" * 36])
async def test_what_is_no_user_is_not_found(nobody: str, shop: Shop) -> None:
    for operation in ("GetUser", "DisableUser", "EnableUser"):
        await shop.refused(Call(operation, {"user_id": nobody}), 404, "user-not-found")


async def test_names_in_every_script_and_addresses_of_every_domain_are_kept(shop: Shop) -> None:
    for number, name in enumerate(
        ("Zoë Ødegård", "Анна", "王小明", "عائشة", "Ὀδυσσεύς", "O'Neil; DROP TABLE")
    ):
        body = {"email": f"nr{number}-{account()['email']}", "name": name, "role": "organizer"}
        made = await shop.done(Call("AddUser", json=body))
        assert (made["name"], made["role"]) == (name, "organizer")
        assert (await shop.done(Call("GetUser", {"user_id": made["id"]}))) == made


async def test_an_address_is_one_account_however_its_domain_is_written(shop: Shop) -> None:
    body = {"password": PASSWORD, "name": "Jörg"}
    number = account()["email"].partition("@")[0]
    made = await shop.done(Call("RegisterUser", json={**body, "email": f"{number}@Bücher.example"}, by=None))
    again = {**body, "email": f"{number}@xn--bcher-kva.EXAMPLE"}
    await shop.refused(Call("RegisterUser", json=again, by=None), 409, "email-taken")
    pair = await shop.done(Call("Login", json={"email": again["email"], "password": PASSWORD}, by=None))
    assert (await user_of(shop, pair)).id == made["id"]


async def test_a_key_for_some_events_is_not_told_who_has_accounts_and_keys(shop: Shop) -> None:
    key = replace(AUDITOR, events=frozenset({(await event(shop))["id"]}))
    somebody = await caller(shop, Role.BOX_OFFICE)
    for call in (
        Call("ListUsers", by=AUDITOR),
        Call("GetUser", {"user_id": somebody.id}, by=AUDITOR),
        Call("ListApiKeys", query={"owner": somebody.id}, by=AUDITOR),
        Call("FindCustomers", query={"email": somebody.email}, by=AUDITOR),
    ):
        await shop.done(call)
        await shop.refused(call.but(by=key), 403, "forbidden")
