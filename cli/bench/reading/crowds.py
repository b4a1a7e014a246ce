"""Scenario `crowds`: ten thousand connections that idle, thousands that listen and hundreds that are slow."""

from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlsplit

from cli.bench.calm import until_calm
from cli.bench.figures import p50, p99, ratio, side_figures
from cli.bench.goals import at_most
from cli.bench.load.crowd import Crowd
from cli.bench.load.held import held
from cli.bench.measuring import Measured
from cli.bench.memory import KIB, resident_mib
from cli.bench.reading.house import House
from cli.bench.reading.questions import public
from cli.bench.reading.reads import EVENTS
from cli.bench.rounds import How

CONNECTIONS = 8
IDLE, STREAMS, SLOW = 10_000, 3_000, 200
WHOLE_AT_SCALE = 0.01
"""At a smaller scale fewer come, too."""


async def crowds(house: House, how: How) -> dict[str, Any]:
    """`alone` is what 8 clients get who read availabilities; the others are the same beside a crowd, which stays for
    each measurement. Each stream gets its first message before anything is measured.
    """
    show_id = house.season.programme[-1].show_id
    (anybody,) = house.stage.tokens(1)
    asks = public([f"{EVENTS}/{show_id}/availability"], anybody)
    share = min(1.0, how.scale / WHOLE_AT_SCALE)
    address = urlsplit(house.server.url)
    nobody = Crowd(address.hostname or "", address.port or 0, f"{EVENTS}/{show_id}/stream")
    idle, streams, slow = (max(5, round(number * share)) for number in (IDLE, STREAMS, SLOW))
    kinds = {
        "idle": replace(nobody, idle=idle),
        "streams": replace(nobody, streams=streams),
        "slow": replace(nobody, slow=slow),
        "all": replace(nobody, idle=idle, streams=streams, slow=slow),
    }
    measured: dict[str, list[Measured]] = {name: [] for name in ("alone", *kinds)}
    resident: dict[str, float | None] = {}
    stood: dict[str, Any] = {}
    await house.ask(asks, CONNECTIONS, how.seconds)
    for number in range(how.rounds):
        await until_calm(how.patience_seconds)
        how.say(f"round {number + 1} of {how.rounds}: alone")
        measured["alone"].append(await house.ask(asks, CONNECTIONS, how.seconds))
        resident.setdefault("alone", _resident(house))
        for name, crowd in kinds.items():
            how.say(f"round {number + 1} of {how.rounds}: {name}")
            async with held(crowd) as holding:
                measured[name].append(await house.ask(asks, CONNECTIONS, how.seconds))
                resident[name] = _resident(house)
                stood[name] = {
                    "at first": asdict(holding.at_first),
                    "at last": asdict(await holding.at_last()),
                }
    return {
        **{f"{name}_p50_to_alone": ratio(measured, name, "alone", p50) for name in kinds},
        **{f"{name}_p99_to_alone": ratio(measured, name, "alone", p99) for name in kinds},
        "kib_for_each_idle": _each(resident, "idle", idle),
        "kib_for_each_stream": _each(resident, "streams", streams),
        "goals": {
            "idle_p50_to_alone": at_most(1.5), "kib_for_each_idle": at_most(32), "kib_for_each_stream": at_most(64)
        },
        "season": house.season.told(),
        "resident_mib": resident,
        "stood": stood,
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }  # fmt: skip


def _resident(house: House) -> float | None:
    return resident_mib(house.server.process_ids[0])


def _each(resident: dict[str, float | None], name: str, count: int) -> float:
    """Memory that the process has more than alone, for each of so many. What it once had it may keep, so it counts only
    for those who come first.
    """
    alone, crowded = resident["alone"], resident[name]
    if alone is None or crowded is None:
        return 0.0
    return round(max(0.0, crowded - alone) * KIB / count, 1)
