"""A booking after each of its facts, folded from those facts alone.

A show's stream may hold a hundred thousand facts, a booking has five. What a booking is depends on its own facts and
on nothing else in the stream: the other facts only move places and stock, which its own are decided against but never
folded from. So it is enough to fold the plan, which says which places there are, and the booking's own facts, each at
the version it really has. `tests/audit_api/test_folding.py` holds this against the fold of whole streams.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from domain.codec import CODEC
from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import ShowFact
from domain.show.state import Show
from eventstore.facts import RecordedFact

_log = logging.getLogger(__name__)


class Stage(NamedTuple):
    """The booking after one of its facts, which happened `at`."""

    event_id: str
    booking: Booking
    at: datetime


def stages(
    booking_id: str, scheduled: Sequence[RecordedFact], own: Sequence[RecordedFact]
) -> list[Stage | None]:
    """One stage for each fact of `own`; None from the first one on that cannot be folded.

    `scheduled` is the fact that gave the show its plan, `own` are the facts tagged with the booking, in order.
    """
    found: list[Stage | None] = []
    try:
        for stage in _stages(booking_id, scheduled, own):
            found.append(stage)  # noqa: PERF402 - what was found before the first bad fact is kept
    except Exception:  # noqa: BLE001 - whatever an altered fact does to the fold, its history must still be shown
        _log.exception("booking %s cannot be folded", booking_id)
    return found + [None] * (len(own) - len(found))


def as_of(stage: Stage, moment: datetime) -> Stage:
    """The stage as it stood at `moment`, before its next fact.

    A hold ends by time and not by the fact that records its end: every decision after `expires_at` took the places for
    free, so from then on the booking was expired, whether or not anybody had written that down yet.
    """
    booking = stage.booking
    if booking.status == "pending" and booking.expires_at is not None and booking.expires_at < moment:
        return stage._replace(booking=replace(booking, status="expired"))
    return stage


def _stages(
    booking_id: str, scheduled: Sequence[RecordedFact], own: Sequence[RecordedFact]
) -> Iterator[Stage]:
    show = Show()
    for recorded in scheduled:
        _fold(show, recorded)
    for recorded in own:
        fact = _fold(show, recorded)
        yield Stage(show.details.show_id, show.bookings[booking_id], fact.at)


def _fold(show: Show, recorded: RecordedFact) -> ShowFact:
    fact: ShowFact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
    # The facts in between are left out, and a booking's version is the stream's.
    show.version = recorded.version - 1
    evolve(show, fact)
    return fact
