"""Cut ranges of time into the slots that sums are kept by, the largest that fit, so that few rows are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
SIZES = {"quarter": 15 * MINUTE, "hour": 60 * MINUTE, "day": 1440 * MINUTE}
MONTH_MIN = 28 * SIZES["day"]
MONTHS = 12

Range = tuple[int, int]
"""From a moment to before another, in microseconds."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Ranges of one kind of slot; of no kind, those that no slot fits in."""

    slot: str | None
    begins: list[datetime]
    ends: list[datetime]


def pieces(bounds: Sequence[datetime], slots: Iterable[str]) -> Iterator[Pieces]:
    """The ranges between neighbours of `bounds`, cut up. `slots` are from the largest to the smallest.

    A piece never reaches over a bound that is not also the border of two slots.
    """
    left = list(pairwise([(bound - EPOCH) // MICROSECOND for bound in bounds]))
    for slot in slots:
        whole, rest = list[Range](), list[Range]()
        size = SIZES.get(slot, MONTH_MIN)
        for low, high in left:
            if high - low < size:
                # Most hours of a year are told apart from months here, and cost nothing more.
                rest.append((low, high))
                continue
            if slot == "month":
                begin, end = month_border(low, up=True), month_border(high)
            else:
                begin, end = -(-low // size) * size, high // size * size
            if begin < end:
                whole.append((begin, end))
                # Neighbours among the rests stay apart: the bound lies between them.
                rest += [(low, begin)] * (low < begin) + [(end, high)] * (end < high)
            else:
                rest.append((low, high))
        left = rest
        if whole:
            yield _pieces(slot, whole)
    if left:
        yield _pieces(None, left)


def month_border(at: int, *, up: bool = False) -> int:
    """The last beginning of a month up to `at`, or the first from there on."""
    moment = EPOCH + at * MICROSECOND
    month = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if up and month < moment:
        month = month.replace(year=month.year + month.month // MONTHS, month=month.month % MONTHS + 1)
    return (month - EPOCH) // MICROSECOND


def _pieces(slot: str | None, ranges: Iterable[Range]) -> Pieces:
    """Ranges that touch become one."""
    joined: list[Range] = []
    for low, high in ranges:
        if joined and joined[-1][1] == low:
            joined[-1] = joined[-1][0], high
        else:
            joined.append((low, high))
    moments = [[EPOCH + at * MICROSECOND for at in column] for column in zip(*joined, strict=True)]
    return Pieces(slot, moments[0], moments[1])
