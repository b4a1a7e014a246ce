"""Hours, days, weeks, months and years as the clocks of a time zone have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["hour", "day", "week", "month", "year"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS = tuple(number * HOUR for number in range(24))
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days are from midnight to midnight, so they have 23 or 25 hours where the clocks change; weeks begin on Monday.

    An hour ends where the clock says so, or is put: there are some of half an hour.
    """

    period: Period
    zone: ZoneInfo

    def starts(self, first: datetime, end: datetime) -> Iterator[datetime]:
        """When each period begins that has a moment from `first` to before `end`, in UTC and in order."""
        start = self.start(first)
        while start < end:
            if self.period == "hour" and self._is_plain(start):
                # Its hours need not ask the zone each for itself.
                later = start + DAY
                yield from [start + past for past in HOURS if later <= end or start + past < end]
                start = later
            else:
                yield start
                start = self.following(start)

    def start(self, moment: datetime) -> datetime:
        """When the period began that `moment` is in."""
        if self.period != "hour":
            return self._midnight(self._first_day(moment.astimezone(self.zone).date()))
        # From before any change of the clocks that this hour may have seen.
        start = _hour_begun(moment.astimezone(self.zone) - 2 * HOUR)
        while (following := self.following(start)) <= moment:
            start = following
        return start

    def following(self, start: datetime) -> datetime:
        """When the period after the one that begins at `start` does."""
        local = start.astimezone(self.zone)
        if self.period == "hour":
            return _hour_begun(local) + HOUR
        day = local.date()
        while True:
            # A day that the calendar left out begins and ends at once.
            day = self._next_first_day(day)
            if (following := self._midnight(day)) > start:
                return following

    def label(self, start: datetime) -> str:
        """What people call the period that begins at `start`."""
        local = start.astimezone(self.zone)
        match self.period:
            case "hour":
                return local.isoformat(timespec="minutes")
            case "day":
                return local.date().isoformat()
            case "week":
                week = local.isocalendar()
                return f"{week.year}-W{week.week:02}"
            case "month":
                return f"{local.year}-{local.month:02}"
            case "year":
                return str(local.year)

    def _is_plain(self, hour: datetime) -> bool:
        """Whether this is a full hour, and nobody puts the clocks for a day."""
        local, later = hour.astimezone(self.zone), (hour + DAY).astimezone(self.zone)
        return local.minute == 0 and local.utcoffset() == later.utcoffset()

    def _midnight(self, day: date) -> datetime:
        """The first moment of a day, where midnight may be left out or come twice."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _first_day(self, day: date) -> date:
        match self.period:
            case "week":
                return day - DAY * day.weekday()
            case "month":
                return day.replace(day=1)
            case "year":
                return day.replace(month=1, day=1)
            case _:
                return day

    def _next_first_day(self, day: date) -> date:
        match self.period:
            case "week":
                return self._first_day(day) + 7 * DAY
            case "month":
                return date(day.year + day.month // MONTHS, day.month % MONTHS + 1, 1)
            case "year":
                return date(day.year + 1, 1, 1)
            case _:
                return day + DAY


def _hour_begun(local: datetime) -> datetime:
    """When the clock last showed a full hour, or would have, had it not been put since."""
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.astimezone(UTC) - past
