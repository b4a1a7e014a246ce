"""What would have differed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["sold", "held", "refused"]
"""Confirmed at some time; held and never confirmed; not even held."""


@dataclass(frozen=True, slots=True)
class Fate:
    """A booking that would have fared otherwise. `why` is what was in its way, in the world where it was not sold."""

    booking_id: str
    at: datetime
    tickets: int
    in_fact: Kind
    supposed: Kind
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something later that would have been refused to a booking which was sold, or held, in both worlds."""

    booking_id: str
    at: datetime
    step: str
    why: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Revenue is what was paid and not due back, in minor units."""

    bookings_sold: int
    tickets_sold: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Point:
    """How it stood at a time."""

    at: datetime
    in_fact: Figures
    supposed: Figures


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lost` were sold and would not have been; `gained` the reverse; `turned_away` were held and would not even have
    been that; `late` would have been sold only because nobody had taken their places after the hold had run out: who
    may have tried to is not known. `unlike` are bookings that come out otherwise also under the rules as they were, so
    that nothing can be said of them. `not_done` is what the organiser did and could not have done.
    """

    currency: str
    lost: list[Fate]
    gained: list[Fate]
    turned_away: list[Fate]
    late: list[str]
    steps: list[Step]
    unlike: list[str]
    not_done: list[tuple[datetime, str, str]]
    points: list[Point]

    @property
    def in_fact(self) -> Figures:
        return self.points[-1].in_fact

    @property
    def supposed(self) -> Figures:
        return self.points[-1].supposed
