"""The words in which examples about shows are told. Whatever an example does not say is as ordinary as can be.

The house: Stalls with rows A and B of ten seats, a Box with the seats L and R, and a Floor for twenty standing.
"""

from datetime import UTC, datetime, timedelta

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.commands import BookSeats, CancelBooking, CloseSales, ConfirmBooking, ExpireHolds, Wanted
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    Payment,
    PaymentCameTooLate,
    SalesClosed,
    SeatsBooked,
    SeatsHeld,
    ShowFact,
    ShowPublished,
    ShowScheduled,
)
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.state import Show
from domain.show.ticket import NewTicket, Ticket
from tests.domain.harness import Decider
from tests.domain.show.picture import picture

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WINDOW = 15 * MINUTE
STARTS = NOON + 30 * DAY

SHOW = "show-1"
ANNA = Person("Anna Rossi", "anna@example.org", "anna")
BEN = Person("Ben Bruno", "ben@example.org", "ben")
NO_RULES = Rules()
HOUSE = SeatingPlan(
    (
        Section("Stalls", (Row("A", 10), Row("B", 10))),
        Section("Box", (Row("1", labels=("L", "R")),)),
    ),
    (Area("Floor", 20),),
)

SHOW_DECIDER: Decider[Show] = Decider(Show, decide, evolve, lapse, picture)
given = SHOW_DECIDER.given


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


STANDARD = Offer("standard", "Standard", eur(2000))
VIP = Offer("vip", "VIP", eur(9000), sections=("Box",))
FREE = Offer("free", "Free", eur(0))


def scheduled(
    *offers: Offer,
    plan: SeatingPlan = HOUSE,
    window: timedelta | None = None,
    ends_at: datetime | None = None,
    rules: Rules = NO_RULES,
) -> ShowScheduled:
    """Without a `window` everything is booked at once."""
    return ShowScheduled(
        SHOW, "Tosca", "Teatro Regio", "Europe/Rome", STARTS, plan, offers or (STANDARD,), NOON - DAY,
        ends_at=ends_at, payment_window_seconds=None if window is None else int(window.total_seconds()),
        rules=rules,
    )  # fmt: skip


def published(at: datetime = NOON - DAY) -> ShowPublished:
    return ShowPublished(SHOW, at)


def sales_closed(at: datetime = NOON) -> SalesClosed:
    return SalesClosed(SHOW, at)


def on_sale(
    *offers: Offer,
    plan: SeatingPlan = HOUSE,
    window: timedelta | None = None,
    ends_at: datetime | None = None,
    rules: Rules = NO_RULES,
) -> list[ShowFact]:
    return [scheduled(*offers, plan=plan, window=window, ends_at=ends_at, rules=rules), published()]


def on_sale_with_time_to_pay(
    *offers: Offer, plan: SeatingPlan = HOUSE, rules: Rules = NO_RULES
) -> list[ShowFact]:
    return on_sale(*offers, plan=plan, window=WINDOW, rules=rules)


def ticket(
    booking: str, number: int, place: str, offer: Offer = STANDARD, allotment: str | None = None
) -> Ticket:
    """`place` is a seat's name when it has slashes, else an area."""
    seat, area = (place, None) if "/" in place else (None, place)
    return Ticket(
        f"{booking}-{number}",
        f"CODE-{booking}-{number}",
        offer.id,
        offer.name,
        offer.price,
        seat,
        area,
        allotment,
    )


def tickets(booking: str, *places: str | tuple[str, Offer], offer: Offer = STANDARD) -> tuple[Ticket, ...]:
    """A place of `offer`, or a pair of a place and its own offer."""
    pairs = [(place, offer) if isinstance(place, str) else place for place in places]
    return tuple(ticket(booking, number, place, each) for number, (place, each) in enumerate(pairs, start=1))


def _total(sold: tuple[Ticket, ...]) -> Money:
    return Money(sum(each.price.amount for each in sold), sold[0].price.currency)


