"""Query parameters of hot routes: documented as the framework does, and read as it does."""

from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from runtime.http.access import PUBLIC
from runtime.http.hot_route import hot_route
from runtime.http.query_parameters import QueryParameters


def window(
    limit: Annotated[int, Query(ge=1, le=9)] = 5,
    since: Annotated[int | None, Query(alias="from", description="Since when")] = None,
) -> tuple[int, int | None]:
    return limit, since


def name(name: str) -> str:
    return name.upper()


def read(query: str) -> list[Any]:
    return QueryParameters(window, name).read(
        Request({"type": "http", "query_string": query.encode(), "headers": []})
    )


def test_each_reader_gets_its_own() -> None:
    assert read("name=x") == [(5, None), "X"]
    assert read("limit=9&from=3&name=x&other=1") == [(9, 3), "X"]


@pytest.mark.parametrize(
    ("query", "place"), [("", "name"), ("name=x&limit=0", "limit"), ("name=x&from=soon", "from")]
)
def test_what_is_wrong_is_said_by_the_name_in_the_query(query: str, place: str) -> None:
    with pytest.raises(RequestValidationError) as refused:
        read(query)
    assert [error["loc"] for error in refused.value.errors()] == [("query", place)]


def test_they_stand_in_the_document() -> None:
    app = FastAPI()

    @hot_route(
        app.router,
        "GET",
        "/",
        operation_id="Get",
        access=PUBLIC,
        parameters=QueryParameters(window, name).parameters,
    )
    async def get(request: Request) -> Any:
        """Anything."""

    parameters = {each["name"]: each for each in app.openapi()["paths"]["/"]["get"]["parameters"]}
    assert set(parameters) == {"limit", "from", "name"}
    assert parameters["limit"]["schema"]["default"] == 5
    assert (parameters["limit"]["required"], parameters["name"]["required"]) == (False, True)
    assert parameters["from"]["description"] == "Since when"
