"""Commands about one small show, drawn so that they collide: few seats, few bookings, a clock that stands or jumps."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st

from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.commands import ShowCommand, Wanted
from domain.show.facts import ShowFact
from domain.show.offer import Offer
from domain.show.state import Show
from tests.domain.show.words import (
    DAY,
    MILLISECOND,
    NOON,
    SECOND,
    WINDOW,
    book,
    cancel,
    close_sales,
    eur,
    expire_holds,
    on_sale,
    pay,
)

PLAN = SeatingPlan(
    (Section("S", (Row("A", 4), Row("B", labels=("x", "y", "z")))), Section("T", (Row("A", 3),))),
    (Area("F", 4),),
)
OFFERS = (
    Offer("all", "All", eur(100)),
    Offer("few", "Few", eur(70), ("S", "F"), quota=4, min_per_booking=2, max_per_booking=3),
    Offer("free", "Free", eur(0), ("T", "S"), max_per_booking=4),
    Offer("soon", "Soon", eur(50), ("F",), sales_from=NOON + WINDOW, sales_until=NOON + 4 * WINDOW),
)
BOOKINGS = [f"b{number}" for number in range(1, 10)]
SEATS = [f"S/A/{n}" for n in range(1, 5)] + ["S/B/x", "S/B/y", "S/B/z"] + [f"T/A/{n}" for n in range(1, 4)]

# From a show and the moment to a command: what is due, for one, is known only then.
LaterCommand = Callable[[Show, datetime], ShowCommand]

STEPS = st.sampled_from(
    [timedelta(), timedelta(), SECOND, WINDOW / 3, WINDOW, WINDOW + MILLISECOND, 5 * WINDOW, 40 * DAY]
)
OFTEN_STANDING = STEPS | st.just(timedelta()) | st.just(SECOND)

bookings = st.sampled_from(BOOKINGS)
types = st.sampled_from([offer.id for offer in OFFERS] * 4 + ["golden", None])
named = st.lists(st.sampled_from(SEATS * 3 + ["S/A/9", "F"]), min_size=1, max_size=3).map(tuple)
wanted = st.builds(lambda seats, offered: Wanted(len(seats), offered, seats), named, types) | st.builds(
    Wanted, st.integers(1, 6), types
)


@st.composite
def bookings_to_make(draw: st.DrawFn) -> LaterCommand:
    items, name = draw(st.lists(wanted, min_size=1, max_size=3)), draw(bookings)
    return lambda _show, now: book(*items, booking=name, at=now)


@st.composite
def payments(draw: st.DrawFn) -> LaterCommand:
    name, extra = draw(bookings), draw(st.sampled_from([0, 0, 0, 0, 1, None]))
    reference = draw(st.sampled_from(["pay-1", "pay-2"]))

    def command(show: Show, now: datetime) -> ShowCommand:
        booking = show.bookings.get(name)
        due = show.due(booking).amount if booking else 0
        return pay(None if extra is None else due + extra, name, now, reference)

    return command


@st.composite
def cancellations(draw: st.DrawFn) -> LaterCommand:
    name, numbers = draw(bookings), draw(st.lists(st.integers(1, 4), max_size=2))
    return lambda _show, now: cancel(*(f"{name}-{number}" for number in numbers), booking=name, at=now)


def expiring(_show: Show, now: datetime) -> ShowCommand:
    return expire_holds(now)


def closing(_show: Show, now: datetime) -> ShowCommand:
    return close_sales(now)


# Mostly sales; the worker comes round now and then. Closing ends the sales, so it has its own rule where it is wanted.
commands = st.one_of(
    bookings_to_make(), bookings_to_make(), payments(), payments(), cancellations(), st.just(expiring)
)


def opened() -> list[ShowFact]:
    return on_sale(*OFFERS, plan=PLAN, window=WINDOW)
