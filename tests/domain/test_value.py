"""What every small state promises its writer."""

from domain.value import State


def test_a_state_that_never_changes_is_its_own_savepoint() -> None:
    state = State()
    assert state.savepoint() is state
    assert state.savepoint().restored() is state
