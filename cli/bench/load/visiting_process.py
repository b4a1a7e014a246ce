"""`python -m cli.bench.load.visiting_process`: a house on standard input, what came of it in the file it names."""

import gc
import sys
from pathlib import Path

import orjson

from cli.bench.load.house import House, Visited
from cli.bench.load.job import Job
from cli.bench.load.patrons import Crowd, Patron
from cli.bench.load.visiting import visit
from runtime.serving import run


def main() -> None:
    """Carry out one job."""
    said = orjson.loads(sys.stdin.buffer.read())
    house = House(**{**said["house"], "job": Job(**said["house"]["job"])})
    gc.disable()
    Path(said["outcome"]).write_bytes(orjson.dumps(run(_visited(house, said["tokens"], said["mix"]))))
    sys.stdout.buffer.write(b"{}")


async def _visited(house: House, tokens: list[str], mix: dict[str, int]) -> Visited:
    crowd = Crowd(house)
    load = await visit(house.job, [Patron(crowd, token, mix) for token in tokens])
    return Visited(
        load,
        crowd.kinds(),
        crowd.booked,
        crowd.confirmed,
        crowd.cancelled,
        crowd.conflicts,
        crowd.failure,
    )


if __name__ == "__main__":
    main()
