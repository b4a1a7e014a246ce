"""Scenario `seats`: everybody wants a seat by its name, out of what they last saw, and somebody is always quicker."""

from contextlib import AsyncExitStack
from functools import partial
from statistics import median
from typing import Any

from cli.bench.figures import Spread, answers_per_cpu_second, p99, ratio, rounded, side_figures, spread
from cli.bench.load.patrons import ONLY_HOLDS
from cli.bench.measuring import Measured
from cli.bench.rounds import How
from cli.bench.selling.visits import Sold, Visit, seats_for, visited
from cli.bench.server_process import Server, serving
from cli.bench.sides.ours import OURS_SEATED
from cli.bench.sides.seat_lock import SEAT_LOCK
from cli.bench.stage import Stage
from cli.bench.turns import by_turns
from cli.stopped import Stopped
from runtime.ids import new_id


async def seats(stage: Stage, how: How) -> dict[str, Any]:
    """A client looks at the map, keeps 20 free seats in mind, and asks for one after the other; told that one is taken,
    it looks again. `goodput` is what was sold a second, `conflict_share` the answers `seats-not-available`. The same
    clients book of rows that are locked, as a classic does it: whose seats are others' waits for nobody.
    """
    visits: dict[str, list[Visit]] = {SEAT_LOCK.name: [], OURS_SEATED.name: []}

    async def sold(server: Server, seconds: float) -> Measured:
        capacity = seats_for(seconds)
        event_id = await server.side.on_sale(stage, server.url, new_id(), capacity)
        await stage.clean()
        visit = await visited(stage, server, Sold(event_id, capacity), ONLY_HOLDS, seconds)
        checked = await server.side.check(stage, event_id, visit.visited.booked)
        if checked is None or not checked.is_sound:
            raise Stopped(f"{server.side.name} did not keep what it said: {checked}")
        visits[server.side.name].append(visit)
        return Measured(visit.visited.load, visit.cpu, checked)

    async with AsyncExitStack() as servers:
        running = [
            await servers.enter_async_context(serving(stage, side)) for side in (SEAT_LOCK, OURS_SEATED)
        ]
        measured = await by_turns(how, {server.side.name: partial(sold, server) for server in running})
    ours, theirs = ([_goodput(each) for each in visits[side.name][1:]] for side in (OURS_SEATED, SEAT_LOCK))
    return {
        "goodput_to_seat_lock": round(
            median(mine / (other or 1.0) for mine, other in zip(ours, theirs, strict=True)), 3
        ),
        "answers_by_cpu_to_seat_lock": ratio(
            measured, OURS_SEATED.name, SEAT_LOCK.name, answers_per_cpu_second
        ),
        "p99_to_seat_lock": ratio(measured, OURS_SEATED.name, SEAT_LOCK.name, p99),
        "goodput": round(median(ours), 1),
        "conflict_share": _conflicts(visits[OURS_SEATED.name]).median,
        "conflict_share_seat_lock": _conflicts(visits[SEAT_LOCK.name]).median,
        "conflicts": {name: rounded(_conflicts(each)) for name, each in visits.items()},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }


def _goodput(visit: Visit) -> float:
    """Sold a second, of the answers that came in time."""
    load = visit.visited.load
    return load.rate * load.statuses.get("201", 0) / sum(load.statuses.values())


def _conflicts(visits: list[Visit]) -> Spread:
    """Shares of all answers, the warm-up's not counted."""
    shares = [each.visited.conflicts / sum(each.visited.load.statuses.values()) for each in visits[1:]]
    return Spread(*(round(value, 4) for value in spread(shares)))
