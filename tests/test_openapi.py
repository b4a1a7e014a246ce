"""docs/openapi.json is the document that the program serves."""

from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from cli.application import Side, application
from cli.openapi import document, written
from runtime.settings import load_settings

COMMITTED = Path(__file__).parents[1] / "docs" / "openapi.json"
HOW_TO_MAKE = "it is made by: python -m cli.openapi docs/openapi.json"


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
