"""A booking folded from its own facts is the booking folded from the whole stream, whatever happens around it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import TypeAdapter

from audit_api.answers.booking import booking_body as audited_body
from audit_api.folding import stages
from command_api.answers.booking import booking_body as answered_body
from domain.codec import CODEC
from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import ShowFact
from domain.show.state import Show
from domain.tags import booking_tag, tags
from eventstore.facts import RecordedFact
from resources.booking import Booking as BookingShape
from tests.audit_api.busy_show import busy_stream
from tests.projections.writing import MINUTE

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SHAPE = TypeAdapter(BookingShape)
SEEDS = range(25)


def recorded(facts: list[ShowFact]) -> list[RecordedFact]:
    return [_recorded(version, fact) for version, fact in enumerate(facts, start=1)]


def _recorded(version: int, fact: Any) -> RecordedFact:
    name, schema_version, data = CODEC.encode(fact)
    return RecordedFact(
        version * 7, "show-1", version, name, schema_version, data.decode(), "{}", tags(fact), "", EPOCH, b""
    )


def after_each_own_fact(facts: list[ShowFact]) -> dict[str, list[Booking]]:
    """Each booking after each of its facts, out of one fold of everything."""
    show, found = Show(), dict[str, list[Booking]]()
    for fact in facts:
        evolve(show, fact)
        booking_id = getattr(fact, "booking_id", None)
        if booking_id is not None:
            found.setdefault(booking_id, []).append(show.bookings[booking_id])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bookings_own_facts_are_enough(seed: int) -> None:
    facts = busy_stream(seed)
    log = recorded(facts)
    for booking_id, expected in after_each_own_fact(facts).items():
        own = [each for each in log if booking_tag(booking_id) in each.tags]
        found = stages(booking_id, own)
        assert [stage and stage.booking for stage in found] == expected
        assert [stage and stage.booking.version for stage in found] == [each.version for each in own]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_auditor_sees_a_booking_as_the_command_side_renders_it(seed: int) -> None:
    """After each fact, at once and some time later."""
    show = Show()
    for fact in busy_stream(seed):
        evolve(show, fact)
        booking = show.bookings.get(getattr(fact, "booking_id", ""))
        for later in (timedelta(0), 7 * MINUTE, 70 * MINUTE) if booking else ():
            assert booking is not None
            audited = audited_body(show.details.show_id, booking, fact.at + later)
            assert audited == answered_body(show, booking, fact.at + later)
            SHAPE.validate_python(audited)


def test_the_histories_tried_are_of_every_kind() -> None:
    tried: set[tuple[str, str]] = set()
    for seed in SEEDS:
        own: dict[str, list[str]] = {}
        for fact in busy_stream(seed):
            own.setdefault(getattr(fact, "booking_id", ""), []).append(type(fact).__name__)
        tried |= {pair for names in own.values() for pair in pairwise(names)}
    assert {
        ("SeatsHeld", "HoldExtended"),
        ("SeatsHeld", "BookingConfirmed"),
        ("SeatsHeld", "TicketsAdded"),
        ("SeatsHeld", "TicketsExchanged"),
        ("BookingExpired", "BookingConfirmed"),
        ("BookingExpired", "PaymentCameTooLate"),
        ("BookingExpired", "PlacesReplaced"),
        ("PlacesReplaced", "BookingConfirmed"),
        ("BookingCancelled", "BookingCancelled"),
        ("BookingConfirmed", "PaymentCameTwice"),
        ("BookingConfirmed", "TicketsExchanged"),
        ("BookingTransferred", "TicketHolderNamed"),
        ("TicketHolderNamed", "BookingTransferred"),
    } <= tried
