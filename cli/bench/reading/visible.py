"""Scenario `visible`: from the answer to a booking until a read shows it, at half of the load that can be borne."""

from statistics import median
from typing import Any
from urllib.parse import urlsplit

import orjson

from cli.bench.calm import until_calm
from cli.bench.figures import rounded, spread
from cli.bench.goals import at_most
from cli.bench.load.closed_loop import percentile
from cli.bench.load.generating import generate_bookings
from cli.bench.load.job import Ask
from cli.bench.load.visible import BookAndRead, Seen
from cli.bench.measuring import job_for, loaded
from cli.bench.reading.commit_time import append_buckets, median_ms
from cli.bench.reading.house import House
from cli.bench.rounds import How
from cli.bench.sides.ours import on_sale
from cli.bench.sides.side import PATH
from cli.stopped import Stopped

CONNECTIONS = 64
# A rate that is given must not wait for answers: more of them are under way when they are slow.
CUSTOMERS = 256
CAPACITY = 250_000
GOAL = 10.0


async def visible(house: House, how: How) -> dict[str, Any]:
    """`append` is the server's call to the log, with its fsync: what a commit costs. `booking` is what the customer
    waits for; `visible` begins when they have their 201 and ends with the answer of GET /bookings/{id} at its position.

    The rate is half of what 64 clients who only book can get, measured just before, with the projectors at work.
    """
    rates, seen, appends = [], [], []
    for number in range(how.rounds):
        await until_calm(how.patience_seconds)
        how.say(f"round {number + 1} of {how.rounds}: as many bookings as there can be")
        rates.append(await _most(house, how.seconds))
        await house.projectors.caught_up()
        how.say(f"round {number + 1} of {how.rounds}: half as many, each looked at")
        before = await append_buckets(house)
        seen.append(await _half(house, rates[-1] / 2, how.seconds))
        appends.append(median_ms(before, await append_buckets(house)))
        await house.projectors.caught_up()
    ratios = [_p(each.visible_ms, 99) / append for each, append in zip(seen, appends, strict=True) if append]
    return {
        "visible_p99_to_append": round(median(ratios), 3) if ratios else 0.0,
        "visible_p99_to_booking": round(
            median(_p(each.visible_ms, 99) / _p(each.booked_ms, 50) for each in seen), 3
        ),
        "bookings_per_second": round(median(rates) / 2, 1),
        "late_share": round(sum(each.late for each in seen) / sum(len(each.booked_ms) for each in seen), 4),
        "goals": {"visible_p99_to_append": at_most(GOAL)},
        "season": house.season.told(),
        "times": {
            "append": {"p50_ms": rounded(spread(appends))},
            "booking": _times([each.booked_ms for each in seen]),
            "visible": _times([each.visible_ms for each in seen]),
        },
    }


async def _most(house: House, seconds: float) -> float:
    event_id = await on_sale(house.stage, house.server.url, "", CAPACITY)
    body = orjson.dumps({"event_id": event_id, "quantity": 1}).decode()
    asks = [Ask(PATH, token, body) for token in house.stage.tokens(CONNECTIONS)]
    job = job_for(house.server, asks, CONNECTIONS, seconds)
    load, _ = await loaded(house.stage, house.server, job, ("201",))
    return load.rate


async def _half(house: House, per_second: float, seconds: float) -> Seen:
    event_id = await on_sale(house.stage, house.server.url, "", CAPACITY)
    address = urlsplit(house.server.url)
    tokens = house.stage.tokens(CUSTOMERS)
    seen = await generate_bookings(
        BookAndRead(
            address.hostname or "", address.port or 0, event_id, tokens, CUSTOMERS, per_second, seconds
        )
    )
    if seen.failure is not None or not seen.booked_ms:
        raise Stopped(f"bookings were not seen: {seen.failure}")
    return seen


def _times(rounds: list[list[float]]) -> dict[str, Any]:
    return {
        f"p{percent}_ms": rounded(spread([_p(each, percent) for each in rounds])) for percent in (50, 99, 100)
    }


def _p(values: list[float], percent: float) -> float:
    return percentile(sorted(values), percent)
