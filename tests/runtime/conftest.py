"""A small application with one of everything, and clients for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from runtime.http.access import PUBLIC, open_to
from runtime.http.application import create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.json_body import json_body
from runtime.master_key import MasterKeyMissing
from runtime.problems import Problem
from runtime.settings import load_settings

Client = Callable[[ASGIApp], AbstractAsyncContextManager[httpx.AsyncClient]]


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    quantity: int = Field(ge=1, le=1000)


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: list[Line]
    note: Any = None


ORDER = TypeAdapter(Order)
router = APIRouter(prefix="/things", tags=["things"])
more = APIRouter(prefix="/things")


@hot_route(
    router,
    "POST",
    "",
    operation_id="MakeThing",
    access=PUBLIC,
    body=Order,
    response_model=Order,
    status_code=201,
)
async def make_thing(request: Request) -> Response:
    """Make one, quickly."""
    sent = await request.body()
    order = await json_body(request, ORDER)
    assert sent == await request.body()
    return json_answer(order.model_dump(), 201)


@hot_route(
    router, "GET", "/{thing_id}", operation_id="ThingById", access=PUBLIC, parameters={"thing_id": UUID}
)
async def thing_by_id(request: Request) -> Response:
    """One thing."""
    return json_answer(request.path_params)


@hot_route(router, "DELETE", "/{thing_id}", operation_id="DropThing", access=PUBLIC)
async def drop_thing(request: Request) -> Response:
    """Refused."""
    raise Problem.of(
        409, "thing-is-taken", "Somebody has it", headers={"Retry-After": "3"}, things=["a"], status=1
    )


@router.put("", operation_id="PutThing")
@open_to(PUBLIC)
async def put_thing(order: Order) -> Order:
    """The same as MakeThing, through FastAPI."""
    return order


@more.get("/all", operation_id="AllThings")
@open_to(PUBLIC)
async def all_things(limit: int = 5) -> dict[str, int]:
    """A literal path beside a parameter's."""
    return {"limit": limit}


@more.put("/{thing_id}", operation_id="ReplaceThing")
@open_to(PUBLIC)
async def replace_thing(thing_id: UUID) -> UUID:
    """Another router's method on a shared path."""
    return thing_id


@more.get("/broken/{how}", operation_id="Broken")
@open_to(PUBLIC)
async def broken(how: str) -> Response:
    """Fails in several ways."""

    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("secret of the second half")

    match how:
        case "http":
            raise HTTPException(418, "as it says", headers={"X-Kept": "yes"})
        case "unmodified":
            raise HTTPException(304)
        case "late":
            return StreamingResponse(half())
        case "sealed":
            raise MasterKeyMissing
        case "unwritable":
            raise Problem.of(409, "odd", "Odd", number=10**400)
        case _:
            raise RuntimeError("secret of the house")


@pytest.fixture
def app() -> ASGIApp:
    outer = APIRouter(prefix="/api/v1")
    outer.include_router(router)
    outer.include_router(more)
    settings = load_settings(body_max_bytes=2048, cors_origins="https://shop.example")
    return create_application(title="Things", version="1.2.3", routers=[outer], settings=settings)


@pytest.fixture
def connect() -> Client:
    @asynccontextmanager
    async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as connected:
            yield connected

    return client


@pytest.fixture
async def client(app: ASGIApp, connect: Client) -> AsyncIterator[httpx.AsyncClient]:
    async with connect(app) as connected:
        yield connected
