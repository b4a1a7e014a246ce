"""The registry that every metric of a process is in, and its exposition.

A floor declares its metrics at import, beside the code that moves them:

    LAG = Gauge("projection_lag_facts", "Facts not yet applied", ("projector",), registry=REGISTRY,
                multiprocess_mode="livemax")

With `PROMETHEUS_MULTIPROC_DIR` set, values live in files of that folder and `exposition` adds up all workers;
there a gauge must say by `multiprocess_mode` what the sum of several processes means. Files are named by the process,
or by the worker's number where `PROMETHEUS_MULTIPROC_WORKER` gives one: then whoever takes the place of a worker that
died goes on counting where it was, and there are never more files than places.
"""

import os

from prometheus_client import CollectorRegistry, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from runtime.sibling_figures import SiblingFigures

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
WORKER_VARIABLE = "PROMETHEUS_MULTIPROC_WORKER"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

if MULTIPROCESS_VARIABLE in os.environ and WORKER_VARIABLE in os.environ:
    # Before the first metric is made: each asks the library for a place to keep its value.
    _NUMBER = os.environ[WORKER_VARIABLE]
    values.ValueClass = values.MultiProcessValue(lambda: _NUMBER)  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """Every metric in Prometheus's text format: of this process, or of all workers in multiprocess mode."""
    if MULTIPROCESS_VARIABLE not in os.environ:
        return generate_latest(registry)
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]  # it has no annotations
    everyone.register(SiblingFigures())
    PlatformCollector(registry=everyone)
    return generate_latest(everyone)


def forget_worker(number: int, folder: str) -> None:
    """Drop the live gauges of a worker that has ended from the `folder` shared by all. Called by whoever started it."""
    mark_process_dead(number, folder)  # type: ignore[no-untyped-call]  # it has no annotations
