"""The bookings a customer has or had, each with what happened to it while it was theirs."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from audit_api.answers.booking import booking_body
from audit_api.answers.fact import moment, raw
from audit_api.customers.whose import Whose
from audit_api.folding import Stage, as_of, stages
from audit_api.lifespan_state import AuditServices
from domain.tags import booking_tag
from eventstore.facts import RecordedFact
from runtime.http.json_answer import json_bytes

BOOKING = booking_tag("")
AT_A_TIME = 50
"""Of so many bookings the facts are in memory together."""


async def bookings(services: AuditServices, theirs: Whose) -> AsyncIterator[bytes]:
    """The shape of a list of `audit_api.shapes.customer_data.HeldBooking`, in pieces. Raises `StoreUnavailable`."""
    yield b"["
    tags, is_first = await services.tagged.tags_beside(theirs.tag, BOOKING), True
    for begin in range(0, len(tags), AT_A_TIME):
        some = tags[begin : begin + AT_A_TIME]
        own: dict[str, list[RecordedFact]] = defaultdict(list)
        for fact in await services.tagged.read_tags(some):
            for tag in fact.tags:
                own[tag].append(fact)
        for tag in some:
            held = held_booking(tag.removeprefix(BOOKING), own[tag], theirs, services.now())
            if held is not None:
                yield json_bytes(held) if is_first else b"," + json_bytes(held)
                is_first = False
    yield b"]"


def held_booking(
    booking_id: str, own: Sequence[RecordedFact], theirs: Whose, now: datetime
) -> dict[str, Any] | None:
    """The booking as it was theirs last, and the facts from when it became theirs to when it was somebody else's.

    None where nothing of it can be read as theirs.
    """
    held: list[tuple[RecordedFact, Stage]] = []
    until: datetime | None = None
    for fact, stage in zip(own, stages(booking_id, own), strict=True):
        if stage is not None and theirs.is_customer(stage.booking.customer):
            held.append((fact, stage))
            until = None
        elif held and until is None:
            until = fact.recorded_at
    if not held:
        return None
    last = as_of(held[-1][1], until or now)
    return {
        "booking": booking_body(last.event_id, last.booking, until or now),
        "until": until and moment(until),
        "history": [
            {
                "position": fact.position,
                "recorded_at": moment(fact.recorded_at),
                "fact": fact.name,
                "data": raw(fact.data),
            }
            for fact, _ in held
        ],
    }
