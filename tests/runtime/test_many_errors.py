"""A body with more mistakes than anybody reads is refused without writing them all down."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from runtime.http.json_body import parsed
from runtime.http.validation import ERRORS_MAX, ERRORS_TOLD_MAX
from runtime.problems import Problem

NUMBERS: TypeAdapter[list[int]] = TypeAdapter(list[int])


def errors_of(count: int) -> list[dict[str, Any]]:
    with pytest.raises(Problem) as refused:
        parsed(b"[" + b",".join([b'"x"'] * count) + b"]", NUMBERS)
    assert refused.value.answer.code == "validation-failed"
    found: list[dict[str, Any]] = list(refused.value.answer.extras["errors"])
    return found


def test_many_mistakes_are_told_up_to_a_hundred() -> None:
    assert [error["path"] for error in errors_of(ERRORS_TOLD_MAX)] == [f"/{n}" for n in range(ERRORS_MAX)]


def test_of_more_than_anybody_reads_only_that_they_are_many_is_told() -> None:
    [error] = errors_of(ERRORS_TOLD_MAX + 1)
    assert (error["path"], error["type"]) == ("", "too_many_errors")
