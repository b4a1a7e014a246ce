"""Scenario `mix`: what an on-sale asks of a whole server: most look, some choose, few pay."""

from statistics import median
from typing import Any

from cli.bench.figures import answers_per_cpu_second, ratio, rounded, side_figures, spread
from cli.bench.hot import CONNECTIONS
from cli.bench.load.job import Ask
from cli.bench.load.patrons import MIX
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.projecting.projector_process import LAST, projecting, reached
from cli.bench.rounds import How
from cli.bench.selling.visits import Sold, Visit, visited
from cli.bench.server_process import Server, serving
from cli.bench.sides.ours import ROW_SEATS, check, events_on_sale, seated
from cli.bench.sides.read_side import NOTHING, READ_SIDE
from cli.bench.sides.side import Checked
from cli.bench.stage import Stage
from cli.bench.turns import by_turns
from cli.stopped import Stopped
from domain.codec import CODEC
from domain.show.evolve import evolve
from domain.show.state import Show
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from projections.read_models import PROJECTORS

NOOP, ON_SALE = "noop-route", "mix"
PAYMENT_WINDOW_SECONDS = 3_600
"""Nothing runs out while it is measured."""

SEATS, HOLDS_PER_SECOND = 6_000, 1_000
"""A house that does not sell out while it is measured, however long that is: a seat map costs by its seats."""

CONFIRMED, CANCELLED = "confirmed", "cancelled"


async def mix(stage: Stage, how: How) -> dict[str, Any]:
    """One `serve all` and all projectors. Of a hundred requests 70 ask for the availability, 10 for the seat map, 10
    hold a named seat, 7 confirm a hold and 3 cancel one, in no order. The no-op is another route of the same server.
    """
    visits: list[Visit] = []
    names = list(PROJECTORS)
    async with projecting(stage, names) as projectors, serving(stage, READ_SIDE) as server:

        async def caught_up() -> None:
            last = await stage.database.fetchval(LAST)
            if await reached(stage, names, last, projectors) < last:
                raise Stopped("the projectors ended before they were at the end of the log")

        async def on_sale(seconds: float) -> Measured:
            seats = max(SEATS, round(HOLDS_PER_SECOND * seconds / ROW_SEATS) * ROW_SEATS)
            event_id = await _on_sale(stage, server, seats)
            await caught_up()
            await stage.clean()
            visit = await visited(stage, server, Sold(event_id, seats), MIX, seconds)
            checked = await _checked(stage, event_id, visit)
            await caught_up()
            visits.append(visit)
            return Measured(visit.visited.load, visit.cpu, checked)

        async def nothing(seconds: float) -> Measured:
            asks = [Ask(NOTHING, token) for token in stage.tokens(CONNECTIONS)]
            load, cpu = await loaded(stage, server, job_for(server, asks, CONNECTIONS, seconds), ("200",))
            return Measured(load, cpu, None)

        measured = await by_turns(how, {NOOP: nothing, ON_SALE: on_sale})
    return {
        "to_noop_route": ratio(measured, ON_SALE, NOOP),
        "to_noop_route_by_cpu": ratio(measured, ON_SALE, NOOP, answers_per_cpu_second),
        "conflict_share": round(median(_conflict_share(each) for each in visits[1:]), 4),
        "times": {kind: _figures(kind, visits[1:]) for kind in MIX},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }


async def _on_sale(stage: Stage, server: Server, seats: int) -> str:
    more = {**seated(seats), "payment_window_seconds": PAYMENT_WINDOW_SECONDS}
    (event_id,) = await events_on_sale(stage, server.url, 1, more)
    return event_id


async def _checked(stage: Stage, event_id: str, visit: Visit) -> Checked:
    """Every hold is kept once, and what was confirmed or cancelled is just what was acknowledged. Raises `Stopped`."""
    seen = visit.visited
    checked = await check(stage, event_id, seen.booked)
    if not checked.is_sound:
        raise Stopped(f"not every hold was kept: {checked}")
    show = Show()
    async for page in whole_stream(PostgresStore(stage.database), f"show-{event_id}"):
        for fact in page:
            evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
    for status, acknowledged in ((CONFIRMED, seen.confirmed), (CANCELLED, seen.cancelled)):
        kept = sorted(each.id for each in show.bookings.values() if each.status == status)
        if kept != sorted(acknowledged):
            raise Stopped(f"{len(acknowledged)} were {status}, and {len(kept)} are")
    return checked


def _conflict_share(visit: Visit) -> float:
    """Of the holds that were asked for."""
    seen = visit.visited
    return seen.conflicts / max(1, seen.conflicts + len(seen.booked))


def _figures(kind: str, visits: list[Visit]) -> dict[str, Any]:
    """Rate and latencies of one kind of request."""
    seen = [
        (each.visited.kinds[kind], each.visited.load.seconds) for each in visits if kind in each.visited.kinds
    ]
    if not seen:
        return {}
    return {
        "requests_per_second": rounded(spread([each.requests / seconds for each, seconds in seen])),
        "p50_ms": rounded(spread([each.p50_ms for each, _ in seen])),
        "p99_ms": rounded(spread([each.p99_ms for each, _ in seen])),
    }
