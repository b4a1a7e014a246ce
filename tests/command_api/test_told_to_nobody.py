"""Names, addresses, numbers, passwords and tokens are in no log line, and in no answer to somebody else."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import asyncpg
import httpx
import pytest
from pydantic import BaseModel, ValidationError

from command_api.accounts.signing_in import SigningIn
from runtime.logs import configure_logging
from tests.command_api.people import CLERK
from tests.command_api.requests import REQUESTS
from tests.command_api.shop import Call, Shop

NAME = "Aurelia Zaunkönig"
EMAIL = "aurelia.zaunkoenig@example.org"
PHONE = "+39 011 55 66 778"
PASSWORD = "Quokka horse battery 7"
TOKEN = "slk_0190a6a4_Zq8Vd0Xc3Bn6Mm1Qw4Er7Ty9Ui2Op5As8Df1Gh4J"
SECRETS = ("Aurelia", "aurelia", "Zaunk", "011 55 66", "Quokka", "Zq8Vd0Xc3B")
LOGIN = "/api/v1/auth/login"


class Personal(BaseModel):
    number: int


async def no_column(*_: Any) -> None:
    error = asyncpg.UniqueViolationError("duplicate key")
    error.detail = f"Key (email)=({EMAIL}) for {NAME} already exists."
    raise error


async def no_argument(*_: Any) -> None:
    raise asyncpg.DataError(f"invalid input for query argument $1: '{NAME} {PHONE}' (an integer is required)")


async def no_model(*_: Any) -> None:
    Personal.model_validate({"number": f"{NAME} {PHONE} {PASSWORD}"})


async def no_sense(*_: Any) -> None:
    raise RuntimeError(f"cannot send to {EMAIL} with Bearer {TOKEN}")


FAILURES = (no_column, no_argument, no_model, no_sense)


async def every_place(shop: Shop, client: httpx.AsyncClient) -> AsyncIterator[httpx.Response]:
    """Requests that hold the secrets wherever a request can hold something."""
    for operation in REQUESTS:
        call = await REQUESTS[operation](shop)
        texts = (NAME, EMAIL, PHONE, PASSWORD, TOKEN, f"{NAME}\x00", f"\u202e{NAME}")
        for text in texts if call.json else ():
            for field in call.json:
                yield await shop.send(call.but(json={**call.json, field: text}))
                yield await shop.send(call.but(json={**call.json, field: {text: text}}))
            yield await shop.send(call, content=f'{{"email":"{EMAIL}","name":"{NAME}",'.encode())
        for parameter in call.path:
            yield await shop.send(call.but(path={**call.path, parameter: f"{NAME} {EMAIL}"}))
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "X-Request-Id": EMAIL,
            "If-Match": NAME.encode().hex() + EMAIL,
        }
        yield await shop.send(call, key=f"{EMAIL} {TOKEN}", headers=headers)
    for path in (
        f"/{EMAIL}/{NAME}",
        f"/api/v1/bookings/{PHONE}?{urlencode({'q': NAME, 'email': EMAIL, 't': TOKEN})}",
    ):
        for method in ("GET", "POST", "DELETE", EMAIL.partition("@")[0]):
            yield await client.request(method, path, headers={"Cookie": TOKEN, "User-Agent": EMAIL})
    form = urlencode({"username": EMAIL, "password": PASSWORD, NAME: PHONE})
    for media_type in ("application/x-www-form-urlencoded", EMAIL):
        yield await client.post(LOGIN, content=form, headers={"content-type": media_type})


@pytest.mark.usefixtures("own_logging")
async def test_no_log_line_tells_whatever_is_sent(
    shop: Shop, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("debug", "json")
    await shop.send(Call("RegisterUser", json={"email": EMAIL, "password": PASSWORD, "name": NAME}, by=None))
    statuses = {response.status_code async for response in every_place(shop, client)}
    assert {201, 400, 401, 404, 405, 415, 422} <= statuses
    written = capsys.readouterr().err
    assert written.count("\n") > 100
    for secret in SECRETS:
        assert secret not in written, [line for line in written.splitlines() if secret in line][:3]


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize("failure", FAILURES)
async def test_what_goes_wrong_inside_is_logged_without_the_values_it_went_wrong_with(
    failure: Any,
    log_format: str,
    client: httpx.AsyncClient,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_logging("debug", log_format)
    monkeypatch.setattr(SigningIn, "with_password", failure)
    response = await client.post(LOGIN, json={"email": EMAIL, "password": PASSWORD})
    assert response.status_code == 500
    written = capsys.readouterr().err
    assert "Traceback" in written
    for secret in SECRETS:
        assert secret not in written
        assert secret not in response.text


async def test_one_person_hears_nothing_of_another(shop: Shop, client: httpx.AsyncClient) -> None:
    call = Call("RegisterUser", json={"email": EMAIL, "password": PASSWORD, "name": NAME}, by=None)
    await shop.send(call)
    taken = await shop.send(call.but(json={**call.json, "name": "Bob", "password": "another password"}))
    assert taken.status_code == 409
    book = await REQUESTS["BookSeats"](shop)
    customer = {"name": NAME, "email": EMAIL}
    made = await shop.done(book.but(json={**book.json, "customer": customer}, by=CLERK))
    answers = [taken, await shop.send(book)]
    for operation in ("DeleteBooking", "ConfirmBooking", "TransferBooking", "ExtendHold"):
        if operation in REQUESTS:
            other = await REQUESTS[operation](shop)
            answers.append(await shop.send(other.but(path=dict.fromkeys(other.path, made["id"]))))
    wrong = await client.post(LOGIN, json={"email": EMAIL, "password": "wrong"})
    nobody = await client.post(LOGIN, json={"email": "nobody@example.org", "password": "wrong"})
    assert {**wrong.json(), "request_id": ""} == {**nobody.json(), "request_id": ""}
    for answer in (*answers, wrong):
        if answer.status_code >= 400:
            for secret in SECRETS:
                assert secret not in answer.text


def test_a_model_that_refuses_quotes_what_it_refuses() -> None:
    """Else the test above proves nothing of it."""
    with pytest.raises(ValidationError, match="Zaunk"):
        Personal.model_validate({"number": NAME})
