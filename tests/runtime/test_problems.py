"""Every error is a problem document, whoever raised it."""

import asyncio
import json
import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from runtime.http.failures import Failures

MAKE = "/api/v1/things"
GOOD = {"items": [{"name": "a", "quantity": 1}]}
JSON = {"content-type": "application/json"}
BROKEN_BODIES = {
    "not json": b"{nope",
    "cut off": b'{"items": [',
    "not utf-8": b'{"items": "\xff\xfe"}',
    "control character": b'{"items": [{"name": "a\x01b", "quantity": 1}]}',
    "a number of 5000 digits": b'{"items": ' + b"9" * 1900 + b"}",
    "a huge number where an int belongs": b'{"items": [{"name": "a", "quantity": ' + b"9" * 400 + b"}]}",
    "nan": b'{"items": [{"name": "a", "quantity": NaN}]}',
    "infinity": b'{"items": [{"name": "a", "quantity": -Infinity}]}',
    "deep": b"[" * 1900,
    "deep and closed": b'{"note": ' + b"[" * 900 + b"]" * 900 + b"}",
    "half a surrogate pair": b'{"items": [{"name": "\\ud800", "quantity": 1}]}',
    "half a surrogate pair as a key": b'{"\\ud800": 1}',
    "a list": b"[]",
    "a string": b'"a"',
    "null": b"null",
    "nothing": b"",
    "blanks": b"   ",
    "an unknown field": b'{"items": [], "x/~y": 1}',
}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document: dict[str, object] = answer.json()
    assert document["type"] == f"/problems/{code}"
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer.headers["x-request-id"]
    assert document["title"]
    return document


async def test_a_refusal_carries_its_extras_and_headers(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/v1/things/7")
    assert problem(answer, 409, "thing-is-taken")["things"] == ["a"]
    assert answer.headers["retry-after"] == "3"


async def test_extras_that_json_cannot_hold_are_left_out(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    problem(await client.get("/api/v1/things/broken/unwritable"), 409, "odd")
    assert "problem odd" in caplog.text


async def test_what_cannot_be_decrypted_is_unavailable_and_the_log_says_which_key_to_add(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/api/v1/things/broken/sealed")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "10"
    assert "MASTER_KEY" not in answer.text
    assert "add that key to SEATLEDGER_MASTER_KEY" in caplog.text


async def test_a_path_nobody_serves(client: httpx.AsyncClient) -> None:
    for path in ("/nope", "/api/v1/things//", "/api/v1/things/1/2/3", "/api/v1/thing%2F"):
        problem(await client.get(path), 404, "route-not-found")


async def test_a_nul_in_the_url_goes_no_further(client: httpx.AsyncClient) -> None:
    problem(await client.get("/api/v1/things/all?q=%00"), 400, "malformed-url")
    problem(await client.get("/api/v1/things/a%00b"), 400, "malformed-url")


async def test_405_lists_every_method_of_the_path_whichever_router_serves_it(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.patch("/api/v1/things/7")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    answer = await client.post("/api/v1/things/all")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_an_unserved_type_is_415_hot_or_not(client: httpx.AsyncClient, method: str) -> None:
    for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded", ""):
        answer = await client.request(method, MAKE, content=b"{}", headers={"content-type": content_type})
        problem(answer, 415, "unsupported-media-type")
    problem(await client.request(method, MAKE, content=b"{}"), 415, "unsupported-media-type")
    for content_type in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"):
        answer = await client.request(
            method, MAKE, content=json.dumps(GOOD), headers={"content-type": content_type}
        )
        assert answer.is_success


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
async def test_a_broken_body_is_the_clients_error(
    client: httpx.AsyncClient, method: str, body: bytes
) -> None:
    answer = await client.request(method, MAKE, content=body, headers=JSON)
    assert answer.status_code in {400, 422}
    problem(
        answer, answer.status_code, "malformed-json" if answer.status_code == 400 else "validation-failed"
    )


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_validation_error_says_where_but_not_what_was_sent(
    client: httpx.AsyncClient, method: str
) -> None:
    body = {"items": [{"name": "a", "quantity": "hunter2"}], "x/~y": 1}
    answer = await client.request(method, MAKE, json=body)
    errors = problem(answer, 422, "validation-failed")["errors"]
    assert isinstance(errors, list)
    assert [(error["in"], error["path"], error["type"]) for error in errors] == [
        ("body", "/items/0/quantity", "int_parsing"),
        ("body", "/x~1~0y", "extra_forbidden"),
    ]
    assert set(errors[0]) == {"in", "path", "message", "type"}
    assert "hunter2" not in answer.text


async def test_a_thousand_errors_are_told_as_a_hundred(client: httpx.AsyncClient) -> None:
    answer = await client.post(MAKE, json={"items": [], **{f"f{number}": 1 for number in range(200)}})
    errors = problem(answer, 422, "validation-failed")["errors"]
    assert isinstance(errors, list)
    assert len(errors) == 100


async def test_query_and_path_parameters_say_so(client: httpx.AsyncClient) -> None:
    errors = problem(await client.get("/api/v1/things/all?limit=x"), 422, "validation-failed")["errors"]
    assert isinstance(errors, list)
    assert (errors[0]["in"], errors[0]["path"]) == ("query", "/limit")


async def test_the_frameworks_own_exceptions_keep_status_and_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/things/broken/http")
    assert problem(answer, 418, "i-m-a-teapot")["detail"] == "as it says"
    assert answer.headers["x-kept"] == "yes"
    assert (await client.get("/api/v1/things/broken/unmodified")).content == b""


async def test_a_bug_is_logged_with_its_trace_and_told_to_nobody(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/api/v1/things/broken/badly")
    problem(answer, 500, "internal-error")
    assert "secret" not in answer.text
    assert "secret of the house" in caplog.text


async def test_a_bug_after_the_answer_has_begun_ends_the_connection(client: httpx.AsyncClient) -> None:
    with pytest.raises(RuntimeError, match="second half"):
        await client.get("/api/v1/things/broken/late")


async def test_what_a_stop_cuts_off_is_told_to_come_back() -> None:
    async def never_ends(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise asyncio.CancelledError

    transport = httpx.ASGITransport(Failures(never_ends))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["code"] == "stopping"
