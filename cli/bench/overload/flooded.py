"""What an open loop has seen, in figures: of the whole time, or of a part of it."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cli.bench.load.closed_loop import percentile
from cli.bench.load.flood import Flooded
from cli.stopped import Stopped

ACCEPTED = 201
SLOW_SHARE_MAX = 0.01
EXPECTED = frozenset({ACCEPTED, 503, 429})


class Seen(NamedTuple):
    """Rates are per second, shares of all that was due, latencies in ms from when a request was due.

    `goodput` counts what was accepted by when the answer came.
    """

    goodput: float
    accepted_share: float
    refused_share: float
    unsent_share: float
    accepted_p50: float
    accepted_p99: float
    refused_p50: float
    refused_p99: float


def must_be_expected(flooded: Flooded) -> None:
    """Raises `Stopped` when anything else was answered than a booking or a refusal, or nothing."""
    odd = set(flooded.status) - EXPECTED
    if odd or flooded.unanswered or not flooded.status:
        raise Stopped(f"answered {odd}, {flooded.unanswered} never: {flooded.failure}")


def seen_between(flooded: Flooded, begin: float, end: float) -> Seen:
    """Of the requests that were due from `begin` to `end`, in seconds, and of the answers that came then."""
    accepted = sorted(ms for due, ms, status in _all(flooded) if begin <= due < end and status == ACCEPTED)
    refused = sorted(ms for due, ms, status in _all(flooded) if begin <= due < end and status != ACCEPTED)
    unsent = sum(begin <= due < end for due in flooded.unsent)
    came = sum(begin <= due + ms / 1000 < end for due, ms, status in _all(flooded) if status == ACCEPTED)
    due = max(1, len(accepted) + len(refused) + unsent)
    return Seen(
        goodput=came / (end - begin),
        accepted_share=len(accepted) / due,
        refused_share=len(refused) / due,
        unsent_share=unsent / due,
        accepted_p50=percentile(accepted, 50),
        accepted_p99=percentile(accepted, 99),
        refused_p50=percentile(refused, 50),
        refused_p99=percentile(refused, 99),
    )


def seconds_until_calm(flooded: Flooded, after: float, calm_ms: float, window: float) -> float | None:
    """How long after that moment requests are slow or refused: until 99 of 100 of a `window`, and of each after it, are
    not. None if it never gets calm.
    """
    asked, slow = Counter[int](), Counter[int]()
    for due, ms, status in _all(flooded):
        number = int((due - after) // window)
        asked[number] += 1
        slow[number] += status != ACCEPTED or ms > calm_ms
    for due in flooded.unsent:
        slow[int((due - after) // window)] += 1
    windows = sorted(number for number in asked | slow if number >= 0)
    noisy = [number for number in windows if slow[number] > SLOW_SHARE_MAX * asked[number]]
    if not windows or noisy[-1:] == windows[-1:]:
        return None
    return (noisy[-1] + 1) * window if noisy else 0.0


def _all(flooded: Flooded) -> Iterator[tuple[float, float, int]]:
    return zip(flooded.due, flooded.latency_ms, flooded.status, strict=True)
