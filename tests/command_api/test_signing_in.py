"""Accounts and sessions: register, login, refresh, logout."""

import asyncio
from datetime import timedelta

import asyncpg

from runtime.identity import Role
from tests.command_api.people import ANA
from tests.command_api.requests import PASSWORD, account, registered, signed_in
from tests.command_api.shop import Call, Shop

FORM = "application/x-www-form-urlencoded"


def refresh_call(token: str) -> Call:
    return Call("Refresh", json={"refresh_token": token}, by=None)


async def test_who_has_registered_signs_in_and_is_that_customer(shop: Shop) -> None:
    body = account()
    made = await shop.done(Call("RegisterUser", json=body, by=None))
    assert made == {"id": made["id"], "email": body["email"], "name": body["name"], "role": "customer"}
    response = await shop.send(Call("Login", json={"email": body["email"], "password": PASSWORD}, by=None))
    assert response.headers["Cache-Control"] == "no-store"
    caller = shop.served.tokens.verify(response.json()["access_token"])
    assert (caller.id, caller.role, caller.email) == (made["id"], Role.CUSTOMER, body["email"])
    assert response.json()["expires_in"] == shop.served.tokens.access_seconds


async def test_nobody_registers_with_a_role(shop: Shop) -> None:
    call = Call("RegisterUser", json={**account(), "role": "admin"}, by=None)
    await shop.refused(call, 422, "validation-failed")


async def test_an_address_is_the_same_in_every_case_and_with_spaces(shop: Shop) -> None:
    known = await registered(shop)
    for email in (known["email"].upper(), f"  {known['email']} "):
        await shop.done(Call("Login", json={**known, "email": email}, by=None))


async def test_the_password_form_of_oauth_signs_in_too(shop: Shop) -> None:
    known = await registered(shop)
    form = f"grant_type=password&username={known['email']}&password=correct+horse+battery&scope="
    call = Call("Login", by=None)
    for media_type in (FORM, f"{FORM}; charset=utf-8"):
        await shop.done(call, content=form.encode(), headers={"Content-Type": media_type})
    wrong = f"username={known['email']}&password=wrong"
    await shop.refused(call, 401, "wrong-credentials", content=wrong.encode(), headers={"Content-Type": FORM})


async def test_a_form_that_makes_no_sense_is_refused(shop: Shop) -> None:
    for form in ("", "username=a", "password=b", "%ff=%00", "username=%00%ff&password=%00", "x" * 2_000):
        response = await shop.send(
            Call("Login", by=None), content=form.encode(), headers={"Content-Type": FORM}
        )
        assert response.status_code in {400, 401, 422}, form[:40]
    many = "&".join(f"f{number}=1" for number in range(500))
    response = await shop.send(Call("Login", by=None), content=many.encode(), headers={"Content-Type": FORM})
    assert response.status_code in {400, 413, 422}


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(shop: Shop) -> None:
    known = await registered(shop)
    wrong = await shop.refused(
        Call("Login", json={**known, "password": "wrong"}, by=None), 401, "wrong-credentials"
    )
    unknown = await shop.refused(
        Call("Login", json={**known, "email": "nobody@example.org"}, by=None), 401, "wrong-credentials"
    )
    del wrong["request_id"], unknown["request_id"]
    assert wrong == unknown


async def test_a_refresh_token_is_good_for_one_use(shop: Shop) -> None:
    pair = await signed_in(shop)
    second = await shop.done(refresh_call(pair["refresh_token"]))
    third = await shop.done(refresh_call(second["refresh_token"]))
    assert len({each["refresh_token"] for each in (pair, second, third)}) == 3


async def test_using_a_spent_token_ends_all_that_came_from_the_same_sign_in(shop: Shop) -> None:
    pair, other = await signed_in(shop), await signed_in(shop)
    second = await shop.done(refresh_call(pair["refresh_token"]))
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    await shop.refused(refresh_call(second["refresh_token"]), 401, "refresh-token-invalid")
    await shop.done(refresh_call(other["refresh_token"]))


async def test_of_two_who_use_a_token_at_once_neither_keeps_the_session(shop: Shop) -> None:
    call = refresh_call((await signed_in(shop))["refresh_token"])
    answers = await asyncio.gather(*(shop.send(call) for _ in range(4)))
    won = [answer.json() for answer in answers if answer.is_success]
    assert len(won) == 1
    await shop.refused(refresh_call(won[0]["refresh_token"]), 401, "refresh-token-invalid")


async def test_an_expired_refresh_token_is_refused(shop: Shop) -> None:
    pair = await signed_in(shop)
    with shop.later(timedelta(days=8)):
        await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")


async def test_signing_out_ends_one_session_or_all_of_them(shop: Shop) -> None:
    known = await registered(shop)
    first, second, third = [await shop.done(Call("Login", json=known, by=None)) for _ in range(3)]
    caller = shop.served.tokens.verify(first["access_token"])
    await shop.done(Call("Logout", json={"refresh_token": first["refresh_token"]}, by=caller))
    await shop.refused(refresh_call(first["refresh_token"]), 401, "refresh-token-invalid")
    second = await shop.done(refresh_call(second["refresh_token"]))
    await shop.done(Call("Logout", by=ANA))
    third = await shop.done(refresh_call(third["refresh_token"]))
    await shop.done(Call("Logout", by=caller))
    for pair in (second, third):
        await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")


async def test_nobody_signs_somebody_else_out(shop: Shop) -> None:
    theirs, mine = await signed_in(shop), await signed_in(shop)
    caller = shop.served.tokens.verify(mine["access_token"])
    await shop.done(Call("Logout", json={"refresh_token": theirs["refresh_token"]}, by=caller))
    for pair in (theirs, mine):
        await shop.done(refresh_call(pair["refresh_token"]))


async def test_neither_passwords_nor_refresh_tokens_are_in_the_database(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    pair = await signed_in(shop)
    rows = await command_pool.fetch("SELECT * FROM command_api.credentials")
    assert PASSWORD not in str([dict(row) for row in rows])
    kept = await command_pool.fetch("SELECT token_hash FROM command_api.refresh_tokens")
    assert pair["refresh_token"] not in str([dict(row) for row in kept])
    facts = await command_pool.fetch("SELECT data::text, metadata::text FROM eventstore.events")
    assert PASSWORD not in str([tuple(row) for row in facts])
