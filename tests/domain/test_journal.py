"""A journal takes back exactly what was changed since it began."""

from heapq import heapify, heappop
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.journal import Journal


class Thing:
    """Something with a table, flags, a heap and an attribute."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {"a": 1, "b": 2}
        self.flags = bytearray(3)
        self.heap = [1, 2, 2, 5, 9]
        self.name: object = "first"

    def everything(self) -> tuple[Any, ...]:
        return (dict(self.table), bytes(self.flags), sorted(self.heap), self.name)


changes = st.lists(
    st.tuples(st.just("put"), st.sampled_from("abcd"), st.integers())
    | st.tuples(st.just("flag"), st.integers(0, 2), st.integers(0, 1))
    | st.tuples(st.just("assign"), st.just("name"), st.text(max_size=3))
    | st.tuples(st.just("pop"), st.none(), st.none())
)


def carry_out(journal: Journal, thing: Thing, change: tuple[Any, Any, Any]) -> None:
    match change:
        case ("put", key, value):
            journal.put(thing.table, key, value)
        case ("flag", index, value):
            journal.flag(thing.flags, index, value)
        case ("assign", name, value):
            journal.assign(thing, name, value)
        case _:
            if thing.heap:
                journal.popped(thing.heap, heappop(thing.heap))


@given(changes, changes, changes)
def test_rollback_restores_what_was_at_the_beginning_and_at_every_mark(
    before: list[Any], first: list[Any], second: list[Any]
) -> None:
    journal, thing = Journal(), Thing()
    heapify(thing.heap)
    for change in before:
        carry_out(journal, thing, change)
    journal.begin()
    at_beginning = thing.everything()
    for change in first:
        carry_out(journal, thing, change)
    mark, at_mark = journal.mark(), thing.everything()
    for change in second:
        carry_out(journal, thing, change)
    journal.rollback(mark)
    assert thing.everything() == at_mark
    journal.rollback()
    assert thing.everything() == at_beginning


def test_nothing_is_remembered_before_the_first_beginning() -> None:
    journal, thing = Journal(), Thing()
    journal.put(thing.table, "a", 9)
    journal.flag(thing.flags, 0, 1)
    journal.assign(thing, "name", "second")
    journal.popped(thing.heap, heappop(thing.heap))
    assert journal.mark() == 0
    journal.rollback()
    assert thing.everything() == ({"a": 9, "b": 2}, b"\x01\x00\x00", [2, 2, 5, 9], "second")


def test_a_new_beginning_lets_what_was_changed_stand() -> None:
    journal, thing = Journal(), Thing()
    journal.begin()
    journal.put(thing.table, "a", 9)
    journal.begin()
    journal.rollback()
    assert thing.table["a"] == 9


def test_a_rollback_can_be_followed_by_more_and_another_rollback() -> None:
    journal, thing = Journal(), Thing()
    journal.begin()
    for value in (7, 8):
        journal.put(thing.table, "new", value)
        journal.rollback()
        assert "new" not in thing.table
