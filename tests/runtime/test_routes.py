"""Which route answers, and what the OpenAPI document says about it."""

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.access import PUBLIC
from runtime.http.application import Application, create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.route_table import RouteTable
from runtime.settings import load_settings
from tests.runtime.conftest import Client


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


async def test_applications_of_the_same_routers_share_their_routes_and_nothing_else(connect: Client) -> None:
    router, other = APIRouter(), APIRouter()

    @hot_route(router, "GET", "/who", operation_id="Who", access=PUBLIC)
    async def who(request: Request) -> Response:
        return json_answer(request.app.title)

    def made(title: str, *routers: APIRouter) -> Application:
        return create_application(title=title, version="1", routers=routers, settings=load_settings())

    # What FastAPI calls equal are two routers with the same routes, as these two have none.
    one, two, neither = made("One", router), made("Two", router), made("Neither", other, APIRouter())
    assert one.router.routes[0] is two.router.routes[0]
    assert one.table.find("/who") is not None
    assert neither.table.find("/who") is None
    for app in (one, two):
        async with connect(app) as client:
            assert (await client.get("/who")).json() == app.title
            assert (await client.get("/")).json()["name"] == app.title
            assert app.openapi()["info"]["title"] == app.title


async def test_what_is_added_to_a_router_is_in_the_next_application(connect: Client) -> None:
    router = APIRouter()
    create_application(title="Before", version="1", routers=[router], settings=load_settings())

    @hot_route(router, "GET", "/late", operation_id="Late", access=PUBLIC)
    async def late(_request: Request) -> Response:
        return json_answer("here")

    after = create_application(title="After", version="1", routers=[router], settings=load_settings())
    async with connect(after) as client:
        assert (await client.get("/late")).json() == "here"
