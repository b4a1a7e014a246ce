"""What a season has come to: the answers that its read side must give, counted while it was written."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

SAMPLED_MAX = 5_000


class Sampled(NamedTuple):
    """A booking to ask for, and whose it is."""

    booking_id: str
    show_id: str
    owner_id: str
    owner_name: str
    owner_email: str
    places: int


@dataclass
class Kept:
    """`held` and `sold` are tickets by show. Money is in minor units by currency."""

    bookings: int = 0
    facts: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    sold: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    refunded: Counter[str] = field(default_factory=Counter)
    sampled: list[Sampled] = field(default_factory=list)
