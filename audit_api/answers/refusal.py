"""A refusal, and its cause, in the API's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from audit_api.answers.fact import by_and_why, moment, raw
from audit_api.causes.cause import Bound, Cause, SeatHolder, Stand
from audit_api.refusals.table import RefusalRow
from audit_api.why import Because
from eventstore.facts import RecordedFact

SHOW = "show-"

Facts = Mapping[int, RecordedFact]
"""By version, the facts that are cited."""


def refusal_body(row: RefusalRow) -> dict[str, Any]:
    """The shape of `audit_api.shapes.refusal.Refusal`."""
    stream = row.stream or ""
    return {
        "id": row.id,
        "asked_at": moment(row.asked_at),
        "event_id": stream.removeprefix(SHOW) if stream.startswith(SHOW) else None,
        "booking_id": row.booking_id,
        "customer_id": row.customer_id,
        "stream": row.stream,
        "version": row.version,
        "by": {"id": row.by_id, "role": row.role},
        "why": {
            "command": row.command,
            "idempotency_key": row.idempotency_key,
            "request_id": row.request_id,
        },
        "command_id": row.command_id,
        "status": row.status,
        "code": row.code,
        "refusal": row.refusal,
        "data": raw(row.reason),
        "asked": row.asked and raw(row.asked),
        "if_match": row.if_match and raw(row.if_match),
    }


def cause_body(
    cause: Cause, *, reproduced: bool | None, facts: Facts, page: Sequence[Stand], following: int | None
) -> dict[str, Any]:
    """The shape of `audit_api.shapes.refusal.Cause`; `page` are those shown of what uses up the first bound."""
    return {
        "reproduced": reproduced,
        "explanation": cause.sentence,
        "because": [because_body(each, facts) for each in cause.because],
        "bounds": [_bound(each, facts) for each in cause.bounds],
        "standing": {"items": [_stand(each, facts) for each in page], "next": following},
        "seats": [_seat(each, facts) for each in cause.seats],
    }


def cited(cause: Cause, page: Iterable[Stand]) -> Iterator[int]:
    """The versions of all facts that the answer names."""
    because = [*cause.because, *(each for bound in cause.bounds for each in bound.set_by)]
    for some in (because, cause.seats, page):
        yield from (each.version for each in some if each.version is not None)


def because_body(because: Because, facts: Facts) -> dict[str, Any]:
    """The shape of `audit_api.shapes.why.Because`."""
    return {
        "field": because.field,
        "value": msgspec.to_builtins(because.value),
        "fact": fact_named(because.version, facts),
        "ran_out_at": because.ran_out_at,
    }


def fact_named(version: int | None, facts: Facts) -> dict[str, Any] | None:
    """The shape of `audit_api.shapes.why.FactNamed`."""
    fact = None if version is None else facts.get(version)
    if fact is None:
        return None
    by, why = by_and_why(fact)
    return {
        "position": fact.position,
        "version": fact.version,
        "fact": fact.name,
        "recorded_at": moment(fact.recorded_at),
        "by": by,
        "why": why,
        "hash": fact.hash.hex(),
    }


def _bound(bound: Bound, facts: Facts) -> dict[str, Any]:
    return {
        "kind": bound.kind,
        "name": bound.name,
        "limit": bound.limit,
        "sold": bound.places("sold"),
        "held": bound.places("held"),
        "kept_back": bound.places("kept-back"),
        "left": bound.left,
        "set_by": [because_body(each, facts) for each in bound.set_by],
    }


def _stand(stand: Stand, facts: Facts) -> dict[str, Any]:
    return {
        "kind": stand.kind,
        "places": stand.places,
        "booking_id": stand.booking_id,
        "allotment_id": stand.allotment_id,
        "expires_at": stand.expires_at,
        "since": fact_named(stand.version, facts),
    }


def _seat(seat: SeatHolder, facts: Facts) -> dict[str, Any]:
    return {
        "seat": seat.seat,
        "state": seat.state,
        "booking_id": seat.booking_id,
        "ticket_id": seat.ticket_id,
        "allotment_id": seat.allotment_id,
        "since": fact_named(seat.version, facts),
    }
