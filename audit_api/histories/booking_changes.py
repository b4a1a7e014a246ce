"""What the facts of bookings changed in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from audit_api.answers.booking import booking_body, changes
from audit_api.folding import Stage, stages
from audit_api.histories.entry import Changes, booking_of
from audit_api.lifespan_state import AuditServices
from domain.tags import booking_tag
from eventstore.facts import RecordedFact

AT_ONCE = 200
"""Of so many bookings the facts are in memory together."""


class BookingStep(NamedTuple):
    """A fact of a booking between what the booking was and what it became. None: there was none, or nobody can tell."""

    fact: RecordedFact
    booking_id: str
    before: Stage | None
    after: Stage | None

    @property
    def changes(self) -> Changes:
        if self.after is None:
            return {}
        return changes(_body(self.before), _body(self.after) or {})


async def steps_of(services: AuditServices, facts: Iterable[RecordedFact]) -> dict[int, BookingStep]:
    """By position, all that happened to the bookings that `facts` are about. Raises `StoreUnavailable`."""
    found: dict[int, BookingStep] = {}
    ids = [each for each in dict.fromkeys(map(booking_of, facts)) if each is not None]
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        own: dict[str, list[RecordedFact]] = defaultdict(list)
        for fact in await services.tagged.read_tags([booking_tag(each) for each in some]):
            own[booking_of(fact) or ""].append(fact)
        for booking_id in some:
            found |= {step.fact.position: step for step in steps_through(booking_id, own[booking_id])}
    return found


def steps_through(booking_id: str, own: Sequence[RecordedFact]) -> Iterator[BookingStep]:
    """`own` are the facts of one booking, in order."""
    before: Stage | None = None
    for fact, stage in zip(own, stages(booking_id, own), strict=True):
        yield BookingStep(fact, booking_id, before, stage)
        before = stage


def _body(stage: Stage | None) -> dict[str, Any] | None:
    return None if stage is None else booking_body(*stage)
