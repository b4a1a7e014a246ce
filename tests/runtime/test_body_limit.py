"""A body larger than the limit is refused, announced or not."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

JSON = {"content-type": "application/json"}


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 512):
        yield b" " * 512


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_an_announced_body_is_refused_before_it_is_read(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/api/v1/things", content=b" " * 11_000_000, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_streamed_body_is_refused_once_it_is_too_long(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/api/v1/things", content=chunks(4096), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    answer = await client.request(method, "/api/v1/things", content=chunks(2048), headers=JSON)
    assert answer.json()["code"] == "malformed-json"


@pytest.mark.parametrize("length", ["-1", "ten", "9" * 5000, "1e3"])
async def test_a_length_that_is_none_is_refused(client: httpx.AsyncClient, length: str) -> None:
    answer = await client.post("/api/v1/things", content=b"{}", headers={**JSON, "content-length": length})
    assert answer.status_code == 413


async def test_a_client_that_leaves_half_way_is_answered_with_a_client_error(app: FastAPI) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/things",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")],
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
