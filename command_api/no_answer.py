"""A no to a command, as it is answered and as it is kept under an idempotency key for a retry."""

from command_api.failed import failure_problem
from command_api.refused import refusal_problem
from command_api.writing.answer import Answer
from command_api.writing.failures import PreconditionFailed
from domain.refusal import Refused
from runtime.problems import ProblemDetail, problem_body

No = Refused | PreconditionFailed


def no_problem(no: No) -> ProblemDetail:
    """How it is answered."""
    return failure_problem(no) if isinstance(no, PreconditionFailed) else refusal_problem(no.reason)


def no_answer(request_id: str, no: No) -> Answer:
    """What a retry gets again: word for word, and so with the id of the request that was refused."""
    return problem_answer(request_id, no_problem(no))


def problem_answer(request_id: str, problem: ProblemDetail) -> Answer:
    """A problem that stands, as it is kept."""
    return Answer(problem.status, problem_body(problem, request_id), tuple(problem.headers.items()))
