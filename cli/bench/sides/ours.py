"""Ours: POST /api/v1/bookings of the command API as it is served, no switch thrown."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp

from cli import application
from cli.bench.sides.ledger import compared
from cli.bench.sides.side import Checked, Side
from cli.bench.stage import Stage
from cli.stopped import Stopped
from domain.codec import CODEC
from domain.show.facts import SeatsBooked, SeatsHeld
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from eventstore.verify import Verifier
from runtime.settings import Settings

EVENT = {
    "name": "Opening night",
    "starts_at": "2199-01-01T19:00:00Z",
    "venue_name": "Field",
    "timezone": "Europe/Rome",
    "price": {"amount": 4500, "currency": "EUR"},
}
SECTION, ROW_SEATS = "Arena", 100


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """What `seatledger serve command-api` serves."""
    async with application.application(application.Side.COMMAND, dsn, settings) as app:
        yield app


@asynccontextmanager
async def forgetful(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """The same, but it keeps only one event in memory: the next one takes its place."""
    async with serving(dsn, settings.model_copy(update={"writers_max": 1})) as app:
        yield app


async def on_sale(stage: Stage, url: str, _event_id: str, capacity: int) -> str:
    """An event created through the API; it makes up the id itself."""
    (event_id,) = await events_on_sale(stage, url, 1, {"capacity": capacity})
    return event_id


async def on_sale_seated(stage: Stage, url: str, _event_id: str, capacity: int) -> str:
    """The same with rows of named seats."""
    (event_id,) = await events_on_sale(stage, url, 1, seated(capacity))
    return event_id


def seated(capacity: int) -> dict[str, Any]:
    """A house of numbered rows."""
    rows = [{"name": str(number + 1), "seats": ROW_SEATS} for number in range(capacity // ROW_SEATS)]
    return {"seating_plan": {"sections": [{"name": SECTION, "rows": rows}]}}


async def events_on_sale(stage: Stage, url: str, number: int, more: Mapping[str, Any]) -> list[str]:
    """So many events like `EVENT`, and `more`, created one after the other."""
    headers = {"Authorization": f"Bearer {stage.staff_token()}"}
    event_ids = []
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        for _ in range(number):
            answer = await client.post("/api/v1/events", json={**EVENT, **more})
            if answer.status_code != 201:
                raise Stopped(f"the event could not be made: {answer.text}")
            event_ids.append(answer.json()["id"])
    return event_ids


async def check(stage: Stage, event_id: str, acknowledged: Sequence[str]) -> Checked:
    """Every acknowledged booking is one fact of the stream, the hash chain holds, no more was sold than there is."""
    return await check_all(stage, [event_id], acknowledged)


async def check_all(stage: Stage, event_ids: Sequence[str], acknowledged: Sequence[str]) -> Checked:
    """The same of several events at once."""
    kept, oversold = list[str](), 0
    for event_id in event_ids:
        booked, over = await _kept(stage, event_id)
        kept += booked
        oversold += over
    return compared(acknowledged, kept, oversold)


async def _kept(stage: Stage, event_id: str) -> tuple[list[str], int]:
    """The bookings of one event, and how many tickets there are beyond its places."""
    verifier, capacity, sold, kept = Verifier(gapless=False), 0, 0, []
    async for page in whole_stream(PostgresStore(stage.database), f"show-{event_id}"):
        for recorded in page:
            verifier.check(recorded)
            fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
            if isinstance(fact, SeatsBooked | SeatsHeld):
                kept.append(fact.booking_id)
                sold += len(fact.tickets)
            elif recorded.version == 1:
                capacity = fact.plan.capacity
    if verifier.first_bad is not None:
        raise Stopped(f"the log is broken: {verifier.first_bad}")
    return kept, max(0, sold - capacity)


OURS = Side("ours", serving, on_sale, check)
OURS_TWO = Side("ours-2", serving, on_sale, check, processes=2)
OURS_FOUR = Side("ours-4", serving, on_sale, check, processes=4)
OURS_FOUR_APART = Side("ours-4-apart", serving, on_sale, check, processes=4, linked=False)
OURS_KEYED = Side("ours-keyed", serving, on_sale, check, keyed=True)
OURS_FORGETFUL = Side("ours-forgetful", forgetful, on_sale, check)
OURS_SEATED = Side("ours-seated", serving, on_sale_seated, check)
