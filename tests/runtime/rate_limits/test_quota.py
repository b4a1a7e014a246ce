"""A full quota at once, and then as much as comes back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.rate_limits.quota import Quota, rate_limited


class Clock:
    def __init__(self) -> None:
        self.now = 5_000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_may_be_used_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    quota = Quota("address", 600, now=clock)
    remaining = [quota.remaining(quota.use("a")) for _ in range(600)]
    assert remaining == list(range(599, -1, -1))
    assert quota.use("a") == pytest.approx(-0.1)
    assert quota.use("b") >= 0
    clock.now += 0.1
    assert quota.remaining(quota.use("a")) == 0
    assert quota.use("a") < 0
    clock.now += 60
    assert quota.remaining(quota.use("a")) == 599


@given(
    per_minute=st.integers(1, 100_000),
    waits=st.lists(st.one_of(st.just(0.0), st.floats(0, 90)), max_size=200),
)
def test_never_more_pass_than_a_quota_and_what_has_come_back(per_minute: int, waits: list[float]) -> None:
    clock = Clock()
    quota = Quota("address", per_minute, now=clock)
    started, passed = clock.now, 0
    for wait in waits:
        clock.now += wait
        debt = quota.use("a")
        assert debt <= 60 + 30 / per_minute
        passed += debt >= 0
        assert passed <= per_minute * (1 + (clock.now - started) / 60) + 1
        if debt < 0:
            clock.now -= debt
            assert quota.use("a") >= 0
            passed += 1


def test_the_headers_are_structured_fields() -> None:
    quota = Quota("address", 600, now=Clock())
    policy = (b"ratelimit-policy", b'"address";q=600;w=60')
    assert quota.headers(quota.use("a")) == (policy, (b"ratelimit", b'"address";r=599;t=1'))
    assert quota.headers(-1.5) == (policy, (b"ratelimit", b'"address";r=0;t=2'))


STANDING = re.compile(rb'"(?P<name>[a-z-]+)";r=(?P<r>[0-9]+);t=(?P<t>[0-9]+)')


@given(
    per_minute=st.integers(1, 1_000_000),
    waits=st.lists(st.one_of(st.just(0.0), st.floats(0, 90), st.floats(0, 1e9)), min_size=1, max_size=100),
)
def test_what_the_headers_promise_is_kept(per_minute: int, waits: list[float]) -> None:
    clock = Clock()
    quota = Quota("sign-in-account", per_minute, now=clock)
    debt, left, seconds = 0.0, 0, 0
    for wait in waits:
        clock.now += wait
        debt = quota.use("a")
        policy, (name, value) = quota.headers(debt)
        assert policy == (b"ratelimit-policy", b'"sign-in-account";q=%d;w=60' % per_minute)
        told = STANDING.fullmatch(value)
        assert name == b"ratelimit"
        assert told is not None
        left, seconds = int(told["r"]), int(told["t"])
        assert 0 <= left < per_minute
        assert 0 < seconds <= 60 + 30 / per_minute + 1
    # Who waits as long as was told has what was told: one use after a refusal, else the whole quota.
    if debt < 0:
        assert left == 0
        clock.now += seconds
        assert quota.use("a") >= 0
    else:
        clock.now += seconds
        assert quota.remaining(quota.use("a")) == per_minute - 1


def test_a_use_that_is_given_back_was_none() -> None:
    quota = Quota("address", 1, now=Clock())
    quota.give_back("a")
    assert quota.use("a") >= 0
    assert quota.use("a") < 0
    quota.give_back("a")
    assert quota.use("a") >= 0


def test_the_wait_is_told_in_whole_seconds_and_is_never_nought() -> None:
    quota = Quota("address", 1, now=Clock())
    assert rate_limited(quota, 0.01, "x").answer.headers == {"Retry-After": "1"}
    assert rate_limited(quota, 1.2, "x").answer.extras == {"retry_after": 2}