def held(
    *places: str | tuple[str, Offer],
    booking: str = "b1",
    offer: Offer = STANDARD,
    at: datetime = NOON,
    until: datetime | None = None,
    customer: Person = ANNA,
) -> SeatsHeld:
    sold = tickets(booking, *places, offer=offer)
    expires_at = at + WINDOW if until is None else until
    return SeatsHeld(SHOW, booking, f"CODE-{booking}", customer, sold, _total(sold), expires_at, at)


def booked(
    *places: str | tuple[str, Offer],
    booking: str = "b1",
    offer: Offer = STANDARD,
    at: datetime = NOON,
    customer: Person = ANNA,
    paid: Payment | None = None,
) -> SeatsBooked:
    sold = tickets(booking, *places, offer=offer)
    return SeatsBooked(SHOW, booking, f"CODE-{booking}", customer, sold, _total(sold), at, paid)


def confirmed(booking: str = "b1", at: datetime = NOON, paid: int | None = 2000) -> BookingConfirmed:
    return BookingConfirmed(SHOW, booking, at, None if paid is None else payment(paid))


def expired(booking: str = "b1", at: datetime = NOON, ended: datetime | None = None) -> BookingExpired:
    return BookingExpired(SHOW, booking, NOON + WINDOW if ended is None else ended, at)


def cancelled(
    *ticket_ids: str, booking: str = "b1", at: datetime = NOON, refund: int = 0, reason: str = ""
) -> BookingCancelled:
    return BookingCancelled(SHOW, booking, ticket_ids, eur(refund), at, reason)


def paid_too_late(booking: str = "b1", at: datetime = NOON, paid: int = 2000) -> PaymentCameTooLate:
    return PaymentCameTooLate(SHOW, booking, payment(paid), at)


def payment(amount: int = 2000, reference: str = "pay-1", currency: str = "EUR") -> Payment:
    return Payment(reference, Money(amount, currency))


def seats(*names: str, type: str | None = None) -> Wanted:
    return Wanted(len(names), type, names)


def places(quantity: int, type: str | None = None) -> Wanted:
    return Wanted(quantity, type)


def identities(booking: str, count: int, first: int = 1) -> tuple[NewTicket, ...]:
    """As many as there are places wanted, numbered on from `first`."""
    return tuple(NewTicket(f"{booking}-{n}", f"CODE-{booking}-{n}") for n in range(first, first + count))


def book(
    *wanted: Wanted | str,
    booking: str = "b1",
    at: datetime = NOON,
    customer: Person = ANNA,
    paid: Payment | None = None,
    allotment: str | None = None,
) -> BookSeats:
    """Items; or names of seats, which make one item."""
    names = [each for each in wanted if isinstance(each, str)]
    items = tuple(each for each in wanted if isinstance(each, Wanted)) or (seats(*names),)
    count = sum(item.quantity for item in items)
    new = identities(booking, count)
    return BookSeats(SHOW, booking, f"CODE-{booking}", customer, items, new, at, paid, allotment)


def pay(
    amount: int | None = 2000,
    booking: str = "b1",
    at: datetime = NOON,
    reference: str = "pay-1",
    currency: str = "EUR",
) -> ConfirmBooking:
    """None is a confirmation without any payment."""
    money = None if amount is None else payment(amount, reference, currency)
    return ConfirmBooking(SHOW, booking, at, money)


def cancel(
    *ticket_ids: str,
    booking: str = "b1",
    at: datetime = NOON,
    reason: str = "",
    refund: int | None = None,
) -> CancelBooking:
    return CancelBooking(SHOW, booking, at, ticket_ids, reason, None if refund is None else eur(refund))


def close_sales(at: datetime = NOON) -> CloseSales:
    return CloseSales(SHOW, at)


def expire_holds(at: datetime = NOON) -> ExpireHolds:
    return ExpireHolds(SHOW, at)
