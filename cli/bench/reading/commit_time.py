"""How long the server's calls to the log took, from its own metrics."""

from collections.abc import Mapping
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families

from cli.bench.reading.house import House

BUCKET = "append_seconds_bucket"

Buckets = Mapping[float, float]
"""Calls that took at most so many seconds, from the start of the server."""


async def append_buckets(house: House) -> Buckets:
    """As they stand now."""
    answer = await house.client.get("/metrics")
    return {
        float(sample.labels["le"]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.endswith(BUCKET)
    }


def median_ms(before: Buckets, after: Buckets) -> float:
    """Of the calls between the two, evenly spread within the bucket that holds it; 0 when there were none."""
    counts = {bound: after[bound] - before.get(bound, 0.0) for bound in sorted(after)}
    half = max(counts.values(), default=0.0) / 2
    if not half:
        return 0.0
    for (low, below), (high, upto) in pairwise([(0.0, 0.0), *counts.items()]):
        if upto >= half:
            bound = low if high == float("inf") else low + (high - low) * (half - below) / (upto - below)
            return bound * 1000
    return 0.0
