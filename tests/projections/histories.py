"""Random but true histories of one show: every fact was decided by the domain, on the state before it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from hypothesis import strategies as st

from domain.money import Money
from domain.personal import Person
from domain.refusal import Refused
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show import commands as c
from domain.show.allotment import Allotment, AreaShare
from domain.show.booking import Booking
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.facts import Payment, ShowFact
from domain.show.offer import Offer
from domain.show.rules import Refunds, RefundTier, Rules, SharedQuota
from domain.show.state import Show
from domain.show.ticket import NewTicket
from runtime.ids import new_code, new_id
from tests.projections.people import BOB, CARLA, KEYS
from tests.projections.season import ANA
from tests.projections.writing import NOON

ROW = Row("A", 4, accessible=("1",), companions=("2",))
STALLS = Section("Stalls", (ROW, Row("B", labels=("1", "2A"))))
CIRCLE = Section("Circle", (Row("A", 2),))
PLAN = SeatingPlan((STALLS, CIRCLE), (Area("Gallery", 4),))
PLANS = (
    PLAN,
    SeatingPlan((STALLS, CIRCLE), (Area("Gallery", 6), Area("Foyer", 2))),
    SeatingPlan((STALLS, Section("Circle", (Row("A", 5), Row("B", 2)))), (Area("Gallery", 3),)),
    SeatingPlan((STALLS, CIRCLE), (Area("Gallery", 1),)),
)
SEATS = ("Stalls/A/3", "Stalls/A/4", "Stalls/B/2A", "Stalls/A/1", "Circle/A/2", "Circle/A/1", "Circle/B/1")

ANYWHERE = Offer(new_id(), "Anywhere", Money(4_000, "EUR"), quota=6)
SEATED = Offer(new_id(), "Seated", Money(9_000, "EUR"), ("Stalls", "Circle"))
STANDING = Offer(new_id(), "Standing", Money(2_000, "EUR"), ("Gallery",), quota=3)
LAST = Offer(new_id(), "Last", Money(0, "EUR"), opens_after=STANDING.id)
OFFERS = (ANYWHERE, SEATED, STANDING, LAST)
MORE_OFFERS = (
    Offer(new_id(), "Circle", Money(7_000, "EUR"), ("Circle",)),
    Offer(STANDING.id, "Standing room", Money(1_500, "EUR"), ("Gallery",), quota=4),
    Offer(ANYWHERE.id, "Anywhere", Money(4_500, "EUR"), quota=8),
)

SHARED = (SharedQuota("cheap", (ANYWHERE.id, STANDING.id), 5),)
TIERS = Refunds("tiered", (RefundTier(1, 80), RefundTier(0, 30)))
RULES = (
    Rules(),
    Rules(late_payment="equal_places", shared_quotas=SHARED),
    Rules(hold_seconds_max=1_200, late_payment="equal_places", refunds=TIERS, max_per_customer=5),
    Rules(no_single_seats=True, refunds=Refunds("none"), shared_quotas=SHARED),
)
CUSTOMERS = (ANA, BOB, Person("Dora", "Dora@example.org"), CARLA)
"""Two from before there were keys, and two with one; an account and a guest of each."""
OLGA = "01a201e2-0000-7000-8000-00000000000d"

Try = tuple[str, int, int]
"""A wish; the number of the booking, type or seat it is about (counted round); minutes that pass before it.

