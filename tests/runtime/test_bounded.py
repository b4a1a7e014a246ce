"""What is remembered has an end, and what is used stays."""

from runtime.bounded import Bounded


def test_the_least_used_leaves_first() -> None:
    kept: Bounded[str, int] = Bounded(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    kept.put("a", 4)
    kept.put("d", 5)
    assert [kept.get(key) for key in "acd"] == [4, None, 5]
    assert len(kept) == 2


def test_what_is_dropped_is_gone_and_may_be_dropped_again() -> None:
    kept: Bounded[str, int] = Bounded(2)
    kept.put("a", 1)
    kept.drop("a")
    kept.drop("a")
    assert kept.get("a") is None
