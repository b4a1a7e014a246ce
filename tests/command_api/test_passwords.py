"""Passwords: what is verified when somebody signs in, and what a new one ends."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from argon2 import PasswordHasher

from command_api.accounts import reset_tokens
from command_api.accounts.password import must_be_good, prepared
from runtime.problems import Problem
from tests.command_api.requests import PASSWORD, account, caller, registered, signed_in
from tests.command_api.shop import Call, Shop
from tests.command_api.test_sessions import generation, refresh_call, user_of

NEW = "another battery"
OF = "SELECT password_hash FROM command_api.credentials WHERE email = $1"


def login(known: dict[str, str], **changes: str) -> Call:
    return Call("Login", json={**known, **changes}, by=None)


class Counted:
    """Counts the hashes that are worked out."""

    def __init__(self, passwords: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        for name in ("hash", "_matches"):
            monkeypatch.setattr(passwords, name, self._counting(name, getattr(passwords, name)))

    def _counting(self, name: str, work: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            self.done.append(name)
            return work(*arguments)

        return counted


async def test_the_work_is_the_same_whoever_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    known, disabled = await registered(shop), await registered(shop)
    pair = await shop.done(login(disabled))
    user = await user_of(shop, pair)
    await shop.done(Call("DisableUser", {"user_id": user.id}))
    counted = Counted(shop.served.services.accounts._passwords, monkeypatch)
    answers = []
    for call in (
        login(known, password="wrong"),
        login(known, email="nobody@example.org"),
        login(disabled),
        login(disabled, password="wrong"),
    ):
        counted.done.clear()
        problem = await shop.refused(call, 401, "wrong-credentials")
        del problem["request_id"]
        answers.append(problem)
        assert counted.done == ["_matches"]
    assert all(answer == answers[0] for answer in answers)


async def test_a_hash_with_other_parameters_is_made_anew_when_its_owner_signs_in(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    known = await registered(shop)
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    await command_pool.execute(
        "UPDATE command_api.credentials SET password_hash = $2 WHERE email = $1", known["email"], old
    )
    await shop.refused(login(known, password="wrong"), 401, "wrong-credentials")
    assert await command_pool.fetchval(OF, known["email"]) == old
    await shop.done(login(known))
    fresh = await command_pool.fetchval(OF, known["email"])
    assert not shop.served.services.accounts._passwords.needs_rehash(fresh)
    await shop.done(login(known))
    assert await command_pool.fetchval(OF, known["email"]) == fresh


async def test_a_password_is_the_same_however_its_letters_are_composed(shop: Shop) -> None:
    body = {**account(), "password": "caf\u00e9 au\u00a0lait"}
    await shop.done(Call("RegisterUser", json=body, by=None))
    known = {"email": body["email"], "password": "cafe\u0301 au lait"}
    await shop.done(login(known))
    await shop.refused(login(known, password="cafe au lait"), 401, "wrong-credentials")


async def test_a_password_may_be_long_and_in_any_script(shop: Shop) -> None:
    for password in ("x1" * 512, "пароль от театра", "劇場の秘密の言葉", "🎭" * 7 + "🎟"):
        body = {**account(), "password": password}
        await shop.done(Call("RegisterUser", json=body, by=None))
        await shop.done(login({"email": body["email"], "password": password}))
    longer = {**account(), "password": "x" * 1_025}
    await shop.refused(Call("RegisterUser", json=longer, by=None), 422, "validation-failed")


@pytest.mark.parametrize(
    "weak", ["ana@example.org", "ANA@example.ORG ", "Ana Ruiz", "ana ruiz", "11111111", "  "]
)
def test_what_would_be_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(Problem) as refused:
        must_be_good(weak, "ana@example.org", "Ana Ruiz")
    assert refused.value.answer.code == "weak-password"


def test_preparing_twice_is_preparing_once() -> None:
    for text in ("cafe\u0301", "\u3000a\u00a0b", "ﬁ", "Å"):
        assert prepared(prepared(text)) == prepared(text)
    assert prepared("ﬁ") != "fi"


async def test_changing_it_ends_every_session_but_the_one_that_begins(shop: Shop) -> None:
    known = await registered(shop)
    first, second = await shop.done(login(known)), await shop.done(login(known))
    me = await user_of(shop, first)
    body = {"current_password": PASSWORD, "new_password": NEW}
    third = await shop.done(Call("ChangePassword", json=body, by=me))
    for pair in (first, second):
        await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    await shop.done(refresh_call(third["refresh_token"]))
    assert generation(shop, me.id) > 0
    await shop.refused(login(known), 401, "wrong-credentials")
    await shop.done(login(known, password=NEW))


async def test_of_two_who_change_it_at_once_one_does(shop: Shop) -> None:
    known = await registered(shop)
    me = await user_of(shop, await shop.done(login(known)))
    calls = [
        Call("ChangePassword", json={"current_password": PASSWORD, "new_password": f"{NEW} {n}"}, by=me)
        for n in range(3)
    ]
    answers = await asyncio.gather(*(shop.send(call) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]


async def test_a_session_does_not_begin_with_a_password_that_was_changed_meanwhile(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await registered(shop)
    me = await user_of(shop, await shop.done(login(known)))
    signing_in = shop.served.services.account.signing_in
    renewed = signing_in._renewed_hash

    async def changed_first(user_id: str, stored: str, password: str) -> str:
        monkeypatch.undo()
        await shop.served.services.account.new_passwords.change(me.id, PASSWORD, NEW, shop.served.clock())
        return await renewed(user_id, stored, password)

    monkeypatch.setattr(signing_in, "_renewed_hash", changed_first)
    await shop.refused(login(known), 401, "wrong-credentials")


async def test_a_reset_token_is_good_once_and_for_half_an_hour(shop: Shop) -> None:
    pair = await signed_in(shop)
    me = await user_of(shop, pair)
    pool, now = shop.served.pool, shop.served.clock()
    old = await reset_tokens.make(pool, me.id, now)
    newest = await reset_tokens.make(pool, me.id, now)

    def confirm(token: str, password: str = NEW) -> Call:
        return Call("ConfirmPasswordReset", json={"token": token, "new_password": password}, by=None)

    for token in (old, newest[:-1], f"{newest}A", "A" * 64, newest.swapcase(), "é" * 64):
        await shop.refused(confirm(token), 401, "reset-token-invalid")
    with shop.later(timedelta(minutes=31)):
        await shop.refused(confirm(newest), 401, "reset-token-invalid")
    await shop.refused(confirm(newest, "aaaaaaaa"), 422, "weak-password")
    answers = await asyncio.gather(*(shop.send(confirm(newest, f"{NEW} {n}")) for n in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 401, 401]
    await shop.refused(refresh_call(pair["refresh_token"]), 401, "refresh-token-invalid")
    assert generation(shop, me.id) > 0
    assert newest not in str(await pool.fetch("SELECT * FROM command_api.password_resets"))


async def test_who_is_disabled_meanwhile_cannot_use_a_token(shop: Shop) -> None:
    me = await caller(shop)
    token = await reset_tokens.make(shop.served.pool, me.id, shop.served.clock())
    await shop.done(Call("DisableUser", {"user_id": me.id}))
    again = await reset_tokens.make(shop.served.pool, me.id, shop.served.clock())
    for each in (token, again):
        body = {"token": each, "new_password": NEW}
        await shop.refused(Call("ConfirmPasswordReset", json=body, by=None), 401, "reset-token-invalid")
