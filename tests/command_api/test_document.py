"""The OpenAPI document speaks of every operation, in full sentences, with examples and every answer."""

from typing import Any

import pytest

from tests.command_api.requests import COMMANDS, REQUESTS
from tests.command_api.shop import Shop


def operations(shop: Shop) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for methods in shop.served.document["paths"].values()
        for operation in methods.values()
    }


def test_it_is_openapi_3_1_and_every_operation_has_an_id_of_its_own(shop: Shop) -> None:
    document = shop.served.document
    assert document["openapi"].startswith("3.1")
    listed = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("operation", REQUESTS)
def test_an_operation_is_described_with_its_success_and_its_problems(operation: str, shop: Shop) -> None:
    documented = operations(shop)[operation]
    assert documented["summary"]
    assert documented["description"].rstrip().endswith((".", "`"))
    assert shop.documented(operation)[503]
    for status, answer in documented["responses"].items():
        assert answer["description"], status


@pytest.mark.parametrize("operation", COMMANDS)
def test_a_command_takes_a_key_and_a_version_and_tells_its_position(operation: str, shop: Shop) -> None:
    documented = operations(shop)[operation]
    headers = {each["name"].lower() for each in documented["parameters"] if each["in"] == "header"}
    assert {"idempotency-key", "if-match"} <= headers
    success = documented["responses"][str(shop.success_of(operation))]
    assert {"Seatledger-Position", "ETag", "Idempotent-Replayed"} <= set(success["headers"])
    assert ("Location" in success["headers"]) == (shop.success_of(operation) == 201)


@pytest.mark.parametrize("operation", COMMANDS)
def test_codes_are_listed_once(operation: str, shop: Shop) -> None:
    for codes in shop.documented(operation).values():
        assert len(codes) == len(set(codes)), codes
