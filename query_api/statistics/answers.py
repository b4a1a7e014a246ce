"""What operations that answer tables say in the OpenAPI document."""

from typing import Any

from query_api.documenting import read_answers
from query_api.problems import OVERLOADED
from runtime.http.csv_wanted import CSV_CONTENT
from runtime.problems import ProblemDetail


def table_answers(*problems: ProblemDetail, page: bool = True) -> dict[int | str, Any]:
    """The `responses` of a statistic for staff, as JSON or CSV; there is not always room for another file."""
    answers = read_answers(*problems, OVERLOADED, page=page)
    answers[200] = {**answers[200], "content": CSV_CONTENT}
    return answers
