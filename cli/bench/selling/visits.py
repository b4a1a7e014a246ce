"""Visitors of a house of numbered seats, measured."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from cli.bench.hot import CONNECTIONS
from cli.bench.load.generating import generate_visits
from cli.bench.load.house import House, Visited
from cli.bench.load.job import Job, Outcome
from cli.bench.measuring import Cpu, job_for, loaded
from cli.bench.server_process import Server
from cli.bench.sides.ours import ROW_SEATS, SECTION
from cli.bench.stage import Stage
from cli.stopped import Stopped

SEATS_PER_SECOND = 6_000
"""Nobody may find the house empty within a round."""

SEATS_MAX = 60_000
CHANCE = 1


class Sold(NamedTuple):
    """An event that is on sale, and of how many seats."""

    event_id: str
    seats: int


class Visit(NamedTuple):
    """One measurement of one side."""

    visited: Visited
    cpu: Cpu


def seats_for(seconds: float) -> int:
    """Whole rows, enough for so long."""
    return max(ROW_SEATS, round(min(SEATS_MAX, SEATS_PER_SECOND * seconds) / ROW_SEATS) * ROW_SEATS)


async def visited(stage: Stage, server: Server, sold: Sold, mix: Mapping[str, int], seconds: float) -> Visit:
    """As many visitors as the other scenarios have. Raises `Stopped` at an answer that nobody expected."""
    found = list[Visited]()

    async def by(job: Job) -> Outcome:
        house = House(job, sold.event_id, SECTION, sold.seats // ROW_SEATS, ROW_SEATS, CHANCE)
        found.append(await generate_visits(house, stage.tokens(CONNECTIONS), mix))
        return found[0].load

    job = job_for(server, [], CONNECTIONS, seconds)
    load, cpu = await loaded(stage, server, job, ("200", "201", "409"), by)
    (seen,) = found
    if seen.failure is not None:
        raise Stopped(f"{server.side.name}: {seen.failure}")
    return Visit(replace(seen, load=load), cpu)
