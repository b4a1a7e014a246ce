"""The limits as a client meets them."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.access import PUBLIC
from runtime.http.application import Application, create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.rate_limits.limits import RateLimits, admit, sign_in_limits
from runtime.http.rate_limits.sign_in import SignInLimits
from runtime.identity import Caller, Role
from runtime.problems import Problem
from runtime.settings import load_settings
from tests.runtime.rate_limits.test_quota import Clock


def application(clock: Clock, **settings: Any) -> Application:
    """`/who/{id}` is asked by that caller."""
    router = APIRouter()

    @hot_route(router, "GET", "/who/{id}", operation_id="Who", access=PUBLIC)
    async def who(request: Request) -> Response:
        caller = Caller(request.path_params["id"], Role.CUSTOMER, "Ana", "ana@example.org")
        request.scope["state"]["caller"] = caller
        admit(request.scope, caller)
        return json_answer(sign_in_limits(request.scope)[1])

    chosen = load_settings(**settings)
    app = create_application(title="t", version="1", routers=[router], settings=chosen)
    app.rate_limits = RateLimits(chosen, now=clock)
    return app


def client(app: Application, address: str = "192.0.2.1") -> AbstractAsyncContextManager[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_an_address_that_asks_too_often_is_told_how_long_to_wait() -> None:
    clock = Clock()
    app = application(clock, rate_address_per_minute=3, rate_caller_per_minute=0)
    async with client(app) as one, client(app, "192.0.2.2") as other:
        for left in (2, 1, 0):
            answer = await one.get("/nowhere")
            assert answer.status_code == 404
            assert answer.headers["ratelimit-policy"] == '"address";q=3;w=60'
            assert answer.headers["ratelimit"] == f'"address";r={left};t={60 - left * 20}'
        refused = await one.get("/who/ana")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate-limited")
        assert refused.json()["retry_after"] == 20
        assert refused.headers["retry-after"] == "20"
        assert refused.headers["ratelimit"] == '"address";r=0;t=20'
        assert (await other.get("/who/ana")).status_code == 200
        assert (await one.get("/livez")).status_code == 200
        clock.now += 20
        assert (await one.get("/who/ana")).status_code == 200


async def test_a_caller_who_asks_too_often_is_refused_from_every_address_and_nobody_else_is() -> None:
    app = application(Clock(), rate_address_per_minute=100, rate_caller_per_minute=2)
    async with client(app) as one, client(app, "192.0.2.2") as other:
        answer = await one.get("/who/ana")
        # The nearer one of two limits is told of.
        assert answer.headers.get_list("ratelimit") == ['"caller";r=1;t=30']
        assert answer.headers.get_list("ratelimit-policy") == ['"caller";q=2;w=60']
        assert (await other.get("/who/ana")).status_code == 200
        refused = await other.get("/who/ana")
        assert (refused.status_code, refused.headers["ratelimit"]) == (429, '"caller";r=0;t=30')
        assert (await other.get("/who/bob")).status_code == 200


async def test_the_nearer_limit_may_be_the_addresss() -> None:
    app = application(Clock(), rate_address_per_minute=2, rate_caller_per_minute=100)
    async with client(app) as one:
        assert (await one.get("/who/ana")).headers.get_list("ratelimit") == ['"address";r=1;t=30']


async def test_without_limits_nothing_is_counted_and_nothing_said() -> None:
    app = application(Clock(), rate_address_per_minute=0, rate_caller_per_minute=0)
    async with client(app) as one:
        for _ in range(3):
            assert "ratelimit" not in (await one.get("/who/ana")).headers
    assert len(app.rate_limits.address.counters) + len(app.rate_limits.caller.counters) == 0


async def test_behind_a_trusted_proxy_each_client_has_its_own_quota() -> None:
    app = application(Clock(), rate_address_per_minute=1, trusted_proxies="10.0.0.0/8")
    async with client(app, "10.0.0.1") as proxy, client(app, "192.0.2.9") as liar:
        for last in (1, 2):
            forwarded = {"X-Forwarded-For": f"198.51.100.77, 203.0.113.{last}"}
            answer = await proxy.get("/who/ana", headers=forwarded)
            assert answer.json() == f"203.0.113.{last}"
        for status in (200, 429):
            forwarded = {"X-Forwarded-For": f"203.0.113.{status}"}
            assert (await liar.get("/who/ana", headers=forwarded)).status_code == status


def test_guesses_at_one_account_are_few_from_wherever_they_come() -> None:
    limits = SignInLimits(3, now=Clock())
    for number in range(3):
        limits.attempt(f"192.0.2.{number}", "ana@example.org")
    with pytest.raises(Problem, match="429 rate-limited") as refused:
        limits.attempt("192.0.2.9", "ana@example.org")
    assert refused.value.answer.extras == {"retry_after": 20}
    assert "ana" not in str(refused.value.answer)
    limits.attempt("192.0.2.9", "bob@example.org")


def test_one_address_cannot_try_all_accounts() -> None:
    limits = SignInLimits(3, now=Clock())
    for number in range(30):
        limits.attempt("2001:db8::1", f"user{number}@example.org")
    for place in ("2001:db8::1", "2001:db8::2"):
        with pytest.raises(Problem, match="429"):
            limits.attempt(place, "another@example.org")
    limits.attempt("2001:db8:0:1::1", "another@example.org")


def test_to_succeed_costs_nothing_and_many_tries_at_once_are_many() -> None:
    limits = SignInLimits(3, now=Clock())
    for _ in range(100):
        limits.attempt("192.0.2.1", "ana@example.org")
        limits.succeeded("192.0.2.1", "ana@example.org")
    for _ in range(3):
        limits.attempt("192.0.2.1", "ana@example.org")
    with pytest.raises(Problem, match="429"):
        limits.attempt("192.0.2.1", "ana@example.org")


def test_who_tries_to_sign_in_is_not_kept_in_the_clear() -> None:
    limits = SignInLimits(3, now=Clock())
    limits.attempt("192.0.2.1", "ana@example.org")
    kept = str(vars(limits.accounts.counters))
    assert "ana" not in kept
    assert len(limits.accounts.counters) == 1


def test_nought_is_no_limit() -> None:
    limits = SignInLimits(0, now=Clock())
    for _ in range(100):
        limits.attempt("192.0.2.1", "ana@example.org")
        limits.succeeded("192.0.2.1", "ana@example.org")
