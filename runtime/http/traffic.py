"""How many requests, and how long each took."""

from functools import lru_cache

from prometheus_client import Counter, Histogram

from runtime.metrics import REGISTRY

REQUESTS = Counter("http_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time from the first byte of a request to the last byte of its answer",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(method: str, route: str, status: int, seconds: float | None) -> None:
    """Count one request; one without `seconds` says nothing about time.

    A method made up by the client is counted as OTHER, or labels would have no bound.
    """
    count, duration = _children(method if method in METHODS else "OTHER", route, status)
    count.inc()
    if seconds is not None:
        duration.observe(seconds)


@lru_cache(maxsize=4096)
def _children(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    # Finding the child of a metric by its labels costs more than counting, so each is found once.
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
