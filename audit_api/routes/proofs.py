"""Proofs that anybody can check without having the log."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from audit_api.asking import Asked, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.lifespan_state import AuditServices
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.sealed import seal_of_size
from audit_api.shapes.seal import ConsistencyProof, InclusionProof
from eventstore.facts import RecordedFact
from eventstore.postgres.tree import TreeBroken
from eventstore.seals.proofs import Span, consistency, inclusion
from eventstore.seals.seal import seal_body
from eventstore.seals.tree import leaf
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.validation import wrong_parameter
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/proofs", tags=["audit"])

Position = Annotated[int, Query(ge=1, le=BIGINT_MAX, description="The fact's place in the log.")]
SizeOrNone = Annotated[
    int | None, Query(ge=1, le=BIGINT_MAX, description="The seal of this size; the latest if not said.")
]


class InclusionAsked(Asked):
    position: Position
    size: SizeOrNone = None


class ConsistencyAsked(Asked):
    first: Annotated[
        int, Query(ge=1, le=BIGINT_MAX, alias="from", description="The seal of this size, which was kept.")
    ]
    second: Annotated[
        int | None,
        Query(ge=1, le=BIGINT_MAX, alias="to", description="The seal of this size; the latest if not said."),
    ] = None


@hot_route(
    router,
    "GET",
    "/inclusion",
    operation_id="ProveInclusion",
    summary="That a fact is in the sealed log",
    access=AUDITORS,
    parameters=documented(InclusionAsked),
    response_model=InclusionProof,
    responses=audit_answers({404: ["seal-not-found", "fact-not-sealed"], 409: ["log-broken"]}),
)
@recorded
async def prove_inclusion(request: Request) -> Told:
    """With the fact as the feed has it, this proof, and a seal that was kept, nobody needs the rest of the log."""
    services, query = asked(request, InclusionAsked)
    with reading_the_log():
        seal = await seal_of_size(services.seals, query.size)
        if query.position > seal.size:
            raise Problem.of(
                404,
                "fact-not-sealed",
                "The fact is not under this seal",
                position=query.position,
                size=seal.size,
            )
        fact = await _fact(services, query.position)
        path = await _path(services, inclusion(fact.position - 1, seal.size))
    digest = leaf(fact.position, fact.stream, fact.version, fact.hash)
    about = {
        "position": fact.position,
        "stream": fact.stream,
        "version": fact.version,
        "hash": fact.hash.hex(),
    }
    return Told(json_answer({"fact": about, "leaf": digest.hex(), "path": path, "seal": seal_body(seal)}), 1)


@hot_route(
    router,
    "GET",
    "/consistency",
    operation_id="ProveConsistency",
    summary="That a sealed log is the beginning of a later one",
    access=AUDITORS,
    parameters=documented(ConsistencyAsked),
    response_model=ConsistencyProof,
    responses=audit_answers({404: ["seal-not-found"], 409: ["log-broken"]}),
)
@recorded
async def prove_consistency(request: Request) -> Told:
    """Nothing under the first seal was changed, taken away or moved until the second one was made."""
    services, query = asked(request, ConsistencyAsked)
    with reading_the_log():
        second = await seal_of_size(services.seals, query.second)
        first = await seal_of_size(services.seals, query.first)
        if first.size > second.size:
            raise wrong_parameter("to", "Input should not be less than from")
        path = await _path(services, consistency(first.size, second.size))
    return Told(json_answer({"first": seal_body(first), "second": seal_body(second), "path": path}), 0)


async def _fact(services: AuditServices, position: int) -> RecordedFact:
    found = await services.store.read_log(position - 1, 1)
    if not found or found[0].position != position:
        raise _broken(f"position {position} is missing from the log")
    return found[0]


async def _path(services: AuditServices, spans: Sequence[Span]) -> list[str]:
    try:
        return [each.hex() for each in await services.tree.roots(spans)]
    except TreeBroken as error:
        raise _broken(str(error)) from None


def _broken(what: str) -> Problem:
    """The log was altered, which is no fault of ours and no passing trouble."""
    return Problem.of(
        409, "log-broken", "The log is not whole", f"{what}. `seatledger audit verify` says more."
    )
