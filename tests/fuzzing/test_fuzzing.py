"""What schemathesis is told is about operations and parameters that there are."""

import json
import tomllib
from typing import Any

import pytest

from cli.openapi import document
from tests.fuzzing.configuration import ALSO_IN, NAMED, configuration
from tests.fuzzing.report import Report, complaints
from tests.fuzzing.shop import Found

IDS = (*NAMED, "seat")


@pytest.fixture(scope="module")
def operations() -> list[dict[str, Any]]:
    paths = json.loads(document())["paths"]
    return [each for path in paths.values() for method, each in path.items() if method != "parameters"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return tomllib.loads(configuration(Found({}, {name: ["1"] for name in IDS})))


def test_each_operation_that_is_named_exists(told: dict[str, Any], operations: list[dict[str, Any]]) -> None:
    named = {each["include-operation-id"] for each in told["operations"]}
    assert named <= {each["operationId"] for each in operations}


def test_each_parameter_that_is_named_exists(told: dict[str, Any], operations: list[dict[str, Any]]) -> None:
    there = {
        f"{parameter['in']}.{parameter['name']}"
        for each in operations
        for parameter in each.get("parameters", ())
    }
    named = {name for name in told["parameters"] if name.startswith(("path.", "query.", "header."))}
    assert named <= there
    assert {f"path.{name}" for name in NAMED} | {f"query.{name}" for name in ALSO_IN} <= named


def test_what_the_program_complains_of_is_told_and_letters_are_not() -> None:
    log = [
        "Seatledger is up",
        '{"level": "warning", "logger": "seatledger.mail", "message": "To: you"}',
        '{"level": "info", "logger": "a", "message": "well"}',
        '{"level": "error", "logger": "a", "message": "oh"}',
    ]
    assert [json.loads(each.removeprefix("logged: "))["message"] for each in complaints(log)] == ["oh"]


def test_a_failure_is_told_and_an_alarm_that_is_explained_is_counted() -> None:
    report = Report()
    asked = {"request": {"method": "GET", "uri": "/a"}, "response": {"status_code": 200}}
    failures = ["Invalid component: in header - object with unexpected properties", "Server error"]
    checks = [
        {"name": "any", "status": "failure", "failure_info": {"failure": {"message": each}}}
        for each in failures
    ]
    report.add("fuzzing", {"label": "GET /a", "interactions": {"1": asked}, "checks": {"1": checks}})
    report.add("stateful", {"label": "Stateful tests", "interactions": {}, "checks": {}})
    assert report.operations == {"GET /a"}
    assert (report.explained, len(report.failures)) == (1, 1)
    assert "Server error" in report.failures[0]
    assert next(report.lines()).startswith("1 requests at 1 operations, 2 checks")
