"""Scenario `history`: one booking's history out of a long log, beside a read by primary key."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg

from cli.bench.calm import until_calm
from cli.bench.figures import p50, ratio, side_figures
from cli.bench.goals import at_most
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.projecting.projector_process import LAST, projecting, reached
from cli.bench.proving.long_log import LongLog, long_log
from cli.bench.rounds import WARM_UP_SECONDS, How
from cli.bench.server_process import Server, serving
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.stage import Stage
from cli.stopped import Stopped
from domain.tags import booking_tag
from eventstore.facts import RecordedFact
from eventstore.postgres.store import FACT, LOG_ID, PostgresStore, recorded
from projections.bookings import PROJECTOR as BOOKINGS
from runtime.identity import Caller, Role
from runtime.ids import new_id

BY_KEY = f"""SELECT {FACT} FROM eventstore.events
             WHERE log_id = $1 AND stream = $2 AND version = ANY ($3) ORDER BY version"""  # noqa: S608 - our own columns

Reading = Callable[[str], Awaitable[object]]


async def history(stage: Stage, how: How) -> dict[str, Any]:
    """One connection, median latencies. In the database a booking's facts by their tag, beside the same facts by their
    primary key. Over HTTP its history, folded and proved, beside the audit of one fact by its position, either of which
    is recorded on the disk before it is answered; and beside GET of the same booking from its read table, which is not.
    """
    log = await long_log(stage, how)
    await _projected(stage, how)
    async with serving(stage, READ_SIDE) as server:
        measured = await _over_http(stage, how, server, log)
    async with asyncpg.create_pool(stage.dsn, min_size=1, max_size=1) as pool:
        in_database = await _in_database(how, pool, log)
    return {
        "facts_by_tag_to_by_key": in_database,
        "history_to_one_fact": ratio(measured, "history", "one fact", p50),
        "history_to_one_booking_not_recorded": ratio(measured, "history", "one booking", p50),
        "goals": {"facts_by_tag_to_by_key": at_most(3), "history_to_one_fact": at_most(3)},
        "facts": log.facts,
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }


async def _projected(stage: Stage, how: How) -> None:
    """What GET of a booking reads."""
    how.say("projecting the bookings")
    names, last = [BOOKINGS.name], await stage.database.fetchval(LAST)
    async with projecting(stage, names) as process:
        if await reached(stage, names, last, process) < last:
            raise Stopped("the projector ended before it was at the end of the log")
    await stage.database.execute("VACUUM ANALYZE projections.bookings")


async def _over_http(stage: Stage, how: How, server: Server, log: LongLog) -> dict[str, list[Measured]]:
    token = stage.token(Caller(new_id(), Role.AUDITOR, "Bench", "bench@example.org"))
    asks = {
        "one booking": [Ask(f"/api/v1/bookings/{each}", token) for each in log.sampled],
        "one fact": [
            Ask(f"/api/v1/audit/facts?after={place * log.facts // len(log.sampled)}&limit=1", token)
            for place in range(len(log.sampled))
        ],
        "history": [Ask(f"/api/v1/audit/bookings/{each}", token) for each in log.sampled],
    }
    for name, each in asks.items():
        how.say(f"warming up {name}")
        await loaded(stage, server, job_for(server, each, 1, min(WARM_UP_SECONDS, how.seconds)), ("200",))
    measured: dict[str, list[Measured]] = {name: [] for name in asks}
    for number in range(how.rounds):
        for name in list(asks) if number % 2 == 0 else reversed(asks):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}: {name}")
            load, cpu = await loaded(stage, server, job_for(server, asks[name], 1, how.seconds), ("200",))
            measured[name].append(Measured(load, cpu, None))
    return measured


async def _in_database(how: How, pool: asyncpg.Pool, log: LongLog) -> float:
    """The median of the rounds' ratios."""
    store = PostgresStore(pool)
    own = {each: await store.read_tag(booking_tag(each)) for each in log.sampled}

    async def by_key(booking_id: str) -> Sequence[RecordedFact]:
        facts = own[booking_id]
        versions = [fact.version for fact in facts]
        return [recorded(row) for row in await pool.fetch(BY_KEY, LOG_ID, facts[0].stream, versions)]

    if [await by_key(each) for each in log.sampled[:100]] != [own[each] for each in log.sampled[:100]]:
        raise Stopped("the two sides do not read the same facts")
    ratios = []
    for number in range(how.rounds):
        how.say(f"round {number + 1} of {how.rounds}: facts by tag and by key")
        by_tag = await _median(lambda each: store.read_tag(booking_tag(each)), log.sampled, how.seconds)
        ratios.append(by_tag / await _median(by_key, log.sampled, how.seconds))
    return round(median(ratios), 3)


async def _median(read: Reading, bookings: Sequence[str], seconds: float) -> float:
    took, until = list[float](), perf_counter() + seconds
    for each in cycle(bookings):
        began = perf_counter()
        await read(each)
        took.append(perf_counter() - began)
        if perf_counter() >= until:
            return median(took)
    raise Stopped("there is no booking to read")
