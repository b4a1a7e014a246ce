"""Sessions: refresh tokens that are used once, listed, ended, and swept away when they have expired."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from runtime.identity import Caller, Role
from tests.command_api.people import BEN
from tests.command_api.requests import caller, registered, signed_in
from tests.command_api.shop import Call, Shop

LOCK = "SELECT true FROM command_api.credentials WHERE user_id = $1 FOR UPDATE"
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


def refresh_call(token: str) -> Call:
    return Call("Refresh", json={"refresh_token": token}, by=None)


async def user_of(shop: Shop, pair: dict[str, str]) -> Caller:
    return shop.served.tokens.verify(pair["access_token"])


def generation(shop: Shop, user_id: str) -> int:
    return shop.served.services.account.revocations.generation_of(user_id)


async def waiting(connection: Any, number: int) -> None:
    """Until so many wait for a lock, asked over the connection that holds it: there may be no other left."""
    async with asyncio.timeout(60):
        while True:
            if await connection.fetchval(WAITING) >= number:
                return
            await asyncio.sleep(0.01)


async def test_of_two_refreshes_at_the_very_same_moment_one_wins_and_the_session_ends(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    before = generation(shop, me.id)
    async with command_pool.acquire() as connection, connection.transaction():
        await connection.fetchval(LOCK, me.id)
        racing = [asyncio.create_task(shop.send(refresh_call(pair["refresh_token"]))) for _ in range(2)]
        await waiting(connection, 2)
    answers = [await each for each in racing]
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    [won] = [answer.json() for answer in answers if answer.is_success]
    await shop.refused(refresh_call(won["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) > before, "and access tokens issued before count no more"


async def test_an_answer_that_got_lost_costs_the_session_when_it_is_asked_for_again(shop: Shop) -> None:
    """That a token is used twice looks the same, whether an answer got lost or the token was stolen."""
    pair, other = await signed_in(shop), await signed_in(shop)
    await shop.done(refresh_call(pair["refresh_token"]))
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    await shop.done(refresh_call(other["refresh_token"]))


async def test_a_token_that_expired_unused_revokes_nothing(shop: Shop) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    with shop.later(timedelta(days=8)):
        await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) == 0


async def test_sessions_are_listed_the_newest_first_in_pages(shop: Shop) -> None:
    known = await registered(shop)
    pairs = [await shop.done(Call("Login", json=known, by=None)) for _ in range(3)]
    me = await user_of(shop, pairs[0])
    with shop.later(timedelta(hours=1)):
        await shop.done(refresh_call(pairs[0]["refresh_token"]))
        found = (await shop.done(Call("ListSessions", by=me)))["items"]
    assert [each["begun_at"] for each in found] == sorted((each["begun_at"] for each in found), reverse=True)
    used = [each for each in found if each["last_used_at"] > each["begun_at"]]
    assert len(found) == 3
    assert used == [found[-1]]
    with shop.later(timedelta(days=8)):
        assert (await shop.done(Call("ListSessions", by=me)))["items"] == []


async def test_a_session_is_ended_by_whoever_it_belongs_to(shop: Shop) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    [session] = (await shop.done(Call("ListSessions", by=me)))["items"]
    call = Call("EndSession", {"session_id": session["id"]}, by=BEN)
    await shop.refused(call, 404, "session-not-found")
    for nobody in (str(uuid4()), "x", "0" * 36):
        await shop.refused(call.but(path={"session_id": nobody}, by=me), 404, "session-not-found")
    await shop.done(call.but(by=me))
    await shop.refused(call.but(by=me), 404, "session-not-found")
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) > 0


async def test_signing_out_everywhere_ends_sessions_and_access_tokens_at_once(shop: Shop) -> None:
    known = await registered(shop)
    pairs = [await shop.done(Call("Login", json=known, by=None)) for _ in range(2)]
    me = await user_of(shop, pairs[0])
    await shop.done(Call("LogoutEverywhere", by=me))
    for pair in pairs:
        await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) > 0


async def test_an_api_key_signs_nobody_out(shop: Shop) -> None:
    key = Caller(str(uuid4()), Role.BOX_OFFICE, "Door", "", acts_for=(await caller(shop)).id)
    tokens, as_key = shop.served.tokens, type(shop.served.tokens).verify
    try:
        type(tokens).verify = lambda _self, _token: key  # type: ignore[method-assign, assignment]
        for operation in ("Logout", "LogoutEverywhere"):
            await shop.refused(Call(operation, by=key), 403, "forbidden")
    finally:
        type(tokens).verify = as_key  # type: ignore[method-assign]


async def test_what_has_expired_is_swept_away_in_bounded_steps(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    await shop.done(refresh_call(pair["refresh_token"]))
    sessions = shop.served.services.account.sessions
    mine = "SELECT count(*) FROM command_api.refresh_tokens WHERE user_id = $1"
    assert not await sessions.sweep(shop.served.clock())
    assert await command_pool.fetchval(mine, me.id) == 2, "a spent one is kept until it expires"
    while await sessions.sweep(shop.served.clock() + timedelta(days=8)):
        pass
    assert await command_pool.fetchval(mine, me.id) == 0
