"""A booking after each of its facts, folded from those facts alone.

A show's stream may hold a hundred thousand facts, a booking has five. What a booking is depends on its own facts and
on nothing else in the stream: plans, allotments and other bookings only move places and stock, which its own facts are
decided against but never folded from. So its own facts are enough, each at the version it really has, in a show that
does not look where places are. `tests/audit_api/test_folding.py` holds this against the fold of whole streams.
"""

import logging
from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from domain.codec import CODEC
from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import BookingFact
from domain.show.places import Places
from domain.show.state import NOWHERE, Show
from domain.show.ticket import Ticket
from eventstore.facts import RecordedFact

_log = logging.getLogger(__name__)


class Stage(NamedTuple):
    """The booking after one of its facts, which happened `at`."""

    event_id: str
    booking: Booking
    at: datetime


class Anywhere(Places):
    """Places that nobody counts. Where they are is for the plan to say, which may have changed since."""

    __slots__ = ()

    def take(self, ticket: Ticket) -> None:
        """Nothing to mark."""

    def release(self, ticket: Ticket, active: Container[str | None]) -> None:
        """Nothing to mark."""


def stages(booking_id: str, own: Sequence[RecordedFact]) -> list[Stage | None]:
    """One stage for each fact of `own`; None from the first one on that cannot be folded.

    `own` are the facts tagged with the booking, in order.
    """
    found: list[Stage | None] = []
    try:
        for stage in _stages(booking_id, own):
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


def _stages(booking_id: str, own: Sequence[RecordedFact]) -> Iterator[Stage]:
    show = Show()
    show.places = Anywhere(NOWHERE, show.journal)
    for recorded in own:
        fact: BookingFact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
        # The facts in between are left out, and a booking's version is the stream's.
        show.version = recorded.version - 1
        evolve(show, fact)
        yield Stage(fact.show_id, show.bookings[booking_id], fact.at)
