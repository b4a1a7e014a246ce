"""What a projection worker tells the outside about itself."""

from prometheus_client import Counter, Gauge, Histogram

from runtime.metrics import REGISTRY

LAG_FACTS = Gauge(
    "projection_lag_facts",
    "Facts in the log that are not applied yet",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
LAG_SECONDS = Gauge(
    "projection_lag_seconds",
    "Age of the oldest fact that is not applied yet",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
APPLIED = Counter("projection_facts", "Facts read by a projector", ("projector",), registry=REGISTRY)
BATCH_SECONDS = Histogram(
    "projection_batch_seconds",
    "From taking the lease to the commit of a batch",
    ("projector",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
PARKED = Gauge(
    "projection_parked_streams",
    "Streams set aside because of a fact that could not be applied",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
FAILURES = Counter(
    "projection_failures", "Batches that failed and will be tried again", ("projector",), registry=REGISTRY
)
SIZE_BYTES = Gauge(
    "projection_size_bytes",
    "The tables of a read model with their indexes",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
ROWS = Gauge(
    "projection_rows",
    "Rows of a read model's tables, as the database estimates them",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
WORKERS = Gauge(
    "projection_workers",
    "Workers that live and follow the log with this projector",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
REBUILDING = Gauge(
    "projection_rebuilding",
    "1 while the read model is being rebuilt",
    ("projector",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
