"""Times in queries: RFC 3339 with a zone, and nothing that another reader would take for another moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.http.times import rfc_3339

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# The first and the last year lie outside of the calendar in some zones.
MOMENTS = st.datetimes(timezones=OFFSETS).filter(lambda at: 1 < at.year < 9999)


@given(MOMENTS, st.booleans())
def test_a_time_is_read_as_the_moment_it_was_written_for(at: datetime, small: bool) -> None:
    text = at.isoformat()
    found = rfc_3339(text.lower() if small else text)
    assert found == at
    assert found.tzinfo is UTC


@given(st.integers(0, 999_999_999))
def test_what_is_finer_than_a_microsecond_is_left_out(nanoseconds: int) -> None:
    assert rfc_3339(f"2027-03-01T12:00:00.{nanoseconds:09}Z").microsecond == nanoseconds // 1000


def read_or_refused(value: object) -> datetime | None:
    try:
        return rfc_3339(value)
    except ValueError as error:
        if not str(error).startswith(("give an RFC 3339 time", "there is no such time")):
            raise AssertionError(f"other words: {error}") from error
        return None


@given(st.text("0123456789-:.TtZz+ ", max_size=30) | st.text(max_size=40) | st.integers() | st.none())
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-14:00")
@example("2027-02-29T00:00:00Z")
@example("2027-01-01T24:00:00Z")
@example("2027-01-01T23:59:60Z")
@example("2027-01-01T00:00:00+99:99")
@example("２０２７-01-01T00:00:00Z")
@example("2027-01-01T00:00:00Z\n")
def test_any_other_value_is_refused_as_one(value: object) -> None:
    # Python's own words about a value that it cannot read would be shown to the client.
    found = read_or_refused(value)
    assert found is None or rfc_3339(found.isoformat()) == found


@pytest.mark.parametrize(
    "text", ["2027-03-01", "2027-03-01T12:00:00", "2027-W09-1T12:00:00Z", "20270301T120000Z"]
)
def test_other_forms_of_iso_8601_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="give an RFC 3339 time"):
        rfc_3339(text)
