"""One show's sales: places handed out one after another, and what becomes of each booking.

Nothing here is decided by the domain, which would take ten times as long. What is written is what it could have
decided: no place twice, no more than there are, only what was booked is cancelled.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random

from cli.bench.season.codes import Codes
from cli.bench.season.customers import Customer
from cli.bench.season.kept import SAMPLED_MAX, Kept, Sampled
from cli.bench.season.programme import ROW_SEATS, Show
from domain.money import Money
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    Payment,
    SeatsBooked,
    SeatsHeld,
    ShowFact,
    TicketsExchanged,
)  # fmt: skip
from domain.show.offer import Offer
from domain.show.ticket import NewTicket, Ticket
from runtime.ids import new_id

PAY, RUN_OUT = frozenset({"confirmed"}), frozenset({"expired"})
HAVE_SECOND_THOUGHTS = frozenset({"cancelled", "less", "exchanged", "transferred"})
"""What they come back for: soon, when the time to pay is over, and some time later."""

LIVES = ("booked", "confirmed", "expired", "pending", "cancelled", "less", "exchanged", "transferred")
CHANCES = (56, 25, 6, 2, 7, 2, 1, 1)
QUANTITIES, OFTEN = (1, 2, 3, 4), (25, 50, 10, 15)
TYPES_OFTEN = (20, 45, 35)

PAYMENT_WINDOW = timedelta(minutes=10)
# Whoever serves the season releases holds that have run out: these are on invoice, and outlast every measurement.
INVOICED = timedelta(days=60)

Begun = tuple[str, SeatsBooked | SeatsHeld]
"""A booking about which there is more to come: what, and how it began."""


class Desk:
    """What all box offices share: customers, codes, chance, and the books."""

    def __init__(
        self, customers: Sequence[Customer], today: datetime, chance: Random, kept: Kept, *, sample_every: int
    ) -> None:
        self.customers = customers
        self.invoices_until = today + INVOICED
        self.chance = chance
        self.kept = kept
        self.codes = Codes()
        self.sample_every = sample_every


class BoxOffice:
    """Sells one show. `begun` are the bookings that it has to come back to."""

    __slots__ = ("_desk", "_left", "_taken", "begun", "show")

    def __init__(self, show: Show, desk: Desk) -> None:
        self.show = show
        self.begun: list[Begun] = []
        self._desk = desk
        self._taken = [0] * len(show.offers)
        self._left = [part.capacity for part in show.house.plan.parts]

    @property
    def places_left(self) -> int:
        return sum(self._left)

    def sell(self, at: datetime) -> ShowFact:
        """One more booking; there must be places left."""
        desk, show = self._desk, self.show
        chance = desk.chance
        (life,) = chance.choices(LIVES, CHANCES)
        customer = chance.choice(desk.customers)
        tickets = self._tickets(chance.choices(QUANTITIES, OFTEN)[0])
        total = Money(sum(ticket.price.amount for ticket in tickets), tickets[0].price.currency)
        booking_id, code = new_id(), desk.codes.next()
        self._count(life, booking_id, customer, len(tickets), total)
        fact: SeatsBooked | SeatsHeld
        if life in ("confirmed", "expired", "pending"):
            until = desk.invoices_until if life == "pending" else at + PAYMENT_WINDOW
            fact = SeatsHeld(show.show_id, booking_id, code, customer.person, tickets, total, until, at)
        else:
            paid = Payment(f"pi_{code}", total)
            fact = SeatsBooked(show.show_id, booking_id, code, customer.person, tickets, total, at, paid)
        if life not in ("booked", "pending"):
            self.begun.append((life, fact))
        return fact

    def _count(self, life: str, booking_id: str, customer: Customer, places: int, total: Money) -> None:
        kept, show_id = self._desk.kept, self.show.show_id
        kept.bookings += 1
        if life in ("confirmed", "expired", "pending"):
            kept.statuses["pending"] += 1
            kept.held[show_id] += places
        else:
            kept.statuses["confirmed"] += 1
            kept.sold[show_id] += places
            kept.taken[total.currency] += total.amount
        wanted = life == "booked" and kept.bookings % self._desk.sample_every == 0
        if wanted and len(kept.sampled) < SAMPLED_MAX:
            owner = customer.id, customer.name, customer.email
            kept.sampled.append(Sampled(booking_id, show_id, *owner, places))

    def _tickets(self, quantity: int) -> tuple[Ticket, ...]:
        """So many of one type, or what there is left of it."""
        numbers = range(len(self._left))
        (number,) = self._desk.chance.choices(numbers, TYPES_OFTEN)
        if not self._left[number]:
            number = max(numbers, key=self._left.__getitem__)
        return tuple(self._ticket(number) for _ in range(min(quantity, self._left[number])))

    def _ticket(self, number: int) -> Ticket:
        offer: Offer = self.show.offers[number]
        part = offer.sections[0]
        place = self._taken[number]
        self._taken[number] += 1
        self._left[number] -= 1
        row, seat = divmod(place, ROW_SEATS)
        code = self._desk.codes.next()
        if number == len(self._left) - 1:
            return Ticket(new_id(), code, offer.id, offer.name, offer.price, None, part)
        return Ticket(new_id(), code, offer.id, offer.name, offer.price, f"{part}/{row + 1}/{seat + 1}")

    def come_back(self, lives: Collection[str], at: datetime) -> list[ShowFact]:
        """What becomes of the bookings begun before that have such a life."""
        begun = [each for each in self.begun if each[0] in lives]
        self.begun = [each for each in self.begun if each[0] not in lives]
        return [self._became(life, fact, at) for life, fact in begun]

    def _became(self, life: str, fact: SeatsBooked | SeatsHeld, at: datetime) -> ShowFact:
        show_id, booking_id = self.show.show_id, fact.booking_id
        kept, places = self._desk.kept, len(fact.tickets)
        match life:
            case "confirmed":
                self._is_no_hold(places, "confirmed")
                kept.sold[show_id] += places
                kept.taken[fact.total.currency] += fact.total.amount
                return BookingConfirmed(show_id, booking_id, at, Payment(f"pi_{fact.code}", fact.total))
            case "expired":
                self._is_no_hold(places, "expired")
                return BookingExpired(show_id, booking_id, fact.at + PAYMENT_WINDOW, at)
            case "cancelled":
                kept.statuses["confirmed"] -= 1
                kept.statuses["cancelled"] += 1
                return self._given_back(fact, fact.tickets, at)
            case "less" if places > 1:
                return self._given_back(fact, fact.tickets[:1], at)
            case "exchanged" if self.places_left:
                return self._exchanged(fact, at)
            case _:
                return self._transferred(fact, at)

    def _is_no_hold(self, places: int, status: str) -> None:
        kept = self._desk.kept
        kept.statuses["pending"] -= 1
        kept.statuses[status] += 1
        kept.held[self.show.show_id] -= places

    def _given_back(
        self, fact: SeatsBooked | SeatsHeld, tickets: Sequence[Ticket], at: datetime
    ) -> BookingCancelled:
        kept = self._desk.kept
        refund = Money(sum(ticket.price.amount for ticket in tickets), fact.total.currency)
        kept.sold[fact.show_id] -= len(tickets)
        kept.refunded[refund.currency] += refund.amount
        ids = tuple(ticket.id for ticket in tickets)
        return BookingCancelled(fact.show_id, fact.booking_id, ids, refund, at, "Cannot come")

    def _exchanged(self, fact: SeatsBooked | SeatsHeld, at: datetime) -> TicketsExchanged:
        old, (new,) = fact.tickets[0], self._tickets(1)
        kept, currency = self._desk.kept, fact.total.currency
        more = new.price.amount - old.price.amount
        due, refund = Money(max(0, more), currency), Money(max(0, -more), currency)
        kept.taken[currency] += due.amount
        kept.refunded[currency] += refund.amount
        payment = Payment(f"px_{fact.code}", due) if due.amount else None
        return TicketsExchanged(fact.show_id, fact.booking_id, (old.id,), (new,), due, refund, at, payment)

    def _transferred(self, fact: SeatsBooked | SeatsHeld, at: datetime) -> BookingTransferred:
        desk = self._desk
        codes = tuple(NewTicket(ticket.id, desk.codes.next()) for ticket in fact.tickets)
        return BookingTransferred(
            fact.show_id, fact.booking_id, desk.chance.choice(desk.customers).person, codes, at
        )
