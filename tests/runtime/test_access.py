"""Who is let in: before the handler runs, on every way to it, and once only."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, WebSocket
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from runtime.authentication.problems import NOT_AUTHENTICATED, TOKEN_INVALID
from runtime.http.access import OPTIONAL, PUBLIC, SIGNED_IN, Access, open_to
from runtime.http.application import Application, create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.json_body import json_bytes
from runtime.identity import Caller, Role
from runtime.problems import Problem
from runtime.settings import load_settings
from tests.runtime.conftest import Client

CLERKS = Access(roles={Role.BOX_OFFICE}, own={Role.CUSTOMER})
EVERYBODY = ("anonymous", *Role)


class Known:
    """Everybody is known by the name of their role; `asked` is whom it took time to know."""

    def __init__(self, *remembered: Role) -> None:
        self.asked: list[str | None] = []
        self._remembered = remembered

    def remembered(self, authorization: str) -> Caller | None:
        name = authorization.removeprefix("Bearer ")
        return Caller(name, Role(name), "", "") if name in self._remembered else None

    async def authenticate(self, authorization: str | None) -> Caller:
        self.asked.append(authorization)
        if not authorization:
            raise Problem(NOT_AUTHENTICATED)
        name = authorization.removeprefix("Bearer ")
        if name not in tuple(Role):
            raise Problem(TOKEN_INVALID)
        return Caller(name, Role(name), "", "")


def who(request: Request) -> Response:
    caller: Caller | None = request.state.caller
    return json_answer(caller and caller.id)


def routers() -> APIRouter:
    router = APIRouter()
    for path, access in {"public": PUBLIC, "optional": OPTIONAL, "mine": SIGNED_IN, "clerks": CLERKS}.items():

        @hot_route(router, "GET", f"/{path}", operation_id=path, access=access)
        async def hot(request: Request) -> Response:
            return who(request)

        @router.get(f"/slow/{path}", operation_id=f"slow-{path}")
        @open_to(access)
        async def slow(request: Request) -> Response:
            return who(request)

    @hot_route(router, "POST", "/clerks", operation_id="post", access=CLERKS, body=dict[str, Any])
    async def post(request: Request) -> Response:
        await json_bytes(request)
        return who(request)

    @router.put("/slow/clerks", operation_id="put")
    @open_to(CLERKS)
    async def put(body: dict[str, Any]) -> int:
        return len(body)

    return router


def application(known: Known | None, *more: APIRouter) -> Application:
    return create_application(
        title="t", version="1", routers=[routers(), *more], settings=load_settings(), authenticator=known
    )


async def asked(client: httpx.AsyncClient, path: str, token: str | None, method: str = "GET") -> Any:
    """The caller as the handler found them, or the code of the problem."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = await client.request(method, path, headers=headers)
    return answer.json() if answer.status_code == 200 else answer.json()["code"]


@pytest.mark.parametrize("path", ["", "/slow"])
async def test_a_handler_finds_the_caller_who_was_let_in(path: str, connect: Client) -> None:
    async with connect(application(Known())) as client:
        assert await asked(client, f"{path}/public", "customer") is None
        assert await asked(client, f"{path}/public", "nonsense") is None
        assert await asked(client, f"{path}/optional", None) is None
        assert await asked(client, f"{path}/optional", "auditor") == "auditor"
        assert await asked(client, f"{path}/optional", "nonsense") == "token-invalid"
        assert await asked(client, f"{path}/mine", None) == "not-authenticated"
        assert await asked(client, f"{path}/mine", "nonsense") == "token-invalid"
        assert [await asked(client, f"{path}/mine", role) for role in Role] == list(Role)
        assert [await asked(client, f"{path}/clerks", role) for role in Role] == [
            "customer", "box_office", "forbidden", "forbidden", "admin",
        ]  # fmt: skip


async def test_a_key_in_a_header_of_its_own_counts_where_there_is_no_authorization(connect: Client) -> None:
    async with connect(application(Known())) as client:
        answer = await client.get("/mine", headers={"X-API-Key": "auditor"})
        assert answer.json() == "auditor"
        both = {"X-API-Key": "auditor", "Authorization": "Bearer customer"}
        assert (await client.get("/mine", headers=both)).json() == "customer"


async def test_an_empty_header_is_a_bad_one(connect: Client) -> None:
    async with connect(application(Known())) as client:
        answer = await client.get("/optional", headers={"Authorization": ""})
        assert answer.json()["code"] == "not-authenticated"


async def test_whoever_is_remembered_is_let_in_at_once(connect: Client) -> None:
    known = Known(Role.CUSTOMER)
    async with connect(application(known)) as client:
        assert await asked(client, "/mine", "customer") == "customer"
        assert known.asked == []
        assert await asked(client, "/mine", "admin") == "admin"
        assert known.asked == ["Bearer admin"]


