"""How an event's stock looks from afar, for lists: one word, the same on both sides of the API."""

from collections.abc import Iterable
from typing import Literal

AvailabilityState = Literal["available", "few", "sold_out"]

FEW = 4
FEW_OF = 10


def availability_state(capacity: int, available: int, by_type: Iterable[int]) -> AvailabilityState:
    """`available` counts places, `by_type` tickets of each type within its quota: the smaller of both can be had.

    Few are at most 4, or at most a tenth of all places.
    """
    left = min(available, sum(by_type))
    if left <= 0:
        return "sold_out"
    return "few" if left <= max(FEW, capacity // FEW_OF) else "available"
