"""One refusal with its cause, as it is told."""

from typing import Any, NamedTuple

from audit_api.answers.refusal import cause_body, cited, refusal_body
from audit_api.causes.cause import Stand
from audit_api.lifespan_state import AuditServices
from audit_api.refusals.cause_of import cause_of, facts_at
from audit_api.refusals.table import RefusalRow
from runtime.http.pages import LIMIT_DEFAULT
from runtime.problems import Problem


class Explained(NamedTuple):
    """`body` has the shape of `audit_api.shapes.refusal.RefusalWithCause`, and names so many `facts`."""

    body: dict[str, Any]
    facts: int


async def explained(
    services: AuditServices, row: RefusalRow, *, after: int = 0, limit: int = LIMIT_DEFAULT
) -> Explained:
    """`after` and `limit` are about who uses up what there is. Raises `StoreUnavailable`."""
    reproduced, cause, folded = await cause_of(services, row)
    page, following = _page(cause.bounds[0].standing if cause.bounds else [], after, limit)
    facts = await facts_at(services, folded, cited(cause, page))
    why = cause_body(cause, reproduced=reproduced, facts=facts, page=page, following=following)
    return Explained(refusal_body(row) | {"cause": why}, len(facts))


def _page(standing: list[Stand], after: int, limit: int) -> tuple[list[Stand], int | None]:
    there = [stand for stand in standing if stand.version > after]
    return there[:limit], there[limit - 1].version if len(there) > limit else None


def no_refusal(refusal_id: str) -> Problem:
    return Problem.of(
        404,
        "refusal-not-found",
        "There is no such refusal",
        "It was never kept, or the time for which it is kept is over.",
        refusal_id=refusal_id,
    )