Holds last ten minutes, so some are paid in time, some late, some never.
"""


def history(
    tries: list[Try], window: int | None = 600, on_sale: bool = True, begin: datetime = NOON
) -> tuple[Show, list[ShowFact]]:
    """A show with the facts that led to it: of each try whatever the domain decided, nothing where it refused."""
    show, facts, now = Show(), list[ShowFact](), begin
    _add(show, facts, decide(schedule(window, on_sale, RULES[len(tries) % len(RULES)], begin), show))
    for wish, number, minutes in tries:
        now += timedelta(minutes=minutes)
        # As the writer does: what time has brought about is written down even when the command is then refused.
        _add(show, facts, lapse(show, now))
        with suppress(Refused):
            _add(show, facts, decide(_asked(wish, number, show, now), show))
    return show, facts


def _add(show: Show, facts: list[ShowFact], decided: list[ShowFact]) -> None:
    for fact in decided:
        evolve(show, fact)
        facts.append(fact)


def schedule(
    window: int | None, on_sale: bool, rules: Rules = RULES[0], begin: datetime = NOON
) -> c.ScheduleShow:
    return c.ScheduleShow(
        new_id(), "La Bohème", "Teatro Regio", "Europe/Rome", begin + timedelta(days=2), PLAN, OFFERS, begin,
        description="In four acts", payment_window_seconds=window, rules=rules, on_sale=on_sale, city="Torino",
        owner_id=OLGA if on_sale else None,
    )  # fmt: skip


def _asked(wish: str, number: int, show: Show, now: datetime) -> c.ShowCommand:
    """One try, given its numbers."""
    show_id = show.details.show_id
    if wish in ABOUT_A_SHOW:
        return ABOUT_A_SHOW[wish](show_id, number, now)
    if wish in ABOUT_AN_ALLOTMENT:
        allotments = list(show.allotments) or ["none"]
        return ABOUT_AN_ALLOTMENT[wish](show_id, allotments[number % len(allotments)], number, now)
    # One of the last few: old ones are mostly over.
    bookings = list(show.bookings.values())[-5:]
    if not bookings:
        return c.ExpireHolds(show_id, now)
    booking = bookings[number % len(bookings)]
    return ABOUT_A_BOOKING[wish](show, booking, number, now)


# ---------------------------------------------------------------------- the show


def _book(show_id: str, number: int, now: datetime) -> c.BookSeats:
    return _booking(show_id, c.Wanted(1 + number % 3, OFFERS[number % 4].id), number, now)


def _book_seats(show_id: str, number: int, now: datetime) -> c.BookSeats:
    seats = tuple({SEATS[number % 7], SEATS[number % 3]})
    return _booking(show_id, c.Wanted(len(seats), (SEATED, ANYWHERE)[number % 2].id, seats), number, now)


def _book_wheelchair(show_id: str, number: int, now: datetime) -> c.BookSeats:
    return _booking(show_id, c.Wanted(1 + number % 2, SEATED.id, accessible=1), number, now)


def _book_at_the_desk(show_id: str, number: int, now: datetime) -> c.BookSeats:
    return _booking(show_id, c.Wanted(1, SEATED.id), number, now, paid=Payment("desk", SEATED.price))


def _booking(
    show_id: str,
    wanted: c.Wanted,
    number: int,
    now: datetime,
    *,
    paid: Payment | None = None,
    allotment_id: str | None = None,
) -> c.BookSeats:
    customer, tickets = CUSTOMERS[number % 4], _new_tickets(wanted.quantity)
    return c.BookSeats(
        show_id, new_id(), new_code(), customer, (wanted,), tickets, now, paid, allotment_id=allotment_id
    )


def _new_tickets(quantity: int) -> tuple[NewTicket, ...]:
    return tuple(NewTicket(new_id(), new_code()) for _ in range(quantity))


def _allot_seats(show_id: str, number: int, now: datetime) -> c.AllotSeats:
    release_at = now + timedelta(minutes=9) if number % 2 else None
    seats = tuple({SEATS[number % 7], SEATS[(number + 1) % 7]})
    return c.AllotSeats(show_id, Allotment(new_id(), "House", seats, release_at=release_at), now)


def _allot_places(show_id: str, number: int, now: datetime) -> c.AllotSeats:
    shares, seats = (AreaShare("Gallery", 1 + number % 2),), (SEATS[number % 7],) if number % 3 == 0 else ()
    return c.AllotSeats(show_id, Allotment(new_id(), "Reseller", seats, shares, sellable=number != 5), now)


def _change_details(show_id: str, number: int, now: datetime) -> c.ChangeShow:
    names = ("late_payment", "refunds", "shared_quotas", "max_per_customer")
    return c.ChangeShow(
        show_id, now, name=f"La Bohème {number}", category="opera", rules=RULES[number % 4], rule_names=names,
        payment_window_seconds=300 + number,
    )  # fmt: skip


def _change_plan(show_id: str, number: int, now: datetime) -> c.ChangeShow:
    return c.ChangeShow(show_id, now, plan=PLANS[number % len(PLANS)])


def _offer(show_id: str, number: int, now: datetime) -> c.OfferTicketType:
    return c.OfferTicketType(show_id, MORE_OFFERS[number % 3], now)


def _withdraw(show_id: str, number: int, now: datetime) -> c.WithdrawOffer:
    return c.WithdrawOffer(show_id, (*OFFERS, MORE_OFFERS[0])[number % 5].id, now)


def _reschedule(show_id: str, number: int, now: datetime) -> c.RescheduleShow:
    starts_at = NOON + timedelta(days=2, hours=number)
    return c.RescheduleShow(show_id, starts_at, now, starts_at + timedelta(hours=2) if number % 2 else None)


def _cancel_bookings(show_id: str, number: int, now: datetime) -> c.CancelBookingsOfShow:
    return c.CancelBookingsOfShow(show_id, now, 1 + number)


ABOUT_A_SHOW: dict[str, Callable[[str, int, datetime], c.ShowCommand]] = {
    "book": _book,
    "book seats": _book_seats,
    "book wheelchair": _book_wheelchair,
    "book at the desk": _book_at_the_desk,
    "allot seats": _allot_seats,
    "allot places": _allot_places,
    "expire": lambda show_id, _, now: c.ExpireHolds(show_id, now),
    "publish": lambda show_id, _, now: c.PublishShow(show_id, now),
    "details": _change_details,
    "plan": _change_plan,
    "reschedule": _reschedule,
    "offer": _offer,
    "withdraw": _withdraw,
    "close": lambda show_id, _, now: c.CloseSales(show_id, now),
    "reopen": lambda show_id, _, now: c.ReopenSales(show_id, now),
    "cancel show": lambda show_id, _, now: c.CancelShow(show_id, now, "ill"),
    "cancel bookings": _cancel_bookings,
    "delete": lambda show_id, _, now: c.DeleteShow(show_id, now),
}


# ---------------------------------------------------------------------- an allotment


def _book_allotted(show_id: str, allotment_id: str, number: int, now: datetime) -> c.BookSeats:
    wanted = c.Wanted(1, (ANYWHERE, SEATED, STANDING)[number % 3].id)
    return _booking(show_id, wanted, number, now, allotment_id=allotment_id)


def _release(show_id: str, allotment_id: str, _: int, now: datetime) -> c.ReleaseAllotment:
    return c.ReleaseAllotment(show_id, allotment_id, now)


ABOUT_AN_ALLOTMENT: dict[str, Callable[[str, str, int, datetime], c.ShowCommand]] = {
    "book allotted": _book_allotted,
    "release": _release,
}


# ---------------------------------------------------------------------- a booking


def _pay(show: Show, booking: Booking, number: int, now: datetime) -> c.ConfirmBooking:
    paid = Payment(f"pi_{number}", show.due(booking))
    return c.ConfirmBooking(show.details.show_id, booking.id, now, paid)


def _extend(show: Show, booking: Booking, number: int, now: datetime) -> c.ExtendHold:
    return c.ExtendHold(show.details.show_id, booking.id, 60 * number + 30, now)


def _cancel(show: Show, booking: Booking, number: int, now: datetime) -> c.CancelBooking:
    return c.CancelBooking(show.details.show_id, booking.id, now)


def _cancel_one(show: Show, booking: Booking, number: int, now: datetime) -> c.CancelBooking:
    """At the desk, where staff says what comes back."""
    chosen = (booking.tickets[number % len(booking.tickets)].id,)
    refund = Money(100 * number, "EUR") if number % 2 else None
    return c.CancelBooking(show.details.show_id, booking.id, now, chosen, refund=refund)


def _exchange(show: Show, booking: Booking, number: int, now: datetime) -> c.ExchangeTickets:
    """For as many of another type; the right sum is paid where one is due."""
    live = booking.live_tickets or booking.tickets
    leaving = live[: 1 + number % len(live)]
    offer = list(show.offers.values())[number % len(show.offers)]
    due = offer.price.amount * len(leaving) - sum(ticket.price.amount for ticket in leaving)
    paid = booking.status == "confirmed" and due > 0
    return c.ExchangeTickets(
        show.details.show_id, booking.id, tuple(ticket.id for ticket in leaving),
        (c.Wanted(len(leaving), offer.id),), _new_tickets(len(leaving)), now,
        Payment(f"difference_{number}", Money(due, "EUR")) if paid else None,
    )  # fmt: skip


def _change_quantity(show: Show, booking: Booking, number: int, now: datetime) -> c.ChangeQuantity:
    kind = (booking.live_tickets or booking.tickets)[0].ticket_type_id
    more = 1 + number % 4 - sum(ticket.ticket_type_id == kind for ticket in booking.live_tickets)
    price = show.offers[kind].price.amount if kind in show.offers else 0
    pays = booking.status == "confirmed" and show.details.payment_window_seconds is not None
    paid = Payment(f"more_{number}", Money(price * more, "EUR")) if pays and price * more > 0 else None
    return c.ChangeQuantity(
        show.details.show_id, booking.id, 1 + number % 4, _new_tickets(max(0, more)), now, kind, paid
    )


def _transfer(show: Show, booking: Booking, number: int, now: datetime) -> c.TransferBooking:
    codes = tuple(new_code() for _ in booking.tickets)
    return c.TransferBooking(show.details.show_id, booking.id, CUSTOMERS[number % 4], codes, now)


def _name(show: Show, booking: Booking, number: int, now: datetime) -> c.NameTicketHolders:
    key, name = KEYS.get(booking.customer.person_id or ""), f"Guest {number}"
    holder = name if key is None else key.encrypt(name)
    names = tuple((ticket.id, holder) for ticket in booking.live_tickets[: 1 + number % 2])
    return c.NameTicketHolders(show.details.show_id, booking.id, names, now, booking.customer.person_id)


ABOUT_A_BOOKING: dict[str, Callable[[Show, Booking, int, datetime], c.ShowCommand]] = {
    "pay": _pay,
    "extend": _extend,
    "cancel": _cancel,
    "cancel one": _cancel_one,
    "exchange": _exchange,
    "quantity": _change_quantity,
    "transfer": _transfer,
    "name": _name,
}

OFTEN = (
    "book",
    "book seats",
    "book allotted",
    "allot places",
    "pay",
    "pay",
    "exchange",
    "quantity",
    "cancel one",
)
ENDS = ("cancel show", "delete")
WISHES = (
    *(wish for wish in (*ABOUT_A_SHOW, *ABOUT_AN_ALLOTMENT, *ABOUT_A_BOOKING) if wish not in ENDS),
    *OFTEN * 2,
)
NUMBERS = range(12)
MINUTES = (0, 0, 0, 1, 2, 5)


def _tries(wishes: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[Try]]:
    one = st.tuples(st.sampled_from(wishes), st.sampled_from(NUMBERS), st.sampled_from(MINUTES))
    return st.lists(one, min_size=least, max_size=most)


TRIES = st.builds(
    # What ends a show comes once, with little after it: else most histories would be about shows that are over.
    lambda before, end, after: before + end + after,
    _tries(WISHES, 12, 60),
    _tries(ENDS, 0, 1),
    _tries(WISHES, 0, 8),
)


def tries_by_chance(seed: int, wishes: int = 60) -> list[Try]:
    """The same, drawn from a seed."""
    chance = Random(seed)

    def draw(of: tuple[str, ...]) -> Try:
        return chance.choice(of), chance.choice(NUMBERS), chance.choice(MINUTES)

    end = chance.choice((0, 1, wishes - 10, wishes, wishes))
    return [draw(ENDS if number == end else WISHES) for number in range(wishes + 1)]
