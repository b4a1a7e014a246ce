"""Scenario `long`: an event that has 50,000 bookings already, beside one that has none, and its cold start."""

from statistics import median
from time import perf_counter
from typing import Any

import orjson

from cli.bench.figures import answers_per_cpu_second, p99, ratio, rounded, side_figures, spread
from cli.bench.goals import at_least, at_most
from cli.bench.hot import CONNECTIONS, capacity_for
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.rounds import How
from cli.bench.season.sold_show import standing_facts, write_show
from cli.bench.selling.desk import Desk, desk
from cli.bench.server_process import Server, serving
from cli.bench.sides.ours import OURS, check, on_sale
from cli.bench.sides.side import PATH
from cli.bench.stage import Stage
from cli.bench.turns import by_turns
from cli.stopped import Stopped
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.ids import new_id

BOOKINGS = 50_000
WHOLE_AT_SCALE = 0.1
"""At a smaller scale there are fewer."""

CAPACITY = 250_000
EMPTY, LONG = "empty", "long"


async def long_show(stage: Stage, how: How) -> dict[str, Any]:
    """Fresh events for each measurement. A long one is written into the log, so the server has never seen it: the
    answer to the first booking is its cold start, beside which the same rows are read from the same database.
    """
    bookings = round(BOOKINGS * min(1.0, how.scale / WHOLE_AT_SCALE))
    async with serving(stage, OURS) as server, desk(stage, server) as customer:
        shows = _Shows(stage, server, customer, bookings)
        measured = await by_turns(how, {EMPTY: shows.empty, LONG: shows.long})
    # What came with the warm-up is not counted here either.
    cold, reading = shows.cold_seconds[1:], shows.reading_seconds[1:]
    return {
        "long_to_empty": ratio(measured, LONG, EMPTY),
        "long_to_empty_by_cpu": ratio(measured, LONG, EMPTY, answers_per_cpu_second),
        "p99_long_to_empty": ratio(measured, LONG, EMPTY, p99),
        "cold_start_to_reading": round(
            median(mine / other for mine, other in zip(cold, reading, strict=True)), 3
        ),
        "bookings": bookings,
        "goals": {"long_to_empty": at_least(0.9), "cold_start_to_reading": at_most(1.5)},
        "times": {
            "cold start": {"p50_ms": rounded(spread([each * 1000 for each in cold]))},
            "reading its rows": {"p50_ms": rounded(spread([each * 1000 for each in reading]))},
        },
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }


class _Shows:
    """Events of both kinds through one server, and how long the long ones took to begin."""

    def __init__(self, stage: Stage, server: Server, customer: Desk, bookings: int) -> None:
        self.cold_seconds: list[float] = []
        self.reading_seconds: list[float] = []
        self._stage = stage
        self._server = server
        self._customer = customer
        self._bookings = bookings
        self._tokens = stage.tokens(CONNECTIONS)

    async def empty(self, seconds: float) -> Measured:
        event_id = await on_sale(self._stage, self._server.url, "", capacity_for(seconds))
        booked, _ = await self._customer.book(event_id)
        return await self._sold(event_id, [booked], seconds)

    async def long(self, seconds: float) -> Measured:
        event_id, booked = new_id(), [new_id() for _ in range(self._bookings)]
        await write_show(self._stage, event_id, standing_facts(event_id, booked, CAPACITY))
        # Both sides find the rows in the memory of the database.
        await self._read(event_id)
        first, cold = await self._customer.book(event_id)
        self.cold_seconds.append(cold)
        self.reading_seconds.append(await self._read(event_id))
        return await self._sold(event_id, [*booked, first], seconds)

    async def _read(self, event_id: str) -> float:
        """Seconds for the event's rows, as the store reads them."""
        began = perf_counter()
        async for _ in whole_stream(PostgresStore(self._stage.database), f"show-{event_id}"):
            pass
        return perf_counter() - began

    async def _sold(self, event_id: str, booked: list[str], seconds: float) -> Measured:
        await self._stage.clean()
        body = orjson.dumps({"event_id": event_id, "quantity": 1}).decode()
        asks = [Ask(PATH, token, body) for token in self._tokens]
        job = job_for(self._server, asks, CONNECTIONS, seconds)
        load, cpu = await loaded(self._stage, self._server, job, ("201",))
        checked = await check(self._stage, event_id, [*booked, *load.ids])
        if not checked.is_sound:
            raise Stopped(f"an event with {len(booked):,} bookings did not keep what was said: {checked}")
        return Measured(load, cpu, checked)
