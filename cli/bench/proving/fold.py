"""Scenario `fold`: what it costs to have a busy event in memory, beside reading its rows and parsing them."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson

from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.as_of import folded
from cli.bench.proving.working import in_turns
from cli.bench.rounds import How
from cli.bench.season.sold_show import ROW_SEATS, seated_facts, write_show
from cli.bench.stage import Stage
from domain.codec import CODEC
from domain.show.evolve import evolve
from domain.show.state import Show
from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.ids import new_id

BOOKINGS = 200_000
"""At scale 1; at the usual one there are 20,000."""


async def fold(stage: Stage, how: How) -> dict[str, Any]:
    """`read` are the event's rows read and their JSON parsed. `fold` is decoding and evolving the same rows once they
    are here, and `replay` all of it, as a server does that has to know the event.
    """
    bookings = max(ROW_SEATS, round(BOOKINGS * how.scale / ROW_SEATS) * ROW_SEATS)
    how.say(f"selling an event with {bookings:,} bookings")
    show_id = new_id()
    stream = f"show-{show_id}"
    await write_show(stage, show_id, seated_facts(show_id, bookings, 2 * bookings))
    async with asyncpg.create_pool(stage.dsn, min_size=1, max_size=1) as pool:
        rows = [fact async for page in whole_stream(PostgresStore(pool), stream) for fact in page]
        works = await in_turns(
            stage,
            how,
            {
                "read": lambda: _read(pool, stream),
                "fold": lambda: _folded(rows),
                "replay": lambda: folded(pool, stream),
            },
        )
    return {
        "fold_to_reading": ratio_of_rates(works["fold"], works["read"]),
        "replay_to_reading": ratio_of_rates(works["replay"], works["read"]),
        "bookings": bookings,
        "goals": {"fold_to_reading": at_least(0.5), "replay_to_reading": at_least(0.5)},
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _read(pool: asyncpg.Pool, stream: str) -> int:
    facts = 0
    async for page in whole_stream(PostgresStore(pool), stream):
        for fact in page:
            orjson.loads(fact.data)
            orjson.loads(fact.metadata)
        facts += len(page)
    return facts


async def _folded(rows: Sequence[RecordedFact]) -> int:
    show = Show()
    for fact in rows:
        evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
    return show.version