async def test_nobody_is_asked_about_where_no_token_is_looked_at(connect: Client) -> None:
    known = Known()
    async with connect(application(known)) as client:
        for path in ("/public", "/slow/public", "/livez", "/docs", "/metrics", "/nowhere"):
            await client.get(path, headers={"Authorization": "Bearer customer"})
        await client.get("/optional")
    assert known.asked == []


async def test_the_route_comes_first_then_the_caller_then_the_body(connect: Client) -> None:
    async with connect(application(Known())) as client:
        assert await asked(client, "/nowhere", None) == "route-not-found"
        assert await asked(client, "/clerks", None, "PATCH") == "method-not-allowed"
        for method, path in (("POST", "/clerks"), ("PUT", "/slow/clerks")):
            for token, expected in ((None, 401), ("organizer", 403), ("customer", 415)):
                headers = {} if token is None else {"Authorization": f"Bearer {token}"}
                answer = await client.request(method, path, content=b"no json", headers=headers)
                assert answer.status_code == expected, (path, token)


@pytest.mark.parametrize(
    "path", ["/clerks", "/clerks/", "/slow/clerks", "/slow/clerks/", "//clerks", "/slow//clerks"]
)
@pytest.mark.parametrize("root", ["", "/", "/behind", "/behind/", "/slow"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_no_spelling_of_a_path_is_a_way_past(path: str, root: str, method: str) -> None:
    transport = httpx.ASGITransport(application(Known()), root_path=root)
    async with httpx.AsyncClient(transport=transport) as client:
        for each in (path, f"{root.rstrip('/')}{path}"):
            answer = await client.request(method, f"http://test{each}")
            assert answer.status_code in {401, 404}, each


async def test_a_socket_is_declined() -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await application(Known())({"type": "websocket", "path": "/clerks", "headers": []}, receive, send)
    assert sent == ["websocket.close"]


async def test_an_application_without_an_authenticator_lets_nobody_in(connect: Client) -> None:
    async with connect(application(None)) as client:
        for token in (None, "admin"):
            assert await asked(client, "/mine", token) == "not-authenticated"
        assert await asked(client, "/public", None) is None


async def undeclared() -> Response:
    return Response()


async def undeclared_socket(_socket: WebSocket) -> None:
    pass


def with_a_converter(router: APIRouter) -> None:
    @router.get("/files/{path:path}")
    @open_to(PUBLIC)
    async def files(path: str) -> str:
        return path


REFUSED: dict[str, Callable[[APIRouter], None]] = {
    "a route of the framework's": lambda router: router.add_api_route("/a", undeclared),
    "a plain route": lambda router: router.routes.append(Route("/a", undeclared)),
    "a mount": lambda router: router.routes.append(Mount("/a", routes=[])),
    "a socket": lambda router: router.add_api_websocket_route("/a", undeclared_socket),
    "a pattern": with_a_converter,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_route_that_does_not_say_who_may_call_it_makes_no_application(kind: str) -> None:
    router = APIRouter()
    REFUSED[kind](router)
    with pytest.raises(ValueError, match=r"who may call it|no request would find"):
        application(Known(), router)


async def test_what_is_added_later_is_not_served(connect: Client) -> None:
    app = application(Known())
    app.add_api_route("/later", undeclared)
    async with connect(app) as client:
        assert await asked(client, "/later", "admin") == "route-not-found"


def test_an_administrator_may_everything_and_each_other_role_what_is_said() -> None:
    assert list(CLERKS.by_role) == list(EVERYBODY)
    assert [CLERKS.by_role[each] for each in EVERYBODY] == ["no", "own", "yes", "no", "no", "yes"]
    assert list(Access().by_role.values()) == ["no", "no", "no", "no", "no", "yes"]
    assert list(SIGNED_IN.by_role.values()) == ["no", "own", "own", "own", "own", "own"]
    assert set(PUBLIC.by_role.values()) == set(OPTIONAL.by_role.values()) == {"yes"}


def test_what_is_not_theirs_is_for_those_who_may_have_anybodys() -> None:
    assert [role for role in Role if CLERKS.for_anybody(Caller("", role, "", ""))] == [
        Role.BOX_OFFICE, Role.ADMIN,
    ]  # fmt: skip


def test_the_document_says_who_may_and_what_the_others_hear() -> None:
    paths = application(Known()).openapi()["paths"]
    public, optional, mine, clerks = (
        paths[f"/{each}"]["get"] for each in ("public", "optional", "mine", "clerks")
    )
    assert public["security"] == []
    assert optional["security"][0] == {}
    assert "security" not in mine
    assert "security" not in clerks
    assert [{"401", "403"} & set(each["responses"]) for each in (public, optional, mine, clerks)] == [
        set(), {"401"}, {"401"}, {"401", "403"},
    ]  # fmt: skip
    assert clerks["x-roles"] == {"customer": "own", "box_office": "yes", "admin": "yes"}
    assert paths["/slow/clerks"]["get"]["x-roles"] == clerks["x-roles"]
