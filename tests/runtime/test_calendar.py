"""Periods as the clocks of a time zone have them."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.calendar import Calendar, Period

ZONES = ("UTC", "Europe/Rome", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
         "America/Havana", "Africa/Cairo", "Pacific/Chatham")  # fmt: skip
MOMENTS = st.integers(0, 35 * 366 * 1440).map(
    lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
PERIODS: tuple[Period, ...] = ("hour", "day", "week", "month", "year")


def hours(zone: str, period: Period, day: date) -> float:
    calendar = Calendar(period, ZoneInfo(zone))
    start = calendar.start(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)))
    return (calendar.following(start) - start) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Rome", date(2027, 3, 28), 23),
        ("Europe/Rome", date(2027, 10, 31), 25),
        ("Europe/Rome", date(2027, 3, 29), 24),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
        ("Africa/Cairo", date(2027, 4, 30), 23),
        ("America/Havana", date(2027, 11, 7), 25),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, length: float) -> None:
    assert hours(zone, "day", day) == length


def test_a_day_that_a_country_left_out_is_no_period() -> None:
    calendar = Calendar("day", ZoneInfo("Pacific/Apia"))
    starts = calendar.starts(datetime(2011, 12, 29, 12, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC))
    assert [calendar.label(start) for start in starts] == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    calendar = Calendar("hour", ZoneInfo("Europe/Rome"))
    starts = islice(calendar.starts(datetime(2027, 10, 31, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)), 3)
    assert [calendar.label(start) for start in starts] == [
        "2027-10-31T02:00+02:00",
        "2027-10-31T02:00+01:00",
        "2027-10-31T03:00+01:00",
    ]


def test_clocks_put_back_by_half_an_hour_make_half_an_hour() -> None:
    calendar = Calendar("hour", ZoneInfo("Australia/Lord_Howe"))
    starts = islice(
        calendar.starts(datetime(2027, 4, 3, 14, tzinfo=UTC), datetime(2027, 4, 4, tzinfo=UTC)), 4
    )
    assert [calendar.label(start) for start in starts] == [
        "2027-04-04T01:00+11:00",
        "2027-04-04T01:30+10:30",
        "2027-04-04T02:00+10:30",
        "2027-04-04T03:00+10:30",
    ]
    assert calendar.start(datetime(2027, 4, 3, 15, 20, tzinfo=UTC)) == datetime(2027, 4, 3, 15, tzinfo=UTC)


def test_weeks_begin_on_monday_and_are_named_by_their_year() -> None:
    calendar = Calendar("week", ZoneInfo("Europe/Rome"))
    start = calendar.start(datetime(2027, 1, 2, tzinfo=UTC))
    assert (start, calendar.label(start)) == (datetime(2026, 12, 27, 23, tzinfo=UTC), "2026-W53")


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), period=st.sampled_from(PERIODS))
def test_every_moment_is_in_the_period_that_has_begun(moment: datetime, zone: str, period: Period) -> None:
    calendar = Calendar(period, ZoneInfo(zone))
    start = calendar.start(moment)
    assert start <= moment < calendar.following(start)
    assert calendar.start(start) == start
    starts = list(islice(calendar.starts(moment, moment + timedelta(days=1_500)), 60))
    assert starts[0] == start
    assert all(first < second and calendar.start(second) == second for first, second in pairwise(starts))
