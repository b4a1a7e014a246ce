"""Guessing is slowed down, nobody is locked out, and letters need a mail server."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from command_api.accounts.attempts import Attempts
from runtime.http.rate_limits.sign_in import SignInLimits
from runtime.mail.letter import Letter
from runtime.mail.outbox import Outbox
from runtime.problems import Problem
from tests.command_api.requests import account, registered
from tests.command_api.shop import Call, Shop

FAILURES = 3


class Limited:
    """What the outer layers put into the scope."""

    def __init__(self) -> None:
        self.sign_in = SignInLimits(FAILURES, now=lambda: 0.0)


def tried(attempts: Attempts, limits: Limited, address: str, account: str, *, right: bool = False) -> bool:
    """Whether the password was looked at."""
    scope = {"rate_limits": limits, "client_address": address}
    try:
        attempts.begin(scope, account)
    except Problem as refused:
        return refused.answer.code != "too-many-attempts"
    if right:
        attempts.succeeded(scope, account)
    return True


def test_who_has_signed_in_from_here_before_is_not_kept_out_by_strangers() -> None:
    attempts, limits = Attempts(), Limited()
    assert tried(attempts, limits, "192.0.2.1", "ana", right=True)
    flood = [tried(attempts, limits, f"198.51.100.{n}", "ana") for n in range(20)]
    assert flood.count(True) == FAILURES
    assert tried(attempts, limits, "192.0.2.1", "ana", right=True)
    assert not tried(attempts, limits, "203.0.113.9", "ana", right=True), "a stranger like any other"
    guesses = [tried(attempts, limits, "192.0.2.1", "ana") for _ in range(20)]
    assert guesses.count(True) == FAILURES, "and there is no end to nobody's guesses"


@pytest.mark.parametrize("operation", ["Login", "ChangePassword", "RegisterUser", "RequestPasswordReset"])
async def test_too_many_attempts_are_told_so_whoever_it_is(
    operation: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_scope: object, _account: str) -> None:
        raise Problem.of(429, "too-many-attempts", "Too many requests", retry_after=3)

    monkeypatch.setattr(shop.served.services.account.attempts, "begin", full)
    known = await registered_without_limits(shop, monkeypatch, full)
    bodies = {
        "Login": known,
        "ChangePassword": {"current_password": "x", "new_password": "another battery"},
        "RegisterUser": account(),
        "RequestPasswordReset": {"email": known["email"]},
    }
    by = None if operation != "ChangePassword" else Call("WhoAmI").by
    await shop.refused(Call(operation, json=bodies[operation], by=by), 429, "too-many-attempts")


async def registered_without_limits(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, full: object
) -> dict[str, str]:
    attempts = shop.served.services.account.attempts
    monkeypatch.setattr(attempts, "begin", lambda _scope, _account: None)
    known = await registered(shop)
    monkeypatch.setattr(attempts, "begin", full)
    return known


async def test_other_requests_go_on_while_passwords_are_guessed(
    shop: Shop, client: httpx.AsyncClient
) -> None:
    calls = [
        shop.send(Call("Login", json={"email": f"nobody{n}@example.org", "password": "wrong"}, by=None))
        for n in range(300)
    ]
    guessing = asyncio.gather(*calls)
    alive = await client.get("/livez")
    assert alive.status_code == 200
    assert not guessing.done()
    statuses = [answer.status_code for answer in await guessing]
    assert set(statuses) <= {401, 429, 503}
    assert {401, 503} <= {*statuses, 401}


class Kept:
    """Keeps what it is given to send."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        self.letters.append(letter)


async def test_a_letter_goes_to_whoever_has_an_account_once_a_minute_and_its_token_is_good(
    shop: Shop,
) -> None:
    known, mail, before = await registered(shop), Kept(), shop.served.services
    outbox = Outbox(mail)
    shop.served.services = replace(before, account=replace(before.account, outbox=outbox))
    try:
        for email in (known["email"].upper(), known["email"], "nobody@example.org"):
            await shop.done(Call("RequestPasswordReset", json={"email": email}, by=None))
        await outbox.delivered()
    finally:
        shop.served.services = before
        await outbox.close()
    [letter] = mail.letters
    assert letter.to == known["email"]
    [token] = [line for line in letter.text.splitlines() if len(line) == 64]
    body = {"token": token, "new_password": "another battery"}
    await shop.done(Call("ConfirmPasswordReset", json=body, by=None))


async def test_without_mail_it_is_said_to_everybody(shop: Shop) -> None:
    known, before = await registered(shop), shop.served.services
    shop.served.services = replace(before, account=replace(before.account, outbox=None))
    try:
        for email in (known["email"], "nobody@example.org"):
            call = Call("RequestPasswordReset", json={"email": email}, by=None)
            await shop.refused(call, 503, "mail-not-configured")
        body = {"email": account()["email"], "name": "Clara", "role": "box_office"}
        await shop.refused(Call("AddUser", json=body), 503, "mail-not-configured")
    finally:
        shop.served.services = before
