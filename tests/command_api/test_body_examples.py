"""Whoever copies a body from the documentation sends one that is taken."""

from collections.abc import Iterator

import orjson
import pytest
from fastapi import APIRouter

from command_api.app import ROUTERS
from command_api.bodies.parts import Body
from runtime.http.application import create_application
from runtime.settings import load_settings


def bodies() -> dict[str, type[Body]]:
    def below(body: type[Body]) -> Iterator[type[Body]]:
        for each in body.__subclasses__():
            yield each
            yield from below(each)

    return {body.__name__: body for body in below(Body)}


def bodies_of_operations(routers: tuple[APIRouter, ...] = tuple(ROUTERS)) -> dict[str, str]:
    app = create_application(title="t", version="1", routers=routers, settings=load_settings())
    operations = [each for path in app.openapi()["paths"].values() for each in path.values()]
    return {
        each["operationId"]: each["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[
            -1
        ]
        for each in operations
        if "requestBody" in each
    }


@pytest.mark.parametrize(("operation", "body"), bodies_of_operations().items())
def test_the_examples_of_a_body_are_taken(operation: str, body: str) -> None:
    model = bodies()[body]
    examples = model.model_json_schema().get("examples", [])
    assert examples, f"{operation} shows nobody what to send"
    for example in examples:
        assert model.model_validate_json(orjson.dumps(example)).model_fields_set
