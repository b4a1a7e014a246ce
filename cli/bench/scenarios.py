"""The scenarios by name, in the order in which they run."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from cli.bench.appending.log import log_alone
from cli.bench.authentication import authentication
from cli.bench.goals import judged
from cli.bench.hot import hot
from cli.bench.machine import machine
from cli.bench.overload.scenario import overload
from cli.bench.processes import processes
from cli.bench.projecting.scenario import projecting
from cli.bench.proving.as_of import as_of
from cli.bench.proving.export import export
from cli.bench.proving.fold import fold
from cli.bench.proving.hashing import hashing
from cli.bench.proving.history import history
from cli.bench.proving.seal import seal
from cli.bench.proving.verify import verify
from cli.bench.proving.watch import watch
from cli.bench.reading.crowds import crowds
from cli.bench.reading.house import House, house
from cli.bench.reading.reads import reads
from cli.bench.reading.rebuild import rebuild
from cli.bench.reading.search import search
from cli.bench.reading.statistics import statistics
from cli.bench.reading.visible import visible
from cli.bench.refusals import refusals
from cli.bench.rounds import How
from cli.bench.selling.long_show import long_show
from cli.bench.selling.memory import memory
from cli.bench.selling.mix import mix
from cli.bench.selling.open_loop import open_loop
from cli.bench.selling.seats import seats
from cli.bench.selling.shows import shows
from cli.bench.stage import Stage, stage

Scenario = Callable[[Stage, How], Awaitable[dict[str, Any]]]
"""Its ratios, and `sides` or `works`."""

SCENARIOS: dict[str, Scenario] = {
    "hot": hot,
    "refusals": refusals,
    "processes": processes,
    "shows": shows,
    "mix": mix,
    "seats": seats,
    "long": long_show,
    "open": open_loop,
    "memory": memory,
    "log": log_alone,
    "fold": fold,
    "overload": overload,
    "projecting": projecting,
    "hashing": hashing,
    "seal": seal,
    "watch": watch,
    "verify": verify,
    "export": export,
    "as-of": as_of,
    "history": history,
    "authentication": authentication,
}
"""Each on a fresh database: what one leaves behind must not weigh on the next."""

ReadScenario = Callable[[House, How], Awaitable[dict[str, Any]]]

READ_SCENARIOS: dict[str, ReadScenario] = {
    "rebuild": rebuild,
    "statistics": statistics,
    "search": search,
    "reads": reads,
    "crowds": crowds,
    "visible": visible,
}
"""All over one season, which takes longer to write than they take to measure; those that book come last."""

VERSION = "SHOW server_version"

NAMES = (*SCENARIOS, *READ_SCENARIOS)


async def run_scenarios(names: Sequence[str], how: Callable[[str], How]) -> dict[str, dict[str, Any]]:
    """The figures of these, by name."""
    figures = {}
    for name in names:
        if name in SCENARIOS:
            async with stage() as at:
                about = machine(await at.database.fetchval(VERSION))
                figures[name] = {**judged(await SCENARIOS[name](at, how(name))), "machine": about}
    if reading := [name for name in READ_SCENARIOS if name in names]:
        async with stage() as at:
            about = machine(await at.database.fetchval(VERSION))
            first = how(reading[0])
            first.say("writing a season and projecting it")
            async with house(at, first.scale) as open_house:
                for name in reading:
                    found = await READ_SCENARIOS[name](open_house, how(name))
                    figures[name] = {**judged(found), "machine": about}
    return figures
