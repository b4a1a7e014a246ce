"""Somebody at the API: calls operations by name, and holds every answer against what is promised for all of them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx

from command_api.policies.run import NAME as POLICIES
from eventstore.postgres.subscriptions import PostgresSubscriptions
from runtime.identity import Caller
from runtime.problems import MEDIA_TYPE
from tests.command_api.people import ADMIN
from tests.command_api.served import Served

FROM_THE_OUTER_LAYERS = {"body-too-large", "malformed-url", "route-not-found", "method-not-allowed"}
"""Codes that any path may answer with, before it is known which operation is meant: `default` in the document."""


@dataclass(frozen=True)
class Call:
    """A request that would succeed: of this operation, with these path parameters and this body."""

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    by: Caller | None = ADMIN
    query: Mapping[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> "Call":
        return replace(self, **changes)


class Shop:
    """A client of `served`; `answered` are the (operation, status, code) of all answers so far."""

    def __init__(self, served: Served, client: httpx.AsyncClient) -> None:
        self.served = served
        self.answered: set[tuple[str, int, str | None]] = set()
        self._client = client
        self._operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in served.document["paths"].items()
            for method, operation in methods.items()
        }

    def documented(self, operation: str) -> dict[int, list[str]]:
        """The problem codes that an operation is documented to answer with, by status."""
        found: dict[int, list[str]] = {}
        for status, answer in self._operations[operation][2]["responses"].items():
            schema = answer.get("content", {}).get(MEDIA_TYPE, {}).get("schema", {})
            if status.isdecimal() and "allOf" in schema:
                found[int(status)] = schema["allOf"][1]["properties"]["code"]["enum"]
        return found

    def success_of(self, operation: str) -> int:
        return next(int(status) for status in self._operations[operation][2]["responses"] if status[0] == "2")

    def takes_body(self, operation: str) -> bool:
        return "requestBody" in self._operations[operation][2]

    async def send(
        self,
        call: Call,
        *,
        key: str | None = None,
        if_match: str | None = None,
        content: bytes | AsyncIterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> httpx.Response:
        """`content` in place of the body as JSON."""
        method, template, _ = self._operations[call.operation]
        query = query or str(httpx.QueryParams(call.query))
        path = template.format(**call.path) + (f"?{query}" if query else "")
        sent = dict(headers or {})
        if call.by is not None:
            sent.setdefault("Authorization", self.served.known.shown_by(call.by))
        if key is not None:
            sent["Idempotency-Key"] = key
        if if_match is not None:
            sent["If-Match"] = if_match
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
            response = await self._client.request(method, path, content=content, headers=sent)
        elif call.json is None:
            response = await self._client.request(method, path, headers=sent)
        else:
            response = await self._client.request(method, path, json=call.json, headers=sent)
        self._check(call.operation, response)
        return response

    async def done(self, call: Call, **terms: Any) -> Any:
        """The JSON of a call that succeeds."""
        response = await self.send(call, **terms)
        assert response.is_success, response.text
        return response.json() if response.content else None

    async def refused(self, call: Call, status: int, code: str, **terms: Any) -> dict[str, Any]:
        """The problem document of a call that does not."""
        response = await self.send(call, **terms)
        assert (response.status_code, response.json().get("code")) == (status, code), response.text
        document: dict[str, Any] = response.json()
        return document

    @contextmanager
    def later(self, ahead: timedelta) -> Iterator[None]:
        """Calls are made that much later."""
        self.served.clock.ahead += ahead
        try:
            yield
        finally:
            self.served.clock.ahead -= ahead

    @asynccontextmanager
    async def without_policies(self) -> AsyncIterator[None]:
        """Within, no policy learns what happens: another process seems to follow the log in their place."""
        subscriptions = PostgresSubscriptions(self.served.pool)
        async with asyncio.timeout(60):
            while True:
                async with subscriptions.lease(POLICIES) as lease:
                    if lease is not None:
                        yield
                        return

    def _check(self, operation: str, response: httpx.Response) -> None:
        assert response.status_code < 500 or response.status_code == 503, response.text
        assert response.headers["X-Request-Id"]
        code = None
        if response.status_code >= 400:
            code = check_problem(response)
            known = self.documented(operation).get(response.status_code, [])
            assert code in known or code in FROM_THE_OUTER_LAYERS, (
                f"{operation} answers {response.status_code} {code}, which its document does not say"
            )
        self.answered.add((operation, response.status_code, code))


def check_problem(response: httpx.Response) -> str:
    """That an error is answered as promised; its code."""
    assert response.headers["Content-Type"] == MEDIA_TYPE
    document = response.json()
    code: str = document["code"]
    assert document["status"] == response.status_code
    assert document["type"] == f"/problems/{code}"
    assert document["title"]
    # A first answer again is the first one down to its bytes, so it names the request it was given to.
    if "Idempotent-Replayed" not in response.headers:
        assert document["request_id"] == response.headers["X-Request-Id"]
    for leak in ("Traceback", "asyncpg", "SELECT ", "INSERT ", "/work/", ".py"):
        assert leak not in response.text
    if response.status_code == 503:
        assert response.headers["Retry-After"] == str(document["retry_after"])
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    return code
