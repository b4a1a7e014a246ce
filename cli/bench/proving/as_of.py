"""Scenario `as-of`: a busy event as it was, asked of the audit floor, beside folding its facts and nothing else."""

from typing import Any

import asyncpg
import httpx

from cli.bench.goals import at_most
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.working import in_turns
from cli.bench.rounds import How
from cli.bench.season.sold_show import ROW_SEATS, seated_facts, write_show
from cli.bench.server_process import serving
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.stage import Stage
from cli.stopped import Stopped
from domain.codec import CODEC
from domain.show.evolve import evolve
from domain.show.state import Show
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.identity import Caller, Role
from runtime.ids import new_id

BOOKINGS = 200_000
"""Of the event at scale 1; at the usual one there are 20,000."""
ASKED = {
    "as-of": "events/{event_id}/as-of",
    "availability": "events/{event_id}/availability",
    "seat-map": "events/{event_id}/seat-map",
    "revenue": "events/{event_id}/revenue",
    "overview": "statistics/overview",
}
"""The last one walks through the whole log, which is this one event."""


async def as_of(stage: Stage, how: How) -> dict[str, Any]:
    """Whole answers over HTTP, one at a time, each recorded, of all facts by position; what is folded beside it are the
    same facts, read, decoded and evolved.
    """
    bookings = max(ROW_SEATS, round(BOOKINGS * how.scale / ROW_SEATS) * ROW_SEATS)
    how.say(f"selling an event with {bookings:,} bookings")
    event_id = new_id()
    facts = await write_show(stage, event_id, seated_facts(event_id, bookings, 2 * bookings))
    async with (
        asyncpg.create_pool(stage.dsn, min_size=1, max_size=1) as pool,
        serving(stage, READ_SIDE) as server,
        httpx.AsyncClient(base_url=server.url, timeout=120) as client,
    ):
        auditor = Caller(new_id(), Role.AUDITOR, "Bench", "bench@example.org")
        headers = {"Authorization": f"Bearer {stage.token(auditor)}"}

        async def ask(what: str) -> int:
            path = f"/api/v1/audit/{ASKED[what].format(event_id=event_id)}?as_of_position={facts}"
            answer = await client.get(path, headers=headers)
            if answer.status_code != 200:
                raise Stopped(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
            return facts

        works = await in_turns(
            stage,
            how,
            {
                "fold": lambda: folded(pool, f"show-{event_id}"),
                **{what: lambda what=what: ask(what) for what in ASKED},  # type: ignore[misc]
            },
        )
    # By rates, so upside down: how many times as long as the fold it takes.
    figures = {
        f"{what.replace('-', '_')}_to_fold": ratio_of_rates(works["fold"], works[what]) for what in ASKED
    }
    return {
        **figures,
        "goals": {name: at_most(1.2) for name in figures},
        "bookings": bookings,
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def folded(pool: asyncpg.Pool, stream: str) -> int:
    """Rows read, decoded and evolved; how many."""
    show = Show()
    async for page in whole_stream(PostgresStore(pool), stream):
        for fact in page:
            evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
    return show.version
