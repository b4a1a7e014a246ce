"""Places and money, counted by going through the log once: nothing here knows how the domain does it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from domain.show import facts as f
from tests.chaos.checks.logged import Logged


class Count:
    """One show: who has which seat, how many places are out, and what each booking paid and got back."""

    def __init__(self) -> None:
        self.capacity = 0
        self.seats: dict[str, str] = {}
        self.tickets: dict[str, dict[str, str | None]] = defaultdict(dict)
        self.ended: dict[str, dict[str, str | None]] = {}
        self.paid: Counter[str] = Counter()
        self.refunded: Counter[str] = Counter()
        self.wrong: list[str] = []

    def take(self, booking: str, tickets: Iterable[tuple[str, str | None]], position: int) -> None:
        for ticket, seat in tickets:
            if seat is not None and seat in self.seats:
                other = self.seats[seat]
                self.wrong.append(f"at {position} {booking} gets {seat}, which {other} has")
            if seat is not None:
                self.seats[seat] = booking
            self.tickets[booking][ticket] = seat
        out = sum(map(len, self.tickets.values()))
        if out > self.capacity:
            self.wrong.append(f"at {position} {out} places are out of {self.capacity}")

    def give(self, booking: str, tickets: Iterable[str], position: int) -> None:
        for ticket in tickets:
            if ticket not in self.tickets[booking]:
                self.wrong.append(f"at {position} {booking} gives back {ticket}, which it has not")
                continue
            seat = self.tickets[booking].pop(ticket)
            if seat is not None:
                self.seats.pop(seat, None)

    def pay(self, booking: str, payment: f.Payment | None) -> None:
        self.paid[booking] += payment.amount.amount if payment is not None else 0

    def refund(self, booking: str, amount: int, position: int) -> None:
        self.refunded[booking] += amount
        if self.refunded[booking] > self.paid[booking]:
            paid, back = self.paid[booking], self.refunded[booking]
            self.wrong.append(f"at {position} {booking} gets back {back} of {paid}")


def wrong_places(log: Logged) -> list[str]:
    """Every place that two had at once, or that was given back by somebody else; every refund beyond the payments."""
    counts: dict[str, Count] = defaultdict(Count)
    for recorded, fact in log.facts:
        show_id = getattr(fact, "show_id", None)
        if show_id is not None:
            _count(counts[show_id], fact, recorded.position)
    return [wrong for count in counts.values() for wrong in count.wrong]


def _count(count: Count, fact: Any, position: int) -> None:
    match fact:
        case f.ShowScheduled():
            count.capacity = sum(part.capacity for part in fact.plan.parts)
        case f.SeatsHeld():
            count.take(fact.booking_id, _named(fact.tickets), position)
        case f.SeatsBooked():
            count.take(fact.booking_id, _named(fact.tickets), position)
            # Where nothing is paid apart from it, the price is taken as paid: money is not our business then.
            count.paid[fact.booking_id] += fact.total.amount
        case f.BookingExpired():
            count.ended[fact.booking_id] = dict(count.tickets[fact.booking_id])
            count.give(fact.booking_id, list(count.tickets[fact.booking_id]), position)
        case f.BookingConfirmed():
            count.take(fact.booking_id, count.ended.pop(fact.booking_id, {}).items(), position)
            count.pay(fact.booking_id, fact.payment)
        case f.BookingCancelled():
            count.give(fact.booking_id, fact.ticket_ids, position)
            count.refund(fact.booking_id, fact.refund.amount, position)
        case f.TicketsExchanged():
            count.give(fact.booking_id, fact.ticket_ids, position)
            count.take(fact.booking_id, _named(fact.tickets), position)
            count.pay(fact.booking_id, fact.payment)
            count.refund(fact.booking_id, fact.refund.amount, position)
        case _:
            pass


def _named(tickets: Iterable[Any]) -> list[tuple[str, str | None]]:
    return [(ticket.id, ticket.seat) for ticket in tickets]
