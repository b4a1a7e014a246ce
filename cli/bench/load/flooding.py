"""`python -m cli.bench.load.flooding`: an open loop's job on standard input, its outcome in the file that it names."""

import gc
import sys
from pathlib import Path

import orjson

from cli.bench.load.flood import Flood, Phase
from cli.bench.load.job import Ask
from cli.bench.load.open_loop import open_loop
from runtime.open_files import allow_open_files
from runtime.serving import run


def main() -> None:
    """Carry out one job."""
    said = orjson.loads(sys.stdin.buffer.read())
    job = said["flood"]
    asks, phases = [Ask(**ask) for ask in job["asks"]], [Phase(**phase) for phase in job["phases"]]
    allow_open_files()
    gc.disable()
    done = run(open_loop(Flood(**{**job, "asks": asks, "phases": phases})))
    Path(said["outcome"]).write_bytes(orjson.dumps(done))
    sys.stdout.buffer.write(b"{}")


if __name__ == "__main__":
    main()
