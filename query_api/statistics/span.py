"""The periods that a question is about: their bounds, and how a row says which it is of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from runtime.calendar import Calendar
from runtime.http.validation import wrong_parameter

PERIODS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """`bounds` are where each period begins and where the last one ends. Without a calendar there is one period, of
    all time where it is `ever`.
    """

    calendar: Calendar | None
    bounds: Sequence[datetime]
    ever: bool = False

    @property
    def periods(self) -> int:
        return max(0, len(self.bounds) - 1)

    def period(self, number: int) -> dict[str, Any] | None:
        """The shape of `resources.statistics.Period` of the one at `number`; None where no periods were asked for."""
        if self.calendar is None:
            return None
        start = self.bounds[number]
        return {"from": start, "to": self.bounds[number + 1], "label": self.calendar.label(start)}

    def window(self, first: int, periods: int) -> "Span":
        """Only so many of the periods."""
        return Span(self.calendar, self.bounds[first : first + periods + 1], self.ever)


NOTHING = Span(None, ())


def span(
    calendar: Calendar | None, known: tuple[datetime, datetime], begin: datetime | None, end: datetime | None
) -> Span:
    """What is asked for of the time in which anything is `known` to have been sold, from its first to its last moment.

    A period that `begin` or `end` cuts keeps its name, and begins or ends there. Raises Problem 422 for too many.
    """
    first, last = known
    # As far as months go there is a sum for all of it.
    low = begin or first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    high = end or (last.replace(day=28) + timedelta(days=4)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    if calendar is None:
        ever = begin is None and end is None
        return Span(None, [low, high], ever) if low < high else NOTHING
    first, last = max(first, begin or first), min(last, end or last)
    if first > last or (end is not None and first >= end):
        return NOTHING
    bounds = list(islice(calendar.starts(first, last + timedelta(microseconds=1)), PERIODS_MAX + 1))
    if len(bounds) > PERIODS_MAX:
        raise wrong_parameter(
            "period", f"these are more than {PERIODS_MAX} periods: ask for longer ones, or a shorter time"
        )
    after = calendar.following(bounds[-1])
    bounds[0] = max(bounds[0], begin or bounds[0])
    return Span(calendar, [*bounds, min(after, end or after)])
