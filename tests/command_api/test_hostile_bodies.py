"""Whatever is sent, the answer is a 4xx problem or a success: never a 500, never a hang, never a broken log."""

import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command_api.nasty import NO_OBJECTS, NOT_JSON, spoilt
from tests.command_api.requests import COMMANDS, READS, REQUESTS, account
from tests.command_api.shop import Call, Shop

WITHOUT_BODY = {
    "CloseVenue",
    "WithdrawTicketType",
    "PublishEvent",
    "CloseSales",
    "DeleteBooking",
    "DeleteEvent",
    "ReopenSales",
    "WithdrawOffer",
    "ReleaseAllotment",
    "LogoutEverywhere",
    "EndSession",
    "RevokeApiKey",
    "DisableUser",
    "EnableUser",
    "ErasePerson",
}
WITH_BODY = tuple(name for name in REQUESTS if name not in WITHOUT_BODY | READS)
FUZZED: dict[str, Call] = {}
"""One request for each operation, made once: what has to be there for it may cost a password's hash."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("operation", sorted(set(REQUESTS) - READS))
async def test_what_is_no_json_object_is_refused(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    for content in (*NOT_JSON, *NO_OBJECTS):
        response = await shop.send(call, content=content)
        # Of strangers long ones are not even looked at.
        refused = {400, 413, 422} if call.by is None else {400, 422}
        assert response.status_code in refused, content[:40]


@pytest.mark.parametrize("operation", WITH_BODY)
async def test_one_bad_value_anywhere_is_refused_or_harmless(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    answers = [
        (what, (await shop.send(call, content=content)).status_code) for what, content in spoilt(call.json)
    ]
    assert len(answers) >= 50
    for what, status in answers:
        assert status in {200, 201, 202, 204, 400, 401, 403, 404, 409, 413, 422}, f"{what}: {status}"
        assert status != 413 or call.by is None, what
    assert sum(status in {400, 413, 422} for _, status in answers) > len(answers) * 0.5


@pytest.mark.parametrize("operation", REQUESTS)
async def test_a_body_of_eleven_megabytes_is_refused(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    body = b'{"name":"' + b"x" * 11_000_000 + b'"}'
    response = await shop.send(call, content=body)
    assert (response.status_code, response.json()["code"]) == (413, "body-too-large")


STRANGERS = ["RegisterUser", "Login", "Refresh", "RequestPasswordReset", "ConfirmPasswordReset"]


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 4096):
        yield body[start : start + 4096]


@pytest.mark.parametrize("operation", STRANGERS)
async def test_a_stranger_is_held_to_a_short_body_announced_or_not(operation: str, shop: Shop) -> None:
    call = await REQUESTS[operation](shop)
    body = b"{" + b",".join(b'"f%d":1' % number for number in range(5_000)) + b"}"
    for content in (body, in_pieces(body)):
        response = await shop.send(call, content=content)
        assert (response.status_code, response.json()["code"]) == (413, "body-too-large")


async def test_the_longest_name_and_password_are_short_enough(shop: Shop) -> None:
    body = {**account(), "name": "\U00020000" * 200, "password": "\U0001f600\U0001f601" * 512}
    content = json.dumps(body).encode()
    assert len(content) > 14_000
    await shop.done(Call("RegisterUser", json=body, by=None), content=content)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "json"]
)
@pytest.mark.parametrize("operation", ["BookSeats", "CreateVenue", "RegisterUser", "DeleteBooking"])
async def test_what_does_not_say_that_it_is_json_is_refused(
    operation: str, media_type: str, shop: Shop
) -> None:
    call = await REQUESTS[operation](shop)
    headers = {"Content-Type": media_type}
    await shop.refused(call, 415, "unsupported-media-type", content=b"{}", headers=headers)


@pytest.mark.parametrize("operation", WITH_BODY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(body=JSON, raw=st.binary(max_size=60), name=st.text(max_size=10))
async def test_any_json_and_any_bytes_are_answered(
    operation: str, shop: Shop, body: object, raw: bytes, name: str
) -> None:
    if operation not in FUZZED:
        FUZZED[operation] = await REQUESTS[operation](shop)
    call = FUZZED[operation]
    for content in (json.dumps(body).encode(), raw, json.dumps({**(call.json or {}), name: body}).encode()):
        response = await shop.send(call, content=content)
        assert response.status_code in {200, 201, 204, 400, 401, 404, 409, 422}


async def test_nothing_of_all_this_has_got_into_the_log_that_a_reader_could_choke_on(
    shop: Shop, command_pool: asyncpg.Pool
) -> None:
    """PostgreSQL's JSON may hold an escaped NUL, its text cannot: whoever reads the fact out would fail."""
    for operation in COMMANDS:
        call = await REQUESTS[operation](shop)
        if call.json is not None:
            for name, value in call.json.items():
                if isinstance(value, str):
                    for sign in ("\x00", "\x1b", "\x7f", "\x85"):
                        changed = {**call.json, name: f"a{value[:3]}{sign}{value[3:]}b"}
                        response = await shop.send(call.but(json=changed))
                        assert response.status_code in {404, 422} or name == "password", (operation, name)
    bad = await command_pool.fetchval(
        "SELECT count(*) FROM eventstore.events WHERE data::text LIKE '%\\\\u0000%'"
    )
    assert bad == 0
