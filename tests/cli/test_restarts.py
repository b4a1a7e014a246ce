"""A worker that dies is started again, but not for ever at once."""

from cli.restarts import FIRST_SECONDS, LIVED_SECONDS, LONGEST_SECONDS, Restarts


def test_one_that_dies_at_every_start_is_started_later_and_later() -> None:
    restarts, now, pauses = Restarts(), 0.0, []
    for _ in range(10):
        restarts.started(now)
        pauses.append(restarts.ended(now))
        assert not restarts.is_due(now)
        now += pauses[-1]
        assert restarts.is_due(now)
    assert pauses[:3] == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS]
    assert pauses[-1] == LONGEST_SECONDS


def test_one_that_has_lived_is_started_again_soon() -> None:
    restarts = Restarts()
    for _ in range(10):
        restarts.started(0.0)
        restarts.ended(0.0)
    restarts.started(0.0)
    assert restarts.ended(LIVED_SECONDS) == FIRST_SECONDS
