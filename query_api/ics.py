"""A calendar file (RFC 5545) with one entry, in the zone of the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, Timezone
from starlette.responses import Response

from runtime.folding import words

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Seatledger//Seatledger//EN"

# An entry without an end would be a line across the day, or nothing at all.
USUAL_LENGTH = timedelta(hours=2)
YEAR_MAX = 9999
LAST = datetime.max.replace(tzinfo=UTC)
FILE_NAME_MAX_CHARS = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """`uid` is the same in every file about the same thing; of two such files the one with the higher `sequence` holds.

    `stamp` is when it became what it is: the same data always make the same file.
    """

    uid: str
    summary: str
    location: str
    description: str
    zone: str
    starts_at: datetime
    ends_at: datetime | None
    status: Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
    sequence: int
    stamp: datetime


class IcsAnswer(Response):
    media_type: str | None = MEDIA_TYPE


def ics_answer(entry: Entry, headers: Mapping[str, str]) -> Response:
    """200 with the file, named after what it is about."""
    name = "-".join(words(entry.summary)).encode("ascii", "ignore").decode()[:FILE_NAME_MAX_CHARS].strip("-")
    named = {"Content-Disposition": f'attachment; filename="{name or "event"}.ics"'}
    return IcsAnswer(ics(entry), headers={**headers, **named})


def ics(entry: Entry) -> bytes:
    """The file."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    ends_at = entry.ends_at or min(entry.starts_at, LAST - USUAL_LENGTH) + USUAL_LENGTH
    starts, ends = local(entry.starts_at, entry.zone), local(ends_at, entry.zone)
    if UTC not in (starts.tzinfo, ends.tzinfo) or starts.tzinfo != ends.tzinfo:
        calendar.add_component(timezone(entry.zone, starts.year, ends.year))
    calendar.add_component(event(entry, starts, ends))
    made: bytes = calendar.to_ical()
    return made


def event(entry: Entry, starts: datetime, ends: datetime) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.stamp)
    made.add("last-modified", entry.stamp)
    made.add("sequence", entry.sequence)
    made.add("status", entry.status)
    made.add("summary", entry.summary)
    made.add("location", entry.location)
    if entry.description:
        made.add("description", entry.description)
    made.add("dtstart", starts)
    made.add("dtend", ends)
    return made


def local(moment: datetime, zone: str) -> datetime:
    """`moment` by the clocks of `zone`; in UTC where they say one time twice, since a file can mean only the first."""
    try:
        there = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, OverflowError, ValueError):
        return moment.astimezone(UTC)
    return moment.astimezone(UTC) if there.fold or zone in UNIVERSAL else there


UNIVERSAL = frozenset({"UTC", "Etc/UTC"})


# Made by looking at each day of its years, which takes up to thirty milliseconds.
@lru_cache(maxsize=500)
def timezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """What the file has to say about the zone in these years."""
    return Timezone.from_tzid(
        zone, first_date=date(first_year, 1, 1), last_date=date(min(last_year + 1, YEAR_MAX), 1, 1)
    )
