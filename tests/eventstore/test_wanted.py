"""Which facts are wanted, held against a list that is filtered word by word."""

from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from eventstore.facts import RecordedFact
from eventstore.hashing import canonical
from eventstore.wanted import POSITION_MAX, Wanted
from tests.eventstore.words import NOBODY, NOON

POSITIONS = st.integers(1, 6)
TIMES = st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours))
NAMES, PEOPLE = st.sampled_from("ABC"), st.sampled_from(["anna", 'an"na', "ben"])


def recorded(position: int, name: str, by: str, at: datetime) -> RecordedFact:
    metadata = canonical({"by": {"id": by, "role": "clerk"}}).decode()
    return RecordedFact(position, "s", 1, name, 1, "{}", metadata, (), NOBODY, at, bytes(32))


WANTED = st.builds(
    Wanted,
    names=st.none() | st.frozensets(NAMES),
    by=st.none() | PEOPLE,
    since=st.none() | TIMES,
    until=st.none() | TIMES,
    after=st.none() | st.integers(0, 7),
    upto=st.integers(0, 7) | st.just(POSITION_MAX),
    descending=st.booleans(),
)


@given(WANTED, POSITIONS, NAMES, PEOPLE, TIMES)
@example(Wanted(after=3), 4, "A", "anna", NOON)
@example(Wanted(after=3, descending=True), 3, "A", "anna", NOON)
@example(Wanted(until=NOON), 1, "A", "anna", NOON)
@example(Wanted(upto=4), 4, "A", "anna", NOON)
def test_a_fact_is_taken_exactly_when_no_limit_is_against_it(
    wanted: Wanted, position: int, name: str, by: str, at: datetime
) -> None:
    limits = [
        wanted.names is not None and name not in wanted.names,
        wanted.by is not None and by != wanted.by,
        wanted.since is not None and at < wanted.since,
        wanted.until is not None and at >= wanted.until,
        wanted.after is not None and not wanted.descending and position <= wanted.after,
        wanted.after is not None and wanted.descending and position >= wanted.after,
        position > wanted.upto,
    ]
    assert wanted.takes(recorded(position, name, by, at)) == (not any(limits))
