"""docs/openapi.json is the document that the program serves."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from cli.application import Side, application
from cli.openapi import document, written
from runtime.settings import load_settings

COMMITTED = Path(__file__).parents[1] / "docs" / "openapi.json"
HOW_TO_MAKE = "it is made by: python -m cli.openapi docs/openapi.json"


@cache
def operations() -> list[dict[str, Any]]:
    paths: dict[str, dict[str, dict[str, Any]]] = orjson.loads(document())["paths"]
    return [operation for path in paths.values() for operation in path.values()]


def test_the_committed_document_is_the_one_that_is_generated() -> None:
    assert COMMITTED.read_bytes() == document(), HOW_TO_MAKE


def test_generating_it_again_changes_no_byte() -> None:
    assert document() == document()


async def test_it_is_what_the_composed_program_serves(database: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    async with application(Side.ALL, database, settings) as app:
        assert written(app.openapi()) == document()


def test_every_operation_has_one_name_a_tag_and_a_summary() -> None:
    assert [
        name for name, times in Counter(each["operationId"] for each in operations()).items() if times > 1
    ] == []
    assert [
        each["operationId"] for each in operations() if not (each.get("summary") and each.get("tags"))
    ] == []


def test_every_group_of_operations_is_explained() -> None:
    explained = {tag["name"]: tag["description"] for tag in orjson.loads(document())["tags"]}
    assert explained.keys() == {tag for each in operations() for tag in each["tags"]}
    assert all(explained.values())


def test_every_operation_and_every_parameter_is_described() -> None:
    for operation in operations():
        assert operation.get("description"), operation["operationId"]
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (operation["operationId"], parameter["name"])


def test_every_status_with_a_body_says_what_it_is() -> None:
    for operation in operations():
        for status, answer in operation["responses"].items():
            assert answer["description"] != "Successful Response"
            for content in answer.get("content", {}).values():
                assert content.get("schema") != {}, (operation["operationId"], status)


def test_what_any_operation_of_its_kind_may_answer_is_told_of_each() -> None:
    for operation in operations():
        told = operation["responses"].keys()
        assert "429" in told
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= told, operation["operationId"]
        if any(each["in"] != "header" for each in operation.get("parameters", ())):
            assert "malformed-url" in operation["responses"]["400"]["description"], operation["operationId"]
        if operation.get("security") != []:
            assert {"401", "503"} <= told, operation["operationId"]


def test_every_operation_says_how_it_fails() -> None:
    assert [each["operationId"] for each in operations() if "default" not in each["responses"]] == []


def test_what_may_be_left_out_is_not_null_and_text_in_a_url_holds_no_nul() -> None:
    for operation in operations():
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            assert {"type": "null"} not in schema.get("anyOf", ()), (operation["operationId"], parameter)
            if parameter["in"] != "header" and schema.get("type") == "string":
                assert schema.keys() & {"enum", "format", "pattern"}, (operation["operationId"], parameter)


def test_a_body_that_may_be_left_out_says_so() -> None:
    bodies = {each["operationId"]: each["requestBody"] for each in operations() if "requestBody" in each}
    left_out = {name for name, body in bodies.items() if not body.get("required")}
    assert left_out == {"CancelBooking", "CancelEvent", "ConfirmBooking", "Logout"}
    assert all("$ref" in body["content"]["application/json"]["schema"] for body in bodies.values())
