"""Laws of causes, over shows in which everything is asked for that can be: each refusal comes again out of what was
kept of it, and what it names adds up.
"""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.refusal import Refused
from domain.show.commands import ShowCommand
from domain.show.facts import ShowFact
from domain.show.refusals import BookingNotFound, SoldOut
from domain.show.state import Show
from tests.audit_api.causes.asking import refused
from tests.domain.show.commands_by_chance import (
    OFFERS,
    OFTEN_STANDING,
    PLAN,
    RULES,
    LaterCommand,
    bookings_to_make,
    commands,
    opened,
    simple_bookings,
)
from tests.domain.show.words import NOON, SHOW_DECIDER, WINDOW, booked, on_sale

REFUSED_MAX = 5
"""Of one history: each is folded from its start."""

ROOMY = replace(RULES, max_per_customer=None, max_holds_per_customer=None)
HOUSES = (
    opened(),
    on_sale(*OFFERS, plan=PLAN, rules=ROOMY),
    on_sale(*OFFERS, plan=PLAN, window=WINDOW, rules=replace(ROOMY, no_single_seats=True)),
)
FULL = [booked("F", "F", booking="b1", offer=OFFERS[0]), booked("F", "S/A/1", booking="b2", offer=OFFERS[1])]
"""What has been sold when a history begins."""


@given(
    st.sampled_from(HOUSES),
    st.lists(
        st.tuples(simple_bookings() | bookings_to_make() | commands, OFTEN_STANDING), min_size=5, max_size=20
    ),
)
def test_each_refusal_is_explained_by_facts_that_add_up(
    house: list[ShowFact], asked: list[tuple[LaterCommand, timedelta]]
) -> None:
    facts, now, explained = list(house), NOON, 0
    facts += FULL
    show = SHOW_DECIDER.fold(Show(), facts)
    for later, step in asked:
        now += step
        command = later(show, now)
        lapsed = SHOW_DECIDER.lapse(show, now)
        SHOW_DECIDER.fold(show, lapsed)
        facts += lapsed
        try:
            decided = SHOW_DECIDER.decide(command, show)
        except Refused as no:
            explained += not isinstance(no.reason, BookingNotFound)
            if explained <= REFUSED_MAX:
                check(facts, command)
            continue
        SHOW_DECIDER.fold(show, decided)
        facts += decided


def check(facts: list[ShowFact], command: ShowCommand) -> None:
    why = refused(facts, command)
    for because in why.cause.because:
        assert because.version is None or 1 <= because.version <= len(facts)
    for holder in why.cause.seats:
        assert (holder.version is None) == (holder.state == "free")
    if isinstance(why.reason, SoldOut) and why.cause.bounds:
        assert why.reason.available <= max(0, *(bound.left for bound in why.cause.bounds))
