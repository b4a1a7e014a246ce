"""Commands about one small show, drawn so that they collide: few seats, few bookings, a clock that stands or jumps."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from domain.personal import Person
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.allotment import Allotment, AreaShare
from domain.show.commands import ChangeShow, ShowCommand, Wanted
from domain.show.facts import ShowFact
from domain.show.offer import Offer
from domain.show.rules import Refunds, RefundTier, Rules, SharedQuota
from domain.show.state import Show
from tests.domain.show.words import (
    ANNA,
    BEN,
    DAY,
    MILLISECOND,
    NOON,
    SECOND,
    SHOW,
    WINDOW,
    book,
    cancel,
    close_sales,
    eur,
    expire_holds,
    on_sale,
    pay,
    payment,
)
from tests.domain.show.words_of_change import (
    allot,
    cancel_bookings,
    exchange,
    extend,
    have,
    offer,
    release,
    reopen,
    reschedule,
    transfer,
    withdraw,
)
from tests.domain.show.words_of_change import name as name_holders

PLAN = SeatingPlan(
    (Section("S", (Row("A", 4), Row("B", labels=("x", "y", "z")))), Section("T", (Row("A", 3),))),
    (Area("F", 4),),
)
OFFERS = (
    Offer("all", "All", eur(100)),
    Offer("few", "Few", eur(70), ("S", "F"), quota=4, min_per_booking=2, max_per_booking=3),
    Offer("free", "Free", eur(0), ("T", "S"), max_per_booking=4),
    Offer("soon", "Soon", eur(50), ("F",), sales_from=NOON + WINDOW, sales_until=NOON + 4 * WINDOW),
    Offer("next", "Next", eur(30), ("S", "T"), opens_after="few"),
)
RULES = Rules(
    hold_seconds_max=2 * int(WINDOW.total_seconds()),
    late_payment="equal_places",
    max_per_customer=7,
    refunds=Refunds("tiered", (RefundTier(20, 100), RefundTier(3, 33))),
    shared_quotas=(SharedQuota("cheap", ("few", "free", "next"), 7),),
    max_holds_per_customer=2,
)
LARGER = SeatingPlan((*PLAN.sections, Section("U", (Row("A", 2),))), (Area("F", 6),))
SMALLER = SeatingPlan(
    (Section("S", (Row("A", 4), Row("B", labels=("x", "y")))), PLAN.sections[1]), (Area("F", 2),)
)
PEOPLE = (ANNA, BEN, Person("Ben, at the desk", "BEN@example.org"))
BOOKINGS = [f"b{number}" for number in range(1, 10)]
SEATS = [f"S/A/{n}" for n in range(1, 5)] + ["S/B/x", "S/B/y", "S/B/z"] + [f"T/A/{n}" for n in range(1, 4)]

# From a show and the moment to a command: what is due, for one, is known only then.
LaterCommand = Callable[[Show, datetime], ShowCommand]

STEPS = st.sampled_from(
    [timedelta(), timedelta(), SECOND, WINDOW / 3, WINDOW, WINDOW + MILLISECOND, 5 * WINDOW, 9 * DAY]
)
OFTEN_STANDING = STEPS | st.just(timedelta()) | st.just(SECOND)

bookings = st.sampled_from(BOOKINGS)
# What is changed is mostly there.
known = st.sampled_from(BOOKINGS[:3])
types = st.sampled_from([offer.id for offer in OFFERS] * 4 + ["golden", None])
named = st.lists(st.sampled_from(SEATS * 3 + ["S/A/9", "F"]), min_size=1, max_size=3).map(tuple)
wanted = st.builds(lambda seats, offered: Wanted(len(seats), offered, seats), named, types) | st.builds(
    Wanted, st.integers(1, 6), types
)

simply = st.builds(Wanted, st.integers(1, 3), st.sampled_from(["all", "free", "few"]))


@st.composite
def bookings_to_make(draw: st.DrawFn) -> LaterCommand:
    items, name = draw(st.lists(wanted, min_size=1, max_size=3)), draw(bookings)
    customer, at_desk = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from([False, False, True]))
    allotment = draw(st.sampled_from([None, None, None, "a1", "a2"]))

    def command(show: Show, now: datetime) -> ShowCommand:
        paid = payment(price_of(show, items), "desk") if at_desk else None
        return book(*items, booking=name, at=now, customer=customer, paid=paid, allotment=allotment)

    return command


@st.composite
def simple_bookings(draw: st.DrawFn) -> LaterCommand:
    """What most people ask for, under a name that is still free: without these few shows would ever sell much."""
    quantity, kind = draw(st.integers(1, 3)), draw(st.sampled_from(["all", "free", "few", "all"]))
    customer = draw(st.sampled_from(PEOPLE))

    def command(show: Show, now: datetime) -> ShowCommand:
        name = next((each for each in BOOKINGS if each not in show.bookings), BOOKINGS[0])
        return book(Wanted(quantity, kind), booking=name, at=now, customer=customer)

    return command


def price_of(show: Show, items: Iterable[Wanted]) -> int:
    offers = ((show.offers.get(str(item.ticket_type_id)), item.quantity) for item in items)
    return sum(offer.price.amount * quantity for offer, quantity in offers if offer)


@st.composite
def payments(draw: st.DrawFn) -> LaterCommand:
    name, extra = draw(known), draw(st.sampled_from([0, 0, 0, 0, 1, None]))
    reference = draw(st.sampled_from(["pay-1", "pay-2"]))

    def command(show: Show, now: datetime) -> ShowCommand:
        booking = show.bookings.get(name)
        due = show.due(booking).amount if booking else 0
        return pay(None if extra is None else due + extra, name, now, reference)

    return command


@st.composite
def cancellations(draw: st.DrawFn) -> LaterCommand:
    name, numbers = draw(known), draw(st.lists(st.integers(1, 4), max_size=2))
    refund = draw(st.sampled_from([None, None, None, 0, 50, 400]))
    ids = tuple(f"{name}-{number}" for number in numbers)
    return lambda _show, now: cancel(*ids, booking=name, at=now, refund=refund)


@st.composite
def exchanges(draw: st.DrawFn) -> LaterCommand:
    name, items = draw(known), tuple(draw(st.lists(wanted | simply, min_size=1, max_size=2)))
    how_many, extra = draw(st.integers(0, 2)), draw(st.sampled_from([0, 0, 0, 1]))

    def command(show: Show, now: datetime) -> ShowCommand:
        booking = show.bookings.get(name)
        live = booking.live_tickets if booking else ()
        leaving = live[:how_many] or live
        more = price_of(show, items) - sum(each.price.amount for each in leaving) + extra
        paid = (
            payment(more, f"more-{now}") if booking and booking.status == "confirmed" and more > 0 else None
        )
        ids = tuple(each.id for each in live[:how_many])
        return exchange(*ids, to=items, first=first_of(show, name), paid=paid, booking=name, at=now)

    return command


def first_of(show: Show, name: str) -> int:
    """Tickets get numbers that the booking never used."""
    booking = show.bookings.get(name)
    return len(booking.tickets) + 1 if booking else 1


@st.composite
def quantity_changes(draw: st.DrawFn) -> LaterCommand:
    name, quantity, type_id = draw(known), draw(st.integers(0, 5)), draw(st.none() | types)

    def command(show: Show, now: datetime) -> ShowCommand:
        booking = show.bookings.get(name)
        live = booking.live_tickets if booking else ()
        kind = type_id or (live[0].ticket_type_id if live else "all")
        more = quantity - sum(1 for each in live if each.ticket_type_id == kind)
        price = price_of(show, [Wanted(max(0, more), kind)])
        paid = payment(price, f"more-{now}") if booking and booking.status == "confirmed" and price else None
        return have(quantity, type_id, paid=paid, booking=name, at=now, first=first_of(show, name))

    return command


@st.composite
def other_changes(draw: st.DrawFn) -> LaterCommand:
    """Of one booking: who it is for, whose tickets they are, how long it is held."""
    name, person = draw(known), draw(st.sampled_from(PEOPLE))
    seconds, number = draw(st.sampled_from([60, 900, 1800])), draw(st.integers(1, 4))
    kinds: list[LaterCommand] = [
        lambda _show, now: transfer(person, name, now),
        lambda _show, now: name_holders((f"{name}-{number}", person.name), booking=name, at=now),
        lambda _show, now: extend(seconds, name, now),
    ]
    return draw(st.sampled_from(kinds))


@st.composite
def terms(draw: st.DrawFn) -> LaterCommand:
    """What an organiser does to the show."""
    kept, floor = draw(st.lists(st.sampled_from(SEATS), max_size=3, unique=True)), draw(st.integers(0, 2))
    areas = (AreaShare("F", floor),) if floor else ()
    which, ends = draw(st.sampled_from(["a1", "a2"])), draw(st.sampled_from([None, WINDOW, 40 * DAY]))
    offered = draw(st.sampled_from(OFFERS))
    quota = draw(st.sampled_from([None, 2, 5]))
    changed = replace(offered, quota=quota, price=draw(st.sampled_from([offered.price, eur(45)])))
    plan = draw(st.sampled_from([PLAN, LARGER, SMALLER]))
    sellable = draw(st.sampled_from([True, True, False]))
    days = draw(st.integers(2, 50))
    kinds: list[LaterCommand] = [
        lambda _show, now: allot(
            Allotment(which, "House", tuple(kept), areas, now + ends if ends else None, sellable), now
        ),
        lambda _show, now: release(which, now),
        lambda _show, now: offer(changed, now),
        lambda _show, now: withdraw(offered.id, now),
        lambda _show, now: ChangeShow(SHOW, now, plan=plan),
        lambda _show, now: ChangeShow(SHOW, now, name="Tosca!", capacity=3),
        lambda _show, now: reschedule(NOON + days * DAY, at=now),
        lambda _show, now: reopen(now),
        lambda _show, now: cancel_bookings(now, 2),
    ]
    return draw(st.sampled_from(kinds[:7] * 2 + kinds))


def expiring(_show: Show, now: datetime) -> ShowCommand:
    return expire_holds(now)


def closing(_show: Show, now: datetime) -> ShowCommand:
    return close_sales(now)


# Mostly sales; the worker comes round now and then. Closing ends the sales, so it has its own rule where it is wanted.
commands = st.one_of(
    bookings_to_make(), bookings_to_make(), bookings_to_make(), payments(), payments(), cancellations(),
    exchanges(), quantity_changes(), other_changes(), terms(), st.just(expiring),
)  # fmt: skip


def opened() -> list[ShowFact]:
    return on_sale(*OFFERS, plan=PLAN, window=WINDOW, rules=RULES)
