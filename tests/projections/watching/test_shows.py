"""What a legal history says is never a violation, and each thing that must not be is named, once."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import Money
from domain.personal import Person
from domain.refusal import Refused
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show import facts as f
from domain.show.allotment import Allotment, AreaShare
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.offer import Offer
from domain.show.rules import Rules, SharedQuota
from domain.show.state import Show
from domain.show.ticket import NewTicket
from eventstore.appending import Appended, Item
from eventstore.hashing import EMPTY
from eventstore.memory import MemoryStore
from projections.watching.invariant import Invariant
from projections.watching.show import WatchedShow
from projections.watching.shows import WatchedShows
from tests.domain.show.commands_by_chance import (
    OFTEN_STANDING,
    LaterCommand,
    commands,
    opened,
    simple_bookings,
)
from tests.domain.show.words import NOON as DOMAIN_NOON
from tests.projections.histories import TRIES, Try, history, tries_by_chance
from tests.projections.season import ANYWHERE, STALLS
from tests.projections.watching.breaking import A1, A2, A4, GALLERY, Story, ticket
from tests.projections.writing import NOON, encoded

STREAM = "show-1"


def found(facts: Sequence[Any]) -> list[tuple[int, str]]:
    """By position, which is counted from 1 here."""
    show = WatchedShow(STREAM)
    return [
        (each.position, each.invariant)
        for number, fact in enumerate(facts, 1)
        for each in show.see(number, fact)
    ]


@settings(max_examples=150, deadline=None)
@given(tries=TRIES, window=st.sampled_from((None, 60, 600)), on_sale=st.booleans())
def test_no_legal_history_is_a_violation(tries: list[Try], window: int | None, on_sale: bool) -> None:
    assert found(history(tries, window, on_sale)[1]) == []


def test_no_long_legal_history_is_a_violation() -> None:
    for seed in range(60):
        facts = history(tries_by_chance(seed), (600, None, 60)[seed % 3], on_sale=seed % 4 > 0)[1]
        assert found(facts) == []


asked = st.one_of(commands, simple_bookings(), simple_bookings())


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.tuples(asked, OFTEN_STANDING), max_size=40))
def test_whatever_is_asked_of_a_show_its_facts_are_no_violation(
    steps: list[tuple[LaterCommand, Any]],
) -> None:
    show, now = Show(), DOMAIN_NOON
    facts = list[f.ShowFact]()

    def happen(more: list[f.ShowFact]) -> None:
        for fact in more:
            evolve(show, fact)
            facts.append(fact)

    happen(opened())
    for later, step in steps:
        now += step
        happen(lapse(show, now))
        try:
            happen(decide(later(show, now), show))
        except Refused:
            continue
    assert found(facts) == []


# ---------------------------------------------------------------------- what must not be

Broken = tuple[list[Any], list[tuple[int, str]]]


def seat_twice() -> Broken:
    story = Story()
    return [*story.opening, story.booked(ticket(A1)), story.held(ticket(A1))], [(4, Invariant.PLACE_ONCE)]


def seat_twice_and_sold_on() -> Broken:
    """Told once: what comes later of the show is not wrong for it."""
    story = Story()
    facts = [*story.opening, story.booked(ticket(A1)), story.booked(ticket(A1)), story.booked(ticket(A2))]
    return facts, [(4, Invariant.PLACE_ONCE)]


def late_payment_takes_a_place_that_is_gone() -> Broken:
    story = Story()
    held = story.held(ticket(A1))
    expired = f.BookingExpired(story.show.show_id, held.booking_id, NOON, NOON)
    facts = [*story.opening, held, expired, story.booked(ticket(A1)), story.confirmed(held.booking_id)]
    return facts, [(6, Invariant.PLACE_ONCE)]


def area_beyond_its_capacity() -> Broken:
    """Ten places: the eleventh is told, the twelfth is not news; after two have left and come again it is."""
    story = Story()
    offer = Offer(STALLS.id, "Standing", Money(0, "EUR"))
    changed = f.OfferChanged(story.show.show_id, offer, NOON)
    full = story.booked(*(ticket(GALLERY, offer) for _ in range(10)))
    more, last = story.booked(ticket(GALLERY, offer)), story.booked(ticket(GALLERY, offer))
    away = [story.cancelled(more, 0), story.cancelled(last, 0)]
    facts = [*story.opening, changed, full, more, last, *away, story.booked(ticket(GALLERY, offer))]
    return facts, [(5, Invariant.CAPACITY), (9, Invariant.CAPACITY)]


def kept_back_and_sold_beyond_the_capacity() -> Broken:
    story = Story()
    offer = Offer(STALLS.id, "Standing", Money(0, "EUR"))
    kept = f.SeatsAllotted(story.show.show_id, Allotment("a", "House", areas=(AreaShare(GALLERY, 4),)), NOON)
    changed = f.OfferChanged(story.show.show_id, offer, NOON)
    return [*story.opening, changed, kept, story.booked(*(ticket(GALLERY, offer) for _ in range(7)))], [
        (5, Invariant.CAPACITY)
    ]


def more_than_an_allotment_keeps() -> Broken:
    story = Story()
    offer = Offer(STALLS.id, "Standing", Money(0, "EUR"))
    kept = f.SeatsAllotted(story.show.show_id, Allotment("a", "House", areas=(AreaShare(GALLERY, 1),)), NOON)
    changed = f.OfferChanged(story.show.show_id, offer, NOON)
    two = story.booked(ticket(GALLERY, offer, allotment="a"), ticket(GALLERY, offer, allotment="a"))
    return [*story.opening, changed, kept, two], [(5, Invariant.KEPT_BACK)]


def seat_that_is_kept_back_sold_to_anybody() -> Broken:
    story = Story()
    kept = f.SeatsAllotted(story.show.show_id, Allotment("a", "House", (A1, A2)), NOON)
    named = story.booked(ticket(A2, allotment="a"))
    return [*story.opening, kept, named, story.booked(ticket(A1))], [(5, Invariant.KEPT_BACK)]


def seat_that_was_sold_kept_back() -> Broken:
    story = Story()
    kept = f.SeatsAllotted(story.show.show_id, Allotment("a", "House", (A1,)), NOON)
    return [*story.opening, story.booked(ticket(A1)), kept], [(4, Invariant.PLACE_ONCE)]


def seat_that_is_not_there() -> Broken:
    story = Story()
    return [*story.opening, story.booked(ticket("Stalls/A/5"))], [(3, Invariant.PLACE_EXISTS)]


def type_where_it_is_not_on_offer() -> Broken:
    story = Story()
    return [*story.opening, story.booked(ticket(GALLERY))], [(3, Invariant.PLACE_EXISTS)]


def plan_without_a_seat_that_is_sold() -> Broken:
    story = Story()
    smaller = SeatingPlan((Section("Stalls", (Row("A", 3),)),), (Area(GALLERY, 10),))
    changed = f.ShowPlanChanged(story.show.show_id, smaller, NOON)
    return [*story.opening, story.booked(ticket(A4)), changed], [(4, Invariant.PLACE_EXISTS)]


def type_beyond_its_quota() -> Broken:
    story = Story()
    return [*story.opening, story.held(*(ticket(GALLERY, ANYWHERE) for _ in range(7)))], [
        (3, Invariant.QUOTA)
    ]


def types_beyond_the_quota_they_share() -> Broken:
    story = Story()
    rules = Rules(shared_quotas=(SharedQuota("cheap", (ANYWHERE.id, STALLS.id), 2),))
    changed = f.ShowDetailsChanged(story.show.show_id, "Tosca", NOON, rules=rules)
    return [*story.opening, changed, story.held(ticket(A1), ticket(A2), ticket(GALLERY, ANYWHERE))], [
        (4, Invariant.QUOTA)
    ]


def more_back_than_was_paid() -> Broken:
    story = Story()
    booking = story.booked(ticket(A1))
    return [*story.opening, booking, story.cancelled(booking, 9_001)], [(4, Invariant.REFUNDS)]


def refund_of_a_hold_that_was_never_paid() -> Broken:
    story = Story()
    hold = story.held(ticket(A1))
    gone = f.BookingCancelled(
        story.show.show_id, hold.booking_id, (hold.tickets[0].id,), Money(1, "EUR"), NOON
    )
    return [*story.opening, hold, gone], [(4, Invariant.REFUNDS)]


def code_twice() -> Broken:
    story = Story()
    return [*story.opening, story.booked(ticket(A1, code="X")), story.booked(ticket(A2, code="X"))], [
        (4, Invariant.TICKET_CODE_ONCE)
    ]


def code_of_a_transfer_that_another_ticket_has() -> Broken:
    story = Story()
    booking = story.booked(ticket(A1))
    taken = story.booked(ticket(A2, code="X"))
    codes = (NewTicket(booking.tickets[0].id, "X"),)
    to = f.BookingTransferred(
        story.show.show_id, booking.booking_id, Person("Bo", "bo@example.org"), codes, NOON
    )
    return [*story.opening, booking, taken, to], [(5, Invariant.TICKET_CODE_ONCE)]


def payment_for_a_booking_that_was_never_made() -> Broken:
    story = Story()
    return [*story.opening, story.confirmed("nobody's")], [(3, Invariant.BOOKING_KNOWN)]


BROKEN = [
    seat_twice, seat_twice_and_sold_on, late_payment_takes_a_place_that_is_gone, area_beyond_its_capacity,
    kept_back_and_sold_beyond_the_capacity, more_than_an_allotment_keeps, seat_that_is_kept_back_sold_to_anybody,
    seat_that_was_sold_kept_back, seat_that_is_not_there, type_where_it_is_not_on_offer,
    plan_without_a_seat_that_is_sold, type_beyond_its_quota, types_beyond_the_quota_they_share,
    more_back_than_was_paid, refund_of_a_hold_that_was_never_paid, code_twice,
    code_of_a_transfer_that_another_ticket_has, payment_for_a_booking_that_was_never_made,
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_must_not_be_is_named_where_it_happened(broken: Callable[[], Broken]) -> None:
    facts, expected = broken()
    assert found(facts) == expected


def test_every_invariant_of_a_show_is_tried() -> None:
    of_the_log = {
        Invariant.READABLE,
        Invariant.CHAIN,
        Invariant.GAPLESS,
        Invariant.BOOKINGS,
        Invariant.AVAILABILITY,
    }
    assert {name for broken in BROKEN for _, name in broken()[1]} == set(Invariant) - of_the_log


def test_what_is_told_says_nothing_about_a_person_and_no_code() -> None:
    for broken in BROKEN:
        facts, _ = broken()
        show = WatchedShow(STREAM)
        said = " ".join(each.details for fact in facts for each in show.see(1, fact))
        assert not any(word in said for word in ("Ana", "ana@", "Bo", "bo@", "CODE-", "X "))


# ---------------------------------------------------------------------- memory


@settings(max_examples=60, deadline=None)
@given(
    histories=st.lists(st.integers(0, 200), min_size=1, max_size=4, unique=True),
    cuts=st.lists(st.integers(1, 7), min_size=1, max_size=6),
    mixed=st.randoms(use_true_random=False),
)
async def test_shows_that_were_forgotten_give_the_same_verdicts(
    histories: list[int], cuts: list[int], mixed: Random
) -> None:
    """Legal histories and broken ones side by side, with room for all of them and with room for none."""
    store = MemoryStore()
    waiting = {f"show-{number}": history(tries_by_chance(number))[1][:30] for number in histories}
    waiting |= {f"show-broken-{number}": broken()[0] for number, broken in enumerate(mixed.sample(BROKEN, 3))}
    heads = dict.fromkeys(waiting, EMPTY)
    while waiting:
        stream = mixed.choice(sorted(waiting))
        outcome = (
            await store.append([Item(stream, heads[stream], [encoded(waiting[stream].pop(0))])], NOON)
        )[0]
        assert isinstance(outcome, Appended)
        heads[stream] = outcome.head
        if not waiting[stream]:
            del waiting[stream]
    log = await store.read_log(0, 10_000)
    roomy, narrow = WatchedShows(), WatchedShows(weight_max=0)
    at, turn = 0, 0
    told: list[Any] = []
    while at < len(log):
        page = log[at : at + cuts[turn % len(cuts)]]
        at, turn = at + len(page), turn + 1
        seen = await roomy.see(store, page)
        assert await narrow.see(store, page) == seen
        told += seen
    assert {each.cause.split(":")[0] for each in told} == {each for each in heads if "broken" in each}
