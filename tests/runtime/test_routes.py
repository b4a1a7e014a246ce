"""Which route answers, and what the OpenAPI document says about it."""

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.access import PUBLIC
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.route_table import RouteTable


async def test_literal_segments_win_over_parameters_whatever_the_order(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/things/all")).json() == {"limit": 5}
    assert (await client.get("/api/v1/things/other")).json() == {"thing_id": "other"}


async def test_routers_share_a_path_by_method(client: httpx.AsyncClient) -> None:
    thing = "0190a6a4-0000-7000-8000-000000000000"
    assert (await client.put(f"/api/v1/things/{thing}")).json() == thing
    assert (await client.delete(f"/api/v1/things/{thing}")).status_code == 409


async def test_a_route_is_found_below_a_root_path(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app, root_path="/behind")
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/behind/api/v1/things/all")).json() == {"limit": 5}
        assert '"/behind/' not in (await client.get("/behind/livez")).text
        assert "url: '/behind/openapi.json'" in (await client.get("/behind/docs")).text


async def test_a_hot_route_serves_in_an_application_that_is_not_ours() -> None:
    router, stock = APIRouter(prefix="/inner"), FastAPI()

    @hot_route(router, "GET", "/{word}", operation_id="Echo", access=PUBLIC)
    async def echo(request: Request) -> Response:
        return json_answer(request.path_params["word"])

    stock.include_router(router, prefix="/outer")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stock), base_url="http://test") as client:
        assert (await client.get("/outer/inner/hello")).json() == "hello"


def test_every_route_of_ours_is_in_the_table(app: FastAPI) -> None:
    table = RouteTable(app.routes)
    assert table.find("/api/v1/things/1") is not None
    assert table.find("/api/v1/things/") is None
    assert table.find("/") is not None


def test_a_hot_route_is_documented_like_any_other(app: FastAPI) -> None:
    paths: dict[str, Any] = app.openapi()["paths"]
    hot, framework = paths["/api/v1/things"]["post"], paths["/api/v1/things"]["put"]
    assert (hot["operationId"], hot["description"], hot["tags"]) == (
        "MakeThing",
        "Make one, quickly.",
        ["things"],
    )
    assert hot["requestBody"] == framework["requestBody"]
    assert hot["responses"]["201"]["content"] == framework["responses"]["200"]["content"]
    assert {"400", "415", "422", "default"} <= set(hot["responses"])
    (parameter,) = paths["/api/v1/things/{thing_id}"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["schema"]["format"]) == ("thing_id", "path", "uuid")


def test_the_document_speaks_of_problems_and_of_signing_in(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/"}]
    assert "HTTPValidationError" not in str(document)
    assert document["components"]["securitySchemes"]["password"]["flows"]["password"]["tokenUrl"] == (
        "/api/v1/auth/login"
    )
    assert document["paths"]["/livez"]["get"]["security"] == []
    assert document is app.openapi()
