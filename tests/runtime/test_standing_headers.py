"""What every answer tells browsers and caches."""

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
from runtime.problems import Problem
from runtime.settings import load_settings


def application(**settings: Any) -> Application:
    """`/signed-in` is asked by somebody, who is told how an answer may be kept if `kept` says it."""
    router = APIRouter()

    @hot_route(router, "GET", "/signed-in", operation_id="SignedIn", access=PUBLIC)
    async def signed_in(request: Request) -> Response:
        request.state.caller = "somebody"
        if request.query_params.get("fail"):
            raise Problem.of(409, "odd", "Odd")
        kept = request.query_params.get("kept")
        return json_answer(1, headers={"Cache-Control": kept} if kept else {})

    @hot_route(router, "GET", "/public", operation_id="Public", access=PUBLIC)
    async def public(_request: Request) -> Response:
        return json_answer(1)

    return create_application(title="t", version="1", routers=[router], settings=load_settings(**settings))


def client(**settings: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(**settings)), base_url="http://test")


@pytest.mark.parametrize(
    "path", ["/public", "/nowhere", "/openapi.json", "/metrics", "/docs/assets/swagger-ui.css"]
)
async def test_of_data_a_browser_has_nothing_to_load_and_no_other_site_has_it(path: str) -> None:
    async with client() as one:
        headers = (await one.get(path)).headers
    assert headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
async def test_a_page_brings_one_policy_of_its_own(path: str) -> None:
    async with client() as one:
        headers = (await one.get(path)).headers
    [policy] = headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "camera=()" in headers["permissions-policy"]


async def test_where_it_is_asked_for_browsers_come_by_https_only() -> None:
    async with client(strict_transport=True) as one:
        for path in ("/public", "/docs", "/nowhere"):
            assert (await one.get(path)).headers["strict-transport-security"] == "max-age=31536000"


async def test_nothing_that_a_caller_is_told_is_kept_unless_it_says_how() -> None:
    async with client() as one:
        for query in ("", "?fail=1"):
            answer = await one.get(f"/signed-in{query}")
            assert answer.headers.get_list("cache-control") == ["private, no-store"]
        kept = await one.get("/signed-in?kept=private,+max-age=5")
        assert kept.headers.get_list("cache-control") == ["private, max-age=5"]
        assert "cache-control" not in (await one.get("/public")).headers


@pytest.mark.parametrize("origins", ["*", "https://shop.example, https://box.example"])
async def test_no_origin_gets_credentials_and_ours_read_what_they_need(origins: str) -> None:
    async with client(cors_origins=origins) as one:
        answer = await one.get("/public", headers={"origin": "https://shop.example"})
        assert answer.headers["access-control-allow-origin"] in {"*", "https://shop.example"}
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate", "Location"} <= set(
            exposed
        )
        preflight = await one.options(
            "/public",
            headers={"origin": "https://shop.example", "access-control-request-method": "GET"},
        )
        for each in (answer, preflight):
            assert "access-control-allow-credentials" not in each.headers
        other = await one.get("/public", headers={"origin": "https://evil.example"})
        assert ("access-control-allow-origin" in other.headers) is (origins == "*")


async def test_without_configured_origins_no_other_site_may_read() -> None:
    async with client() as one:
        answer = await one.get("/public", headers={"origin": "https://shop.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
