"""Scenario `memory`: a large house with many bookings in a server, and what is left of it when it has gone cold."""

import asyncio
from statistics import median
from typing import Any, NamedTuple

import httpx

from cli.bench.goals import at_least, at_most
from cli.bench.hot import CONNECTIONS, capacity_for
from cli.bench.load.job import Ask
from cli.bench.measuring import job_for, loaded
from cli.bench.memory import resident_mib
from cli.bench.rounds import How
from cli.bench.season.sold_show import ROW_SEATS, seated_facts, write_show
from cli.bench.selling.desk import desk
from cli.bench.server_process import Server, serving
from cli.bench.sides.ours import OURS_FORGETFUL, on_sale
from cli.bench.sides.side import PATH
from cli.bench.stage import Stage
from runtime import giving_back
from runtime.ids import new_id

SEATS, BOOKINGS = 60_000, 20_000
WHOLE_AT_SCALE = 0.1
"""At a smaller scale the house is smaller."""

ROUNDS_MAX = 3

DUE = "\nmemory_to_give_back"
LOOK_SECONDS = 0.1
GRACE_SECONDS = 5.0


class Resident(NamedTuple):
    """MiB of the server's process: before it knew the event, with it, after it has forgotten it, and with it again."""

    before: float
    full: float
    after: float
    again: float

    @property
    def event(self) -> float:
        return self.full - self.before

    @property
    def given_back(self) -> float:
        """The share of what the event took; 1 where it took nothing that can be seen."""
        return (self.full - self.after) / self.event if self.event > 0 else 1.0


async def memory(stage: Stage, how: How) -> dict[str, Any]:
    """Resident memory of a server process that keeps one event at a time and forgets it for the next, as all do when
    they have too many or one has gone cold. What reading the event leaves behind counts as the event's. `again_to_full`
    tells whether what is not given back is at least used again.
    """
    share = min(1.0, how.scale / WHOLE_AT_SCALE)
    seats, bookings = max(ROW_SEATS, round(SEATS * share / ROW_SEATS) * ROW_SEATS), round(BOOKINGS * share)
    event_id = new_id()
    how.say(f"selling {seats:,} seats in {bookings:,} bookings")
    await write_show(stage, event_id, seated_facts(event_id, bookings, seats))
    found = []
    for number in range(min(how.rounds, ROUNDS_MAX)):
        how.say(f"round {number + 1}: a fresh server")
        async with serving(stage, OURS_FORGETFUL) as server:
            if (resident := await _resident(stage, server, event_id, how.seconds)) is not None:
                found.append(resident)
    known = {
        "event_mib": round(median(each.event for each in found), 1),
        "given_back_share": round(median(each.given_back for each in found), 3),
        "again_to_full": round(median(each.again / each.full for each in found), 3),
        "goals": {"event_mib": at_most(60), "given_back_share": at_least(1.0)},
    }
    return {
        **(known if found else {}),
        "seats": seats,
        "bookings": bookings,
        "resident_mib": [each._asdict() for each in found],
    }


async def _resident(stage: Stage, server: Server, event_id: str, seconds: float) -> Resident | None:
    """None where memory cannot be seen. Each event is forgotten when the next one is asked for."""
    before = await _busy_with_another(stage, server, seconds)
    full = await _asked_for(stage, server, event_id)
    after = await _busy_with_another(stage, server, seconds)
    again = await _asked_for(stage, server, event_id)
    if before is None or full is None or after is None or again is None:
        return None
    return Resident(before, full, after, again)


async def _busy_with_another(stage: Stage, server: Server, seconds: float) -> float | None:
    """Selling a small event for a while, as a server does: by then what is garbage has been collected."""
    small = await on_sale(stage, server.url, "", capacity_for(seconds))
    body = f'{{"event_id": "{small}", "quantity": 1}}'
    asks = [Ask(PATH, token, body) for token in stage.tokens(CONNECTIONS)]
    await loaded(stage, server, job_for(server, asks, CONNECTIONS, seconds), ("201", "503"))
    return await _asked_for(stage, server, await on_sale(stage, server.url, "", 1))


async def _asked_for(stage: Stage, server: Server, event_id: str) -> float | None:
    """What the process has once it has sold one place of this event."""
    async with desk(stage, server) as customer:
        await customer.book(event_id)
    await _given_back(server)
    return resident_mib(server.process_ids[0])


async def _given_back(server: Server) -> None:
    """Wait until what was forgotten has been given back: that is done at a quiet moment, and at last at any."""
    loop = asyncio.get_running_loop()
    until = loop.time() + giving_back.LOOK_SECONDS * giving_back.LOOKS_MAX + GRACE_SECONDS
    async with httpx.AsyncClient(base_url=server.url) as client:
        while loop.time() < until:
            figures = (await client.get("/metrics")).text
            if DUE in figures and f"{DUE} 0.0" in figures:
                return
            await asyncio.sleep(LOOK_SECONDS)
