"""Sums by slots, put together to sums of any periods: nothing missing, nothing twice, nothing in the wrong one."""

from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from query_api.statistics.pieces import Pieces, pieces

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOMENTS = st.builds(
    lambda minutes, odd: NEW_YEAR + minutes * 15 * MINUTE + timedelta(microseconds=odd),
    st.integers(0, 40_000),
    st.sampled_from((0, 0, 0, 1, 77_000_001)),
)
NEAR = st.builds(
    lambda days, minutes: days * DAY + minutes * MINUTE, st.integers(-40, 40), st.integers(-90, 90)
)
BOUNDS = st.lists(MOMENTS, min_size=2, max_size=12, unique=True).map(sorted)
SLOTS = st.sampled_from(
    (("day", "hour", "quarter"), ("day", "quarter"), ("month", "quarter"), ("month", "day", "quarter"))
)


@given(bounds=BOUNDS, slots=SLOTS, data=st.data())
def test_whatever_happens_counts_once_and_in_its_period(
    bounds: list[datetime], slots: tuple[str, ...], data: st.DataObject
) -> None:
    near = st.builds(lambda bound, off: bound + off, st.sampled_from(bounds), NEAR)
    at = data.draw(st.one_of(MOMENTS, near, st.sampled_from(bounds)))
    found = Counter[int]()
    for each in pieces(bounds, slots):
        count(each, at, found)
    number = bisect_right(bounds, at)
    expected = {number: 1} if 0 < number < len(bounds) else {}
    assert {
        period: times for period, times in found.items() if times and 0 < period < len(bounds)
    } == expected


def count(part: Pieces, at: datetime, found: Counter[int]) -> None:
    """As the statement does, which sees of what is in a slot only when the slot begins."""
    seen = at if part.slot is None else begun(part.slot, at)
    within = [begin <= seen < end for begin, end in zip(part.begins, part.ends, strict=True)]
    if any(within):
        assert within.count(True) == 1
        found[bisect_right(part.bounds, seen)] += 1
        if part.counted is not None:
            found[bisect_right(part.counted, seen)] -= 1


def begun(slot: str, at: datetime) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if slot == "month":
        return midnight.replace(day=1)
    size = {"quarter": 15 * MINUTE, "hour": 60 * MINUTE, "day": DAY}[slot]
    return midnight + (at - midnight) // size * size


def test_a_year_of_whole_months_reads_twelve_of_them() -> None:
    (found,) = pieces([NEW_YEAR, NEW_YEAR.replace(year=2028)], ("month", "quarter"))
    assert (found.slot, found.begins, found.ends) == ("month", [NEW_YEAR], [NEW_YEAR.replace(year=2028)])


def test_days_elsewhere_are_days_here_and_what_lies_between_two_midnights() -> None:
    days = [NEW_YEAR + day * DAY for day in range(4)]
    for away, slot in ((timedelta(hours=1), "hour"), (timedelta(hours=5, minutes=45), "quarter")):
        bounds = [day - away for day in days]
        whole, between = pieces(bounds, ("day", slot))
        assert (whole.begins, whole.ends, whole.counted) == ([days[0]], [days[-1]], None)
        assert (between.slot, between.begins, between.ends) == (slot, bounds, days)
        assert (between.bounds, between.counted) == (bounds, days)


def test_a_day_of_23_hours_is_no_reason_to_read_the_hours_of_all() -> None:
    bounds = [NEW_YEAR + day * DAY - timedelta(hours=1 + (day > 2)) for day in range(5)]
    assert [each.slot for each in pieces(bounds, ("month", "day", "hour", "quarter"))] == ["day", "hour"]


def test_slots_longer_than_the_periods_are_left_alone() -> None:
    hours = [NEW_YEAR + number * 60 * MINUTE for number in range(50)]
    assert [each.slot for each in pieces(hours, ("month", "day", "quarter"))] == ["quarter"]
