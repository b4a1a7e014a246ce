"""`python -m cli.bench.load.process`: a job on standard input, its outcome on standard output."""

import gc
import sys

import orjson

from cli.bench.load.closed_loop import closed_loop
from cli.bench.load.job import Ask, Job
from runtime.serving import run


def main() -> None:
    """Carry out one job."""
    said = orjson.loads(sys.stdin.buffer.read())
    job = Job(**{**said, "asks": [Ask(**ask) for ask in said["asks"]]})
    # Every answer is kept until the end; a collector that walks them all would show up as the server's latency.
    gc.disable()
    sys.stdout.buffer.write(orjson.dumps(run(closed_loop(job))))


if __name__ == "__main__":
    main()
