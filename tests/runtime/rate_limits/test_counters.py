"""The table of who owes what has a size, and nobody flees their debt by filling it."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from runtime.http.rate_limits.counters import Counters
from runtime.http.rate_limits.quota import KEYS_MAX, Quota


def test_a_million_addresses_take_no_more_room_than_the_table_has() -> None:
    quota = Quota("address", 600, now=lambda: 1_000.0)
    tracemalloc.start()
    try:
        for number in range(3 * KEYS_MAX):
            quota.use(number)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for number in range(3 * KEYS_MAX, 1_000_000):
        quota.use(number)
    assert len(quota.counters) <= KEYS_MAX
    assert peak < 40_000_000


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 100)), max_size=400),
    st.floats(0, 100),
)
def test_whatever_comes_it_never_outgrows_its_size(
    keys_max: int, uses: list[tuple[int, float]], keep_above: float
) -> None:
    counters = Counters(keys_max)
    for key, number in uses:
        counters.put(key, number, keep_above)
        assert counters.get(key) == number
        assert len(counters) <= max(3, keys_max)


def test_who_has_used_up_the_quota_stays_refused_while_others_flood_the_table() -> None:
    quota = Quota("address", 10, now=lambda: 1_000.0, keys_max=300)
    while quota.use("flooder") >= 0:
        pass
    # Not one request of the flooder's own in all that time.
    for number in range(100_000):
        quota.use(number)
    assert quota.use("flooder") < 0


def test_who_goes_on_asking_is_not_forgotten_either() -> None:
    quota = Quota("address", 1_000, now=lambda: 1_000.0, keys_max=300)
    uses = 0
    for number in range(60_000):
        quota.use(number)
        if number % 60 == 0:
            quota.use("steady")
            uses += 1
    assert uses == 1_000
    assert quota.use("steady") < 0
