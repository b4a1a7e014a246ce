"""A queue is full by count, and sooner when it moves slowly."""

from hypothesis import given
from hypothesis import strategies as st

from command_api.writing.limits import WriteLimits
from command_api.writing.room import Room

LIMITS = WriteLimits(queue_max=1_000, batch_facts_max=100, queue_seconds_max=2.0)


def moving(seconds: float) -> Room:
    """A room whose last batch took so long, as of time 0."""
    room = Room(LIMITS)
    room.batch_begins(-seconds, LIMITS.batch_facts_max)
    room.batch_begins(0.0, LIMITS.batch_facts_max)
    return room


def test_a_queue_that_moves_fast_is_bounded_by_count() -> None:
    assert moving(0.01).left(0, 0, 0.0) == 1_000
    assert moving(0.01).left(1_000, 0, 0.0) == 0


def test_a_queue_that_moves_slowly_takes_what_it_can_decide_in_time() -> None:
    # Two batches of 0.5 s stand before the third; whoever is in that has waited 1.5 s, and 2 s for the answer.
    assert moving(0.5).left(0, 0, 0.0) == 300
    assert moving(0.5).left(299, 0, 0.0) == 1


def test_one_batch_may_always_wait_or_the_next_would_be_smaller_and_no_faster() -> None:
    assert moving(60.0).left(0, 0, 0.0) == LIMITS.batch_facts_max


def test_while_nothing_moves_there_is_no_room_but_for_the_first() -> None:
    room = moving(0.01)
    assert room.left(5, 0, 3.0) <= 0
    assert room.left(0, 0, 3.0) == 1


def test_a_writer_that_rested_is_not_slow() -> None:
    room = moving(1.9)
    room.rests()
    assert room.left(0, 0, 1_000.0) == 1_000


@given(st.floats(0, 100), st.floats(0, 100), st.integers(0, 2_000))
def test_there_is_never_more_room_than_the_queue_has_nor_none_for_the_first(
    batch: float, since: float, waiting: int
) -> None:
    left = moving(batch).left(waiting, 0, since)
    assert left <= LIMITS.queue_max - waiting
    assert waiting or left > 0


def test_while_nothing_moves_the_first_waits_behind_no_more_than_twice_the_bound() -> None:
    """Those aboard come back when their append fails, and show whether it moves."""
    room = moving(0.01)
    assert room.left(0, 2 * LIMITS.queue_max - 1, 3.0) == 1
    assert room.left(0, 2 * LIMITS.queue_max, 3.0) == 0
