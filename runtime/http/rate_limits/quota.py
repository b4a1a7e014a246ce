"""So many uses a minute for each key, counted by the generic cell rate algorithm: one number for each key.

The number is the moment at which the key's debt is paid. A use costs a minute divided by the quota, and is refused when
the debt would grow beyond a minute: a full quota may be used at once, and comes back evenly.
"""

from collections.abc import Callable, Hashable
from math import ceil
from time import monotonic

from prometheus_client import Counter

from runtime.http.rate_limits.counters import Counters
from runtime.metrics import REGISTRY
from runtime.problems import Problem, ProblemDetail

WINDOW_SECONDS = 60.0
KEYS_MAX = 120_000
"""About 20 MB when it is full."""

REFUSED = Counter("http_rate_limited", "Requests refused for their number", ("limit",), registry=REGISTRY)

Header = tuple[bytes, bytes]


class Quota:
    """`per_minute` uses for each key, 0 for any number. `name` is what headers and metrics call it."""

    def __init__(
        self,
        name: str,
        per_minute: int,
        *,
        now: Callable[[], float] = monotonic,
        keys_max: int = KEYS_MAX,
    ) -> None:
        self.name = name
        self.per_minute = per_minute
        self.counters = Counters(keys_max)
        self._now = now
        self._cost = WINDOW_SECONDS / per_minute if per_minute else 0.0
        # A debt is a sum of many small numbers: half a use of room keeps a whole one from being lost to rounding.
        self._most = WINDOW_SECONDS + self._cost / 2
        # RateLimit headers as of draft-ietf-httpapi-ratelimit-headers-10. What does not change is made once.
        self._policy: Header = (b"ratelimit-policy", b'"%s";q=%d;w=60' % (name.encode(), per_minute))
        self._standing = b'"%s";r=%%d;t=%%d' % name.encode()

    def use(self, key: Hashable) -> float:
        """Counts one use. Returns the debt in seconds; below zero, it is refused for so many seconds."""
        now = self._now()
        young = self.counters.young
        is_young = key in young
        paid_at = young[key] if is_young else self.counters.get(key)
        debt = self._cost if paid_at is None or paid_at <= now else paid_at - now + self._cost
        refused = debt > self._most
        # Who is refused owes no more for it, but is remembered for having asked.
        paid_at = now + debt - self._cost if refused else now + debt
        if is_young:
            young[key] = paid_at
        else:
            self.counters.put(key, paid_at, now + WINDOW_SECONDS / 2)
        return WINDOW_SECONDS - debt if refused else debt

    def give_back(self, key: Hashable) -> None:
        """Takes one use back."""
        now = self._now()
        paid_at = self.counters.get(key)
        if paid_at is not None and paid_at > now:
            self.counters.put(key, paid_at - self._cost, now + WINDOW_SECONDS / 2)

    def remaining(self, debt: float) -> int:
        """How many more uses a key with that debt has at once."""
        return int((self._most - debt) / self._cost) if debt >= 0 else 0

    def headers(self, debt: float) -> tuple[Header, Header]:
        """`r` uses are left, all are back in `t` seconds. After a refusal: none, and when there is one again."""
        return self._policy, (b"ratelimit", self._standing % (self.remaining(debt), ceil(abs(debt))))


def rate_limited(quota: Quota, wait_seconds: float, detail: str) -> Problem:
    """429 `rate-limited`, with the whole seconds after which it is worth another try. Counted for `quota`."""
    REFUSED.labels(quota.name).inc()
    seconds = max(1, ceil(wait_seconds))
    return Problem(
        ProblemDetail(
            429,
            "rate-limited",
            "Too many requests",
            detail,
            {"retry_after": seconds},
            {"Retry-After": str(seconds)},
        )
    )
