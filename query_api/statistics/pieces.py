"""Find sums over any periods among sums that are kept by slots of time, so that few rows are read.

Hardly any period begins where a slot does. So the largest slots are added up as if each period began at the border
nearest to its beginning, and what lies between the two is put right from smaller slots: added to the period that it is
of, taken from the one that it was counted in. Days of Rome are days of UTC and two hours at each midnight, no 24 hours.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
SIZES = {"quarter": 15 * MINUTE, "hour": 60 * MINUTE, "day": 1440 * MINUTE, "month": 28 * 1440 * MINUTE}
MONTHS = 12

# Some days have 23 hours, and what is asked for may begin or end within a period.
SLACK = 1.25

Range = tuple[int, int]
"""From a moment to before another, in microseconds."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Ranges of one kind of slot; without a slot, of what is in the books themselves.

    What is in a range counts in the period that begins with the last of `bounds` up to it, and no more in that of the
    last of `counted`, where it was counted before.
    """

    slot: str | None
    begins: list[datetime]
    ends: list[datetime]
    bounds: list[datetime]
    counted: list[datetime] | None


def pieces(bounds: Sequence[datetime], slots: Iterable[str]) -> Iterator[Pieces]:
    """What the sums of the periods between `bounds` are made of. `slots` are from the largest to the smallest.

    Slots that are clearly longer than the periods are of no use.
    """
    exact = [(bound - EPOCH) // MICROSECOND for bound in bounds]
    length = (exact[-1] - exact[0]) / max(1, len(exact) - 1)
    counted: list[int] | None = None
    for slot in (*(slot for slot in slots if SIZES[slot] <= length * SLACK), None):
        found = exact if slot is None else [border(slot, bound) for bound in exact]
        if counted is None:
            ranges = [(found[0], found[-1])]
        else:
            ranges = [(min(pair), max(pair)) for pair in zip(found, counted, strict=True)]
        ranges = _joined(ranges)
        if ranges:
            begins, ends = zip(*ranges, strict=True)
            yield Pieces(
                slot,
                _moments(begins),
                _moments(ends),
                _moments(found),
                None if counted is None else _moments(counted),
            )
        counted = found


def border(slot: str, at: int) -> int:
    """The beginning of a slot that is nearest to a moment."""
    if slot != "month":
        size = SIZES[slot]
        return (at + size // 2) // size * size
    month = (EPOCH + at * MICROSECOND).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = month.replace(year=month.year + month.month // MONTHS, month=month.month % MONTHS + 1)
    low, high = (month - EPOCH) // MICROSECOND, (following - EPOCH) // MICROSECOND
    return low if at - low <= high - at else high


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Those that touch or overlap become one; empty ones go. They are in order of both ends."""
    joined: list[Range] = []
    for low, high in ranges:
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        elif low < high:
            joined.append((low, high))
    return joined


def _moments(column: Sequence[int]) -> list[datetime]:
    return [EPOCH + at * MICROSECOND for at in column]
