"""Ranges of time cut into slots: nothing missing, nothing twice, nothing across a bound."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from query_api.statistics.pieces import pieces

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
BOUNDS = st.lists(
    st.builds(
        lambda minutes, odd: NEW_YEAR + timedelta(minutes=15 * minutes, microseconds=odd),
        st.integers(0, 40_000),
        st.sampled_from((0, 0, 0, 1, 77_000_001)),
    ),
    min_size=2, max_size=12, unique=True,
).map(sorted)  # fmt: skip
SLOTS = st.sampled_from((("hour", "quarter"), ("day", "quarter"), ("month", "quarter")))


@given(bounds=BOUNDS, slots=SLOTS)
def test_pieces_are_the_whole_and_lie_between_borders(bounds: list[datetime], slots: tuple[str, ...]) -> None:
    found = list(pieces(bounds, slots))
    ranges = sorted((begin, end) for each in found for begin, end in zip(each.begins, each.ends, strict=True))
    assert (ranges[0][0], ranges[-1][1]) == (bounds[0], bounds[-1])
    assert all(first[1] == second[0] for first, second in pairwise(ranges))
    for each in found:
        if each.slot is None:
            assert all(
                end - begin < timedelta(minutes=30) * len(bounds)
                for begin, end in zip(each.begins, each.ends, strict=True)
            )
            continue
        assert all(is_border(each.slot, moment) for moment in (*each.begins, *each.ends))
        for begin, end in zip(each.begins, each.ends, strict=True):
            assert all(is_border(each.slot, bound) for bound in bounds if begin < bound < end)


def is_border(slot: str, moment: datetime) -> bool:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    size = {"quarter": timedelta(minutes=15), "hour": timedelta(hours=1)}.get(slot, timedelta(days=1))
    return (moment - midnight) % size == timedelta() and (slot != "month" or moment.day == 1)


def test_a_year_of_whole_months_reads_twelve_of_them() -> None:
    (found,) = pieces([NEW_YEAR, NEW_YEAR.replace(year=2028)], ("month", "quarter"))
    assert (found.slot, found.begins, found.ends) == ("month", [NEW_YEAR], [NEW_YEAR.replace(year=2028)])


def test_days_of_rome_are_whole_hours_and_days_of_kathmandu_quarters() -> None:
    days = [NEW_YEAR + timedelta(days=day) for day in range(4)]
    rome, kathmandu = (
        [day - timedelta(hours=1) for day in days],
        [day - timedelta(hours=5, minutes=45) for day in days],
    )
    assert [each.slot for each in pieces(rome, ("hour", "quarter"))] == ["hour"]
    found = list(pieces(kathmandu, ("hour", "quarter")))
    assert [each.slot for each in found] == ["hour", "quarter"]
    assert sum(
        ((end - begin) for begin, end in zip(found[1].begins, found[1].ends, strict=True)), timedelta()
    ) == (timedelta(hours=3))
