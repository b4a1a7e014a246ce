"""What would have come of small histories under other rules, to the last booking."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_api.what_if.changes import Changes
from audit_api.what_if.outcome import Fate, Figures, Outcome
from audit_api.what_if.running import NothingHappened, UnknownTypes, what_if
from domain.refusal import Refused
from domain.show.commands import ChangeQuantity, ShowCommand
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.facts import ShowFact, TicketTypeOffered
from domain.show.state import Show
from tests.domain.show.words import (
    BEN,
    FREE,
    MINUTE,
    NOON,
    SHOW,
    STARTS,
    book,
    cancel,
    identities,
    on_sale,
    on_sale_with_time_to_pay,
    pay,
    places,
)
from tests.projections.histories import MORE_OFFERS, OFFERS, TRIES, Try, history

ONE = 2000
LAW = settings(max_examples=40, deadline=None)


def told(offered: Sequence[ShowFact], *commands: ShowCommand) -> list[ShowFact]:
    """The facts that came of it, as the domain decided; refusals leave none."""
    show, facts = Show(), list[ShowFact]()
    happen(show, facts, offered)
    for command in commands:
        happen(show, facts, lapse(show, command.now))
        with suppress(Refused):
            happen(show, facts, decide(command, show))
    return facts


def happen(show: Show, facts: list[ShowFact], decided: Sequence[ShowFact]) -> None:
    for fact in decided:
        evolve(show, fact)
        facts.append(fact)


def fate(booking: str, at: datetime, *kinds_and_why: Any, tickets: int = 1) -> Fate:
    return Fate(booking, at, tickets, *kinds_and_why)


def changed(found: Outcome) -> bool:
    return bool(found.lost or found.gained or found.turned_away or found.steps or found.not_done)


# Held for fifteen minutes, and paid in the tenth.
LATE_IN_THE_WINDOW = told(
    on_sale_with_time_to_pay(),
    book("Stalls/A/1"),
    book("Stalls/A/2", booking="b2"),
    pay(booking="b2", at=NOON + 4 * MINUTE, reference="pay-2"),
    book("Stalls/A/3", booking="b3", at=NOON + 8 * MINUTE),
    pay(at=NOON + 10 * MINUTE),
    book("Stalls/A/4", booking="b4", at=NOON + 11 * MINUTE),
    pay(booking="b4", at=NOON + 12 * MINUTE, reference="pay-4"),
)


def test_under_the_same_rules_nothing_would_have_differed() -> None:
    found = what_if(LATE_IN_THE_WINDOW, Changes())
    assert not changed(found)
    assert found.unlike == []
    assert found.in_fact == found.supposed == Figures(3, 3, 3 * ONE)


def test_with_a_shorter_hold_who_paid_after_it_depended_on_nobody_having_come_between() -> None:
    found = what_if(LATE_IN_THE_WINDOW, Changes(hold_seconds=300))
    assert not changed(found)
    assert found.late == ["b1"]
    assert found.supposed == Figures(3, 3, 3 * ONE)


def test_with_a_shorter_hold_a_payment_after_the_end_of_the_event_comes_too_late() -> None:
    facts = told(
        on_sale_with_time_to_pay(),
        book("Stalls/A/1", at=STARTS - 10 * MINUTE),
        book("Stalls/A/2", booking="b2", at=STARTS - 3 * MINUTE),
        pay(at=STARTS + MINUTE),
        pay(booking="b2", at=STARTS + MINUTE, reference="pay-2"),
    )
    found = what_if(facts, Changes(hold_seconds=300))
    assert found.lost == [fate("b1", STARTS - 10 * MINUTE, "sold", "held", "payment came too late")]
    assert (found.in_fact, found.supposed) == (Figures(2, 2, 2 * ONE), Figures(1, 1, ONE))


def test_with_a_shorter_hold_and_a_quota_for_one_the_later_payment_comes_too_late() -> None:
    facts = told(
        on_sale_with_time_to_pay(),
        book("Stalls/A/1"),
        book("Stalls/A/2", booking="b2", at=NOON + 6 * MINUTE),
        pay(at=NOON + 10 * MINUTE),
        pay(booking="b2", at=NOON + 11 * MINUTE, reference="pay-2"),
    )
    both = what_if(facts, Changes(hold_seconds=300, quotas={"Standard": 1}))
    assert both.lost == [fate("b1", NOON, "sold", "held", "payment came too late")]
    quota = what_if(facts, Changes(quotas={"Standard": 1}))
    assert quota.lost == [fate("b2", NOON + 6 * MINUTE, "sold", "refused", "sold out")]


def test_a_longer_hold_takes_the_payment_that_came_too_late_and_turns_away_who_got_the_place() -> None:
    facts = told(
        on_sale_with_time_to_pay(),
        book("Stalls/A/1"),
        book("Stalls/A/1", booking="b2", at=NOON + 16 * MINUTE, customer=BEN),
        pay(booking="b2", at=NOON + 17 * MINUTE, reference="pay-2"),
        pay(at=NOON + 18 * MINUTE),
    )
    found = what_if(facts, Changes(hold_seconds=1200))
    assert found.gained == [fate("b1", NOON, "held", "sold", "payment came too late")]
    assert found.lost == [fate("b2", NOON + 16 * MINUTE, "sold", "refused", "seats not available")]
    assert found.in_fact == found.supposed == Figures(1, 1, ONE)


def test_a_lower_quota_refuses_whoever_came_last() -> None:
    facts = told(
        on_sale(),
        book(places(2), booking="b1"),
        book(places(2), booking="b2", at=NOON + MINUTE),
        book(places(1), booking="b3", at=NOON + 2 * MINUTE),
        cancel(booking="b1", at=NOON + 3 * MINUTE),
        book(places(2), booking="b4", at=NOON + 4 * MINUTE),
    )
    found = what_if(facts, Changes(quotas={"Standard": 3}))
    assert found.lost == [
        fate("b2", NOON + MINUTE, "sold", "refused", "sold out", tickets=2),
    ]
    assert (found.gained, found.turned_away) == ([], [])
    assert found.in_fact.tickets_sold == 5
    assert found.supposed.tickets_sold == 3


def test_another_price_changes_what_comes_in_and_nothing_else() -> None:
    found = what_if(LATE_IN_THE_WINDOW, Changes(prices={"standard": 2500}))
    assert not changed(found)
    assert found.in_fact == Figures(3, 3, 3 * ONE)
    assert found.supposed == Figures(3, 3, 3 * 2500)
    refunded = told(on_sale_with_time_to_pay(), book("Stalls/A/1"), pay(), cancel(at=NOON + MINUTE))
    assert what_if(refunded, Changes(prices={"standard": 2500})).supposed == Figures(1, 0, 0)


def test_what_was_free_is_paid_at_once_and_what_becomes_free_needs_no_payment() -> None:
    gift = told(on_sale_with_time_to_pay(FREE), book(places(2)))
    assert what_if(gift, Changes(prices={"Free": 300})).supposed == Figures(1, 2, 600)
    found = what_if(LATE_IN_THE_WINDOW, Changes(prices={"Standard": 0}))
    # b3 never paid; had it cost nothing, it would have been sold at once.
    assert [(each.booking_id, each.in_fact, each.supposed) for each in found.gained] == [
        ("b3", "held", "sold")
    ]
    assert found.supposed == Figures(4, 4, 0)


def test_a_limit_per_customer_refuses_what_is_above_it() -> None:
    facts = told(
        on_sale(),
        book("Stalls/A/1", "Stalls/A/2"),
        book("Stalls/A/3", booking="b2", at=NOON + MINUTE),
        book("Stalls/A/4", booking="b3", at=NOON + MINUTE, customer=BEN),
    )
    found = what_if(facts, Changes(max_per_customer=2))
    assert found.lost == [fate("b2", NOON + MINUTE, "sold", "refused", "customer limit reached")]


def test_without_single_seats_who_left_one_is_refused() -> None:
    facts = told(on_sale(), book("Stalls/A/2"), book("Stalls/B/1", booking="b2"))
    found = what_if(facts, Changes(no_single_seats=True))
    assert found.lost == [fate("b1", NOON, "sold", "refused", "single seat left")]


def test_tickets_that_could_not_have_been_added_are_a_step_that_would_have_been_refused() -> None:
    more = ChangeQuantity(SHOW, "b1", 3, identities("b1", 2, first=2), NOON + MINUTE)
    facts = told(on_sale(), book(places(1)), more)
    found = what_if(facts, Changes(quotas={"Standard": 2}))
    assert [(each.booking_id, each.step, each.why) for each in found.steps] == [
        ("b1", "add tickets", "sold out")
    ]
    assert (found.in_fact.tickets_sold, found.supposed.tickets_sold) == (3, 1)


def test_sales_over_time_are_told_from_the_first_booking_to_the_last_fact() -> None:
    found = what_if(LATE_IN_THE_WINDOW, Changes(quotas={"Standard": 2}), points=7)
    assert [point.at for point in found.points] == [NOON + 2 * n * MINUTE for n in range(7)]
    assert [point.in_fact.tickets_sold for point in found.points] == [0, 0, 1, 1, 1, 2, 3]
    assert [point.supposed.tickets_sold for point in found.points] == [0, 0, 1, 1, 1, 2, 2]
    assert [each.booking_id for each in found.turned_away] == ["b3"]
    assert [each.booking_id for each in found.lost] == ["b4"]


def test_what_cannot_be_supposed_is_said() -> None:
    with pytest.raises(UnknownTypes, match="never offered Balcony"):
        what_if(LATE_IN_THE_WINDOW, Changes(quotas={"Balcony": 1}))
    with pytest.raises(NothingHappened):
        what_if(on_sale(), Changes())


@LAW
@given(tries=TRIES)
def test_whatever_has_happened_happens_again_under_the_same_rules(tries: list[Try]) -> None:
    show, facts = history(tries)
    if not show.bookings:
        return
    found = what_if(facts, Changes())
    assert not found.unlike
    assert not changed(found)
    assert not found.late
    assert found.in_fact == found.supposed
    assert found.in_fact.tickets_sold == sum(show.stock.sold.values())


@LAW
@given(tries=TRIES)
def test_whatever_is_supposed_no_quota_is_passed(tries: list[Try]) -> None:
    show, facts = history(tries)
    if not show.bookings:
        return
    offered = {fact.offer.id for fact in facts if isinstance(fact, TicketTypeOffered)}
    quotas = {offer.id: 1 for offer in (*OFFERS, MORE_OFFERS[0]) if offer in OFFERS or offer.id in offered}
    found = what_if(facts, Changes(quotas=quotas))
    assert all(point.supposed.tickets_sold <= len(quotas) for point in found.points)


CHANGES = st.builds(
    Changes,
    hold_seconds=st.sampled_from((None, 1, 300, 7200)),
    quotas=st.sampled_from(({}, {OFFERS[0].id: 2}, {OFFERS[2].id: 1})),
    prices=st.sampled_from(({}, {OFFERS[0].id: 0}, {OFFERS[3].id: 700})),
    no_single_seats=st.booleans(),
    max_per_customer=st.sampled_from((None, 1, 4)),
)


@LAW
@given(tries=TRIES, changes=CHANGES)
def test_whatever_is_supposed_of_whatever_has_happened_each_booking_has_one_fate(
    tries: list[Try], changes: Changes
) -> None:
    show, facts = history(tries)
    if not show.bookings:
        return
    found = what_if(facts, changes)
    fates = [each.booking_id for each in (*found.lost, *found.gained, *found.turned_away)]
    assert len(fates) == len(set(fates))
    sold = found.in_fact.bookings_sold - len(found.lost) + len(found.gained)
    assert found.supposed.bookings_sold == sold
    assert found.supposed.revenue >= 0
