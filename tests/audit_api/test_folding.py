"""A booking folded from its own facts is the booking folded from the whole stream, whatever happens around it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from audit_api.answers.booking import booking_body as audited_body
from audit_api.folding import stages
from command_api.answers.booking import booking_body as answered_body
from domain.codec import CODEC
from domain.refusal import Refused
from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import ShowFact
from domain.show.state import Show
from domain.tags import booking_tag, tags
from eventstore.facts import RecordedFact
from resources.booking import Booking as BookingShape
from tests.domain.show.commands_by_chance import OFTEN_STANDING, LaterCommand, commands, opened
from tests.domain.show.words import NOON, SHOW_DECIDER

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SHAPE = TypeAdapter(BookingShape)
Asked = list[tuple[LaterCommand, timedelta]]


def stream_of(asked: Asked) -> list[ShowFact]:
    """The facts that these commands leave."""
    facts: list[ShowFact] = opened()
    show, now = SHOW_DECIDER.fold(Show(), facts), NOON
    for later, step in asked:
        now += step
        try:
            _, new = SHOW_DECIDER.run(later(show, now), show)
        except Refused:
            # What had lapsed by then has been folded; the next command writes it down.
            show = SHOW_DECIDER.fold(Show(), facts)
            continue
        facts += new
    return facts


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


histories = st.lists(st.tuples(commands, OFTEN_STANDING), min_size=4, max_size=40).map(stream_of)


@given(histories)
def test_a_bookings_own_facts_and_the_plan_are_enough(facts: list[ShowFact]) -> None:
    log = recorded(facts)
    for booking_id, expected in after_each_own_fact(facts).items():
        own = [each for each in log if booking_tag(booking_id) in each.tags]
        found = stages(booking_id, log[:1], own)
        assert [stage and stage.booking for stage in found] == expected
        assert [stage and stage.booking.version for stage in found] == [each.version for each in own]


@given(histories, st.timedeltas(timedelta(), timedelta(hours=2)))
def test_an_auditor_sees_a_booking_as_the_command_side_renders_it(
    facts: list[ShowFact], later: timedelta
) -> None:
    show = SHOW_DECIDER.fold(Show(), facts)
    for booking in show.bookings.values():
        now = booking.created_at + later
        audited = audited_body(show.details.show_id, booking, now)
        assert audited == answered_body(show, booking, now)
        SHAPE.validate_python(audited)
