"""What is sent to break a server is refused, by hot routes (POST) and by the framework's (PUT) alike."""

import gzip

import httpx
import pytest

THINGS = "/api/v1/things"
JSON = {"content-type": "application/json"}
ORDER = b'{"items":[{"name":"a","quantity":1}],"note":%s}'

both = pytest.mark.parametrize("method", ["POST", "PUT"])


@both
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-gzip", "gzip, identity", "GZIP", ""])
async def test_a_compressed_body_is_refused_and_never_inflated(
    client: httpx.AsyncClient, method: str, encoding: str
) -> None:
    bomb = gzip.compress(b" " * 1_000_000 + ORDER % b"1")
    assert len(bomb) < 2048
    headers = {**JSON, "content-encoding": encoding}
    answer = await client.request(method, THINGS, content=bomb, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-content-encoding")
    assert answer.headers["accept-encoding"] == "identity"


@both
async def test_a_body_that_says_it_is_as_it_is_passes(client: httpx.AsyncClient, method: str) -> None:
    headers = {**JSON, "content-encoding": "Identity"}
    answer = await client.request(method, THINGS, content=ORDER % b"1", headers=headers)
    assert answer.is_success


@both
@pytest.mark.parametrize(
    "note",
    [
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"[" * 1_900,
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\x00"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b"01",
        b"1.",
        b"+1",
        b"'a'",
        b"1,",
        b'1,"note":1}{',
    ],
)
async def test_what_is_no_json_or_is_too_deep_is_a_clients_error(
    client: httpx.AsyncClient, method: str, note: bytes
) -> None:
    answer = await client.request(method, THINGS, content=ORDER % note, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-json")


@both
@pytest.mark.parametrize(
    "number", [b"1" + b"0" * 400, b"-" + b"9" * 1_900, b"1e999", b"-1e999", b"1e-999", b"1e5"]
)
async def test_a_number_of_any_size_is_answered(
    client: httpx.AsyncClient, method: str, number: bytes
) -> None:
    answer = await client.request(
        method, THINGS, content=b'{"items":[{"name":"a","quantity":%s}]}' % number, headers=JSON
    )
    assert answer.status_code in {200, 201, 400, 422}


@both
async def test_of_a_name_given_twice_the_last_one_counts(client: httpx.AsyncClient, method: str) -> None:
    content = b'{"items":[],"note":1,"note":{"a":1,"a":2},"items":[{"name":"x","name":"y","quantity":3}]}'
    answer = await client.request(method, THINGS, content=content, headers=JSON)
    assert answer.json() == {"items": [{"name": "y", "quantity": 3}], "note": {"a": 2}}


@both
async def test_a_thousand_mistakes_are_told_in_a_hundred(client: httpx.AsyncClient, method: str) -> None:
    content = b'{"items":[' + b",".join([b"1"] * 900) + b"]}"
    answer = await client.request(method, THINGS, content=content, headers=JSON)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100


async def test_many_parameters_and_a_very_long_query_are_answered(client: httpx.AsyncClient) -> None:
    for query in (
        "&".join(f"p{number}=1" for number in range(4_000)),
        "limit=" + "9" * 48_000,
        "&" * 40_000,
    ):
        answer = await client.get(f"{THINGS}/all?{query}")
        assert answer.status_code in {200, 422}
        assert len(answer.content) < 2_000


@pytest.mark.parametrize("value", [b"a\r\nSet-Cookie: x=1", b"a\nb", b"a\x00b", "ä".encode(), b"a" * 10_000])
async def test_no_header_of_the_request_comes_back_as_one_of_ours(
    client: httpx.AsyncClient, value: bytes
) -> None:
    headers = [(name, value) for name in (b"x-request-id", b"idempotency-key", b"if-match", b"origin")]
    answer = await client.get("/livez", headers=headers)
    assert answer.status_code == 200
    assert not any(value in held for _, held in answer.headers.raw)
    assert "set-cookie" not in answer.headers
