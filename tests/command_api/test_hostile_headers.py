"""Headers and forms that are sent to slip something in."""

import gzip
from urllib.parse import urlencode

import httpx
import orjson
import pytest

from tests.command_api.requests import REQUESTS
from tests.command_api.served import Served
from tests.command_api.shop import Shop, check_problem

LOGIN = "/api/v1/auth/login"
FORM = {"content-type": "application/x-www-form-urlencoded"}
INJECTED = ("a\r\nSet-Cookie: x=1", "a\nb", "a\x00b", "\x7f", "é", "a" * 300, "")


@pytest.mark.parametrize("value", INJECTED)
async def test_a_key_or_a_version_that_is_none_is_refused_and_not_echoed(shop: Shop, value: str) -> None:
    call = await REQUESTS["CreateVenue"](shop)
    for name in ("Idempotency-Key", "If-Match"):
        raw = {name: value.encode("latin-1")}
        response = await shop.send(call, headers=raw)  # type: ignore[arg-type]
        assert response.status_code in {201, 400, 412, 422}, name
        if name == "Idempotency-Key":
            assert response.status_code == 422
        assert "set-cookie" not in response.headers
        assert all(value.encode("latin-1") not in held for _, held in response.headers.raw if value)


async def test_what_is_named_in_a_body_cannot_break_out_of_a_header(shop: Shop) -> None:
    call = await REQUESTS["CreateVenue"](shop)
    response = await shop.send(call.but(json={**call.json, "name": "a\r\nLocation: https://evil.example"}))
    assert response.status_code == 422
    response = await shop.send(call)
    assert "\n" not in response.headers["location"]


async def test_a_compressed_command_is_refused(shop: Shop) -> None:
    call = await REQUESTS["RegisterUser"](shop)
    content = gzip.compress(orjson.dumps(call.json))
    response = await shop.send(call, content=content, headers={"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-content-encoding")


@pytest.mark.parametrize(
    ("fields", "statuses"),
    [
        ([("username", "a@b.cd"), ("password", "x")] + [(f"f{n}", "1") for n in range(2_000)], {400}),
        ([("username", "a" * 30_000), ("password", "x")], {422}),
        ([("username", "a@b.cd"), ("password", "x" * 30_000)], {422}),
        ([("n" * 30_000, "1")], {400, 422}),
        ([("username", "a@b.cd"), ("password", "x" * 900_000)], {413}),
        ([("username", "a\r\nb@b.cd"), ("password", "x")], {422}),
        ([("username", "a\0@b.cd"), ("password", "\0")], {422}),
        ([("username", "a@b.cd"), ("username", "c@b.cd"), ("password", "x")], {401}),
    ],
)
async def test_a_form_has_few_fields_and_none_is_long(
    client: httpx.AsyncClient, fields: list[tuple[str, str]], statuses: set[int]
) -> None:
    response = await client.post(LOGIN, content=urlencode(fields), headers=FORM)
    assert response.status_code in statuses
    check_problem(response)
    assert len(response.content) < 2_000


@pytest.mark.parametrize(
    "content", [b"&" * 30_000, b"=" * 30_000, b"%" * 30_000, b"a=%ff&b=%c3%28", b"\xff\x00"]
)
async def test_what_is_no_form_is_a_clients_error(client: httpx.AsyncClient, content: bytes) -> None:
    response = await client.post(LOGIN, content=content, headers=FORM)
    assert response.status_code in {400, 422}
    check_problem(response)


async def test_a_form_of_many_parts_is_not_even_read(client: httpx.AsyncClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n1\r\n'
    response = await client.post(
        LOGIN, content=part * 400, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code == 415
    check_problem(response)


@pytest.mark.parametrize(
    "email",
    ["a" * 10_000 + "@example.org", "a@" + "b." * 5_000 + "cd", "ü" * 10_000, "@" * 10_000, "a@b" * 3_333],
)
async def test_an_endless_address_is_refused(shop: Shop, email: str) -> None:
    call = await REQUESTS["RegisterUser"](shop)
    await shop.refused(call.but(json={**call.json, "email": email}), 422, "validation-failed")


async def test_addresses_that_look_alike_are_one_account(shop: Shop, command_side: Served) -> None:
    call = await REQUESTS["RegisterUser"](shop)
    local = call.json["email"].partition("@")[0]
    made = await shop.send(call.but(json={**call.json, "email": f"{local}@bücher.example"}))
    assert made.status_code == 201
    assert made.json()["email"] == f"{local}@xn--bcher-kva.example"
    for form in (
        f"{local.upper()}@BÜCHER.example",
        f"{local}@bu\u0308cher.example",
        f"{local}@xn--bcher-kva.example",
    ):
        again = await shop.send(call.but(json={**call.json, "email": form}))
        assert (again.status_code, again.json()["code"]) == (409, "email-taken")
        response = await shop.send(
            call.but(operation="Login", json={"email": form, "password": call.json["password"]})
        )
        assert response.status_code == 200
    for hidden in (f"{local}\u200b@bücher.example", f"\u202e{local}@bücher.example"):
        await shop.refused(call.but(json={**call.json, "email": hidden}), 422, "validation-failed")


@pytest.mark.parametrize("local", ["a", "a.b+c"])
async def test_an_address_that_looks_encrypted_has_no_account(shop: Shop, local: str) -> None:
    # It would be opened wherever it is shown, and nobody could sign in with it.
    call = await REQUESTS["RegisterUser"](shop)
    email = f"{local}@pd1.{'0a' * 16}.{'a' * 45}.example"
    await shop.refused(call.but(json={**call.json, "email": email}), 422, "validation-failed")
