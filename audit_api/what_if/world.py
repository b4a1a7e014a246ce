"""An event as it would have been: commands are decided on it, by the domain."""

from collections.abc import Callable
from datetime import datetime

from domain.money import Money
from domain.refusal import Refusal, Refused
from domain.show.commands import ExpireHolds, ShowCommand
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.facts import BookingConfirmed, Payment, SeatsBooked, ShowFact
from domain.show.refusals import PaymentAmountWrong, PaymentRequired
from domain.show.state import Show

PAID_AT_ONCE = "paid at once"

Decision = Callable[[Payment | None, Show], list[ShowFact]]
"""What is decided when that is paid."""


class World:
    """`sold` are the bookings that were ever confirmed, `late` those of them whose hold had run out by then and whose
    places were free still; `refused` says of each booking what it had asked for when it was first refused, and why.
    """

    def __init__(self) -> None:
        self.show = Show()
        self.sold: set[str] = set()
        self.late: set[str] = set()
        self.refused: dict[str, tuple[str, datetime, Refusal]] = {}

    def happen(self, facts: list[ShowFact]) -> None:
        for fact in facts:
            if isinstance(fact, BookingConfirmed) and self.show.bookings[fact.booking_id].status == "expired":
                self.late.add(fact.booking_id)
            evolve(self.show, fact)
            if isinstance(fact, SeatsBooked | BookingConfirmed):
                self.sold.add(fact.booking_id)

    def pass_time(self, now: datetime) -> None:
        """What time alone has made true by `now`."""
        if self.show.scheduled is not None:
            self.happen(lapse(self.show, now))

    def carry_out(self, command: ShowCommand) -> Refusal | None:
        """What the domain decides happens; the reason where it refuses."""
        self.pass_time(command.now)
        try:
            self.happen(decide(command, self.show))
        except Refused as no:
            return no.reason
        return None

    def ask(
        self, step: str, booking_id: str, now: datetime, decision: Decision, paid: Payment | None
    ) -> None:
        """A booking's step. Whoever has to pay another sum than they did is supposed to pay it."""
        self.pass_time(now)
        try:
            self.happen(_paying(decision, paid, self.show))
        except Refused as no:
            self.refused.setdefault(booking_id, (step, now, no.reason))

    def expire(self, now: datetime) -> None:
        """Write down which holds have run out."""
        self.carry_out(ExpireHolds(self.show.details.show_id, now))

    @property
    def tickets_sold(self) -> int:
        return sum(self.show.stock.sold.values())

    @property
    def revenue(self) -> int:
        """What was paid and does not have to be paid back, in minor units."""
        return sum(each.paid.amount - each.refunded.amount for each in self.show.bookings.values())


def _paying(decision: Decision, paid: Payment | None, show: Show) -> list[ShowFact]:
    try:
        return decision(paid, show)
    except Refused as no:
        if not isinstance(no.reason, PaymentRequired | PaymentAmountWrong):
            raise
        return decision(payment(paid, no.reason.due), show)


def payment(paid: Payment | None, due: Money) -> Payment | None:
    """What is due, by the reference of what was paid; nothing where nothing is."""
    return Payment(paid.reference if paid else PAID_AT_ONCE, due) if due.amount else None
