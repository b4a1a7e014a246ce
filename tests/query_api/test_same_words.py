"""Both sides of the API say the same about the same thing: what a command answers is what the next read shows."""

from typing import Any

import asyncpg
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_api.answers.booking import booking_body
from query_api.availability.stock_now import at_this_moment
from query_api.bookings import booking_shape
from query_api.events import event_shape
from resources.rendering.event import event_body
from runtime.http.json_answer import json_bytes
from tests.projections.histories import TRIES, Try, history
from tests.projections.projecting import project
from tests.projections.writing import NOON, LogWriter


def words(value: Any) -> Any:
    """What a client reads."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=TRIES, window=st.sampled_from((None, 600)))
async def test_an_event_and_its_bookings(
    pool: asyncpg.Pool, log: LogWriter, tries: list[Try], window: int | None
) -> None:
    show, facts = history(tries, window)
    await log.append(f"show-{show.details.show_id}", *facts)
    await project(pool)
    events = await pool.fetch(f"{event_shape.select('$2')} WHERE l.show_id = $1", show.details.show_id, NOON)
    there = [] if show.status == "deleted" else [json_bytes(event_body(show)).decode()]
    assert [event_shape.event_text(at_this_moment(event, NOON)) for event in events] == there
    rows = await pool.fetch(
        f"{booking_shape.SELECT} WHERE show_id = $1 ORDER BY booking_id", show.details.show_id
    )
    # At noon no hold of the history has run out, so both sides see each as its facts left it.
    assert [words(booking_shape.booking_shape(row, NOON)) for row in rows] == [
        words(booking_body(show, booking, NOON)) for _, booking in sorted(show.bookings.items())
    ]
