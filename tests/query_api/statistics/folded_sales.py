"""What the statistics have to say, folded from the log by the domain alone and with nothing that is under test."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.show.evolve import evolve
from domain.show.facts import ShowFact
from domain.show.state import Show

Sums = tuple[int, int, int, int]
"""Bookings, tickets, gross and refunded."""


@dataclass
class FoldedShow:
    """One show, and when what was sold, given back and paid back."""

    show: Show = field(default_factory=Show)
    moves: list[tuple[datetime, Sums]] = field(default_factory=list)

    def add(self, fact: ShowFact) -> None:
        booking_id = getattr(fact, "booking_id", None)
        before = self._sums(booking_id)
        evolve(self.show, fact)
        moved = tuple(after - now for after, now in zip(self._sums(booking_id), before, strict=True))
        if any(moved):
            self.moves.append((fact.at, moved))  # type: ignore[arg-type]  # four of them, as there were before

    def _sums(self, booking_id: str | None) -> Sums:
        booking = self.show.bookings.get(booking_id or "")
        if booking is None:
            return 0, 0, 0, 0
        sold = booking.status == "confirmed"
        tickets = len(booking.live_tickets) if sold else 0
        return int(sold), tickets, booking.paid.amount, booking.refunded.amount

    @property
    def sums(self) -> Sums:
        return added(moved for _, moved in self.moves)


def added(sums: Any) -> Sums:
    columns = list(zip(*sums, strict=True)) or [(0,)] * 4
    bookings, tickets, gross, refunded = map(sum, columns)
    return bookings, tickets, gross, refunded


def by_label(moves: Any, period: str, zone: str) -> dict[str, Sums]:
    """By what a calendar on the wall calls the time."""
    found: dict[str, list[Sums]] = {}
    for at, moved in moves:
        found.setdefault(label(at.astimezone(ZoneInfo(zone)), period), []).append(moved)
    return {name: added(sums) for name, sums in found.items()}


def label(local: datetime, period: str) -> str:
    match period:
        case "hour":
            return local.replace(minute=0, second=0, microsecond=0).isoformat(timespec="minutes")
        case "week":
            year, week, _ = local.isocalendar()
            return f"{year}-W{week:02}"
        case _:
            return local.isoformat()[: {"day": 10, "month": 7, "year": 4}[period]]


def sums_of(row: dict[str, Any]) -> Sums:
    """The same of an answer, which has to agree with itself."""
    assert row["net"]["amount"] == row["gross"]["amount"] - row["refunded"]["amount"]
    assert row["gross"]["currency"] == row["refunded"]["currency"] == row["net"]["currency"] == "EUR"
    return row["bookings"], row["tickets"], row["gross"]["amount"], row["refunded"]["amount"]


def without_nothing(rows: dict[Any, Sums]) -> dict[Any, Sums]:
    return {key: sums for key, sums in rows.items() if any(sums)}


def live_by_type(show: Show) -> dict[str, int]:
    return dict(+Counter(show.stock.sold))
