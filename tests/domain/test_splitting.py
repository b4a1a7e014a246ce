"""Money is split to the cent."""

from hypothesis import given
from hypothesis import strategies as st

from domain.books.splitting import split

WEIGHTS = st.lists(st.integers(0, 50_000), min_size=1, max_size=8)


@given(amount=st.integers(0, 10_000_000), weights=WEIGHTS)
def test_parts_add_up_and_none_is_a_cent_off(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    shares = weights if any(weights) else [1] * len(weights)
    assert all(
        abs(part * sum(shares) - amount * share) < sum(shares)
        for part, share in zip(parts, shares, strict=True)
    )


def test_the_larger_remainders_get_the_odd_cents_and_of_equal_ones_the_first() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [1, 5]) == [2, 8]
    assert split(5, [0, 0]) == [3, 2]
    assert split(7_000, [7_000, 0]) == [7_000, 0]
