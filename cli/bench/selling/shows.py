"""Scenario `shows`: as many customers as ever, but of a thousand events at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from cli.bench.figures import answers_per_cpu_second, p99, ratio, side_figures
from cli.bench.goals import at_least
from cli.bench.hot import CONNECTIONS, capacity_for
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.rounds import How
from cli.bench.server_process import Server, serving
from cli.bench.sides.ours import OURS, check_all, events_on_sale
from cli.bench.sides.side import PATH, Checked
from cli.bench.stage import Stage
from cli.bench.turns import by_turns
from cli.stopped import Stopped

SHOWS = 1_000
WHOLE_AT_SCALE = 0.1
"""At a smaller scale there are fewer."""

PLACES_SPARE = 100
HOT, MANY = "hot", "many"


async def shows(stage: Stage, how: How) -> dict[str, Any]:
    """`hot` is one event, fresh for each measurement; `many` are 1,000, the same ones in all rounds. Both go through
    one server process.
    """
    number = max(2, round(SHOWS * min(1.0, how.scale / WHOLE_AT_SCALE)))
    async with serving(stage, OURS) as server:
        how.say(f"putting {number:,} events on sale")
        capacity = capacity_for(how.seconds) * (how.rounds + 1) // number + PLACES_SPARE
        event_ids = await events_on_sale(stage, server.url, number, {"capacity": capacity})
        hot, many = _Crowd(stage, server), _Crowd(stage, server)

        async def fresh(seconds: float) -> Measured:
            places = {"capacity": capacity_for(seconds)}
            return await hot.measured(await events_on_sale(stage, server.url, 1, places), seconds)

        measured = await by_turns(how, {HOT: fresh, MANY: lambda seconds: many.measured(event_ids, seconds)})
        measured[HOT][-1] = replace(measured[HOT][-1], checked=await hot.checked())
        measured[MANY][-1] = replace(measured[MANY][-1], checked=await many.checked())
    return {
        "many_to_hot": ratio(measured, MANY, HOT),
        "many_to_hot_by_cpu": ratio(measured, MANY, HOT, answers_per_cpu_second),
        "p99_many_to_hot": ratio(measured, MANY, HOT, p99),
        "shows": number,
        "goals": {"many_to_hot": at_least(0.9)},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }


class _Crowd:
    """Clients who book one place after the other, going round all events that they are told of."""

    def __init__(self, stage: Stage, server: Server) -> None:
        self._stage = stage
        self._server = server
        self._tokens = stage.tokens(CONNECTIONS)
        self._asked: set[str] = set()
        self._acknowledged: list[str] = []

    async def measured(self, event_ids: Sequence[str], seconds: float) -> Measured:
        await self._stage.clean()
        bodies = [orjson.dumps({"event_id": each, "quantity": 1}).decode() for each in event_ids]
        asks = [
            Ask(PATH, self._tokens[place % CONNECTIONS], bodies[place % len(bodies)])
            for place in range(max(len(bodies), CONNECTIONS))
        ]
        job = job_for(self._server, asks, CONNECTIONS, seconds)
        load, cpu = await loaded(self._stage, self._server, job, ("201",))
        self._asked.update(event_ids)
        self._acknowledged += load.ids
        return Measured(load, cpu, None)

    async def checked(self) -> Checked:
        """All that they were ever told, the warm-up included. Raises `Stopped` when it is not so."""
        found = await check_all(self._stage, sorted(self._asked), self._acknowledged)
        if not found.is_sound:
            raise Stopped(f"{len(self._asked)} events did not keep what was said: {found}")
        return found
