"""The law of looking back: as of any position or time, a read answers what it answered then."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.show.facts import ShowFact
from eventstore.facts import RecordedFact
from projections import availability, availability_tables, bookings, listings
from projections.applying import apply
from projections.schema import LIVE, work_in
from query_api.as_of import AsOf
from query_api.availability import availability_as_of
from query_api.availability.availability import GET_AVAILABILITY
from query_api.availability.availability_as_of import stock_then
from query_api.availability.availability_shape import availability_shape
from query_api.availability.stock_now import at_this_moment, figures
from query_api.bookings.booking_as_of import version_then
from query_api.bookings.booking_shape import SELECT as BOOKINGS
from query_api.bookings.booking_shape import booking_shape
from query_api.events.event_as_of import listing_then
from query_api.events.event_shape import event_shape
from query_api.events.event_shape import select as select_events
from query_api.files_lane import files_lane
from query_api.freshness import Freshness
from query_api.lifespan_state import QueryServices
from query_api.reading import Read
from query_api.seat_map.seat_map_hub import SeatMapHub
from runtime.http.json_answer import json_bytes
from runtime.privacy.erasures import Erasures
from runtime.problems import Problem
from tests.projections.histories import TRIES, Try, history
from tests.projections.people import keyring_over
from tests.projections.test_laws import LAW, connection, recorded, rolled_back
from tests.projections.writing import NOON

__all__ = ["connection"]

PROJECTORS = (availability.PROJECTOR, listings.PROJECTOR, bookings.PROJECTOR)
LAGS = st.lists(st.integers(0, 240), min_size=1, max_size=8)
"""Seconds until a fact is recorded that was decided: meanwhile a hold may run out."""


@pytest.fixture(autouse=True)
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keyframes so often that even a short history has some that nobody asked for."""
    monkeypatch.setattr(availability_tables, "KEYFRAME_EVERY", 5)
    monkeypatch.setattr(availability_as_of, "KEYFRAME_EVERY", 5)


class Seen:
    """What the reads answered with the first `position` facts in the tables, by the clock at `moment`."""

    def __init__(
        self, position: int, moment: datetime, left: Any, event: Any, bookings: dict[str, Any]
    ) -> None:
        self.position = position
        self.moment = moment
        self.left = left
        self.event = event
        self.bookings = bookings


def read_at(connection: PoolConnectionProxy, moment: datetime) -> Read:
    pool = cast("asyncpg.Pool", connection)
    freshness = Freshness(pool, 1)
    keyring, hub = keyring_over(connection), SeatMapHub(pool, freshness)
    erasures = Erasures(pool, keyring, lambda: moment)
    services = QueryServices(pool, freshness, keyring, erasures, lambda: moment, hub, files_lane(1))
    return Read(services, (), 0)


def same(shape: Any) -> bytes:
    """To compare whole answers, whatever they are made of."""
    return json_bytes(shape)


async def seen_now(connection: PoolConnectionProxy, show_id: str, position: int, moment: datetime) -> Seen:
    read = read_at(connection, moment)
    left = await read.rows(GET_AVAILABILITY.statement, [show_id], moment)
    event = await read.rows(f"{select_events('$2')} WHERE l.show_id = $1", show_id, moment)
    rows = await read.rows(BOOKINGS)
    return Seen(
        position,
        moment,
        same(availability_shape(at_this_moment(left[0], moment), 0)) if left else None,
        same(event_shape({**event[0], **now(left[0], moment)})) if event else None,
        {row["booking_id"]: same(booking_shape(row, moment)) for row in rows},
    )


def now(left: Any, moment: datetime) -> dict[str, Any]:
    row = at_this_moment(left, moment)
    return {name: row[name] for name in ("available", "sold_out", "by_ticket_type")}


async def seen_then(
    connection: PoolConnectionProxy, show_id: str, when: AsOf, ids: Sequence[str], clock: datetime
) -> Seen:
    read = read_at(connection, clock)
    left = event = None
    # What was not there is not found.
    with suppress(Problem):
        then = await stock_then(read, UUID(show_id), when)
        left = same(availability_shape({"show_id": show_id, **figures(then.stock)}, 0))
        event = same(event_shape({**await listing_then(read, UUID(show_id), when), **figures(then.stock)}))
    versions = [await version_then(read, UUID(booking_id), when) for booking_id in ids]
    return Seen(
        0, clock, left, event,
        {row["booking_id"]: same(booking_shape(row, clock)) for row in versions if row is not None},
    )  # fmt: skip


def recorded_late(
    facts: Sequence[RecordedFact], decided: Sequence[ShowFact], lags: Sequence[int]
) -> list[RecordedFact]:
    """Each some time after it was decided, and not before the one before it."""
    last, late = NOON, []
    for number, (fact, what) in enumerate(zip(facts, decided, strict=True)):
        last = max(last, what.at + timedelta(seconds=lags[number % len(lags)]))
        late.append(fact._replace(recorded_at=last))
    return late


async def live(connection: PoolConnectionProxy, show_id: str, facts: Sequence[RecordedFact]) -> list[Seen]:
    """Project fact by fact; after each look at once, and just before the next one is recorded."""
    seen = []
    for number, fact in enumerate(facts, start=1):
        for projector in PROJECTORS:
            await apply(projector, connection, [fact], keyring_over(connection))
        until = facts[number].recorded_at if number < len(facts) else fact.recorded_at + timedelta(minutes=30)
        moments = sorted({fact.recorded_at, until - timedelta(microseconds=1)})
        seen += [
            await seen_now(connection, show_id, fact.position, moment)
            for moment in moments
            if fact.recorded_at <= moment < until
        ]
    return seen


@settings(LAW, max_examples=15)
@given(tries=TRIES, lags=LAGS, window=st.sampled_from((60, 600)))
async def test_as_of_any_time_a_read_answers_what_it_answered_then(
    connection: PoolConnectionProxy, tries: list[Try], lags: list[int], window: int
) -> None:
    show, decided = history(tries, window)
    facts = recorded_late(await recorded(decided), decided, lags)
    show_id, ids = show.details.show_id, list(show.bookings)
    async with rolled_back(connection):
        await work_in(connection, LIVE)
        for was in await live(connection, show_id, facts):
            then = await seen_then(connection, show_id, AsOf(moment=was.moment), ids, was.moment)
            assert (then.left, then.event, then.bookings) == (was.left, was.event, was.bookings), was.moment


@settings(LAW, max_examples=15)
@given(tries=TRIES, window=st.sampled_from((None, 60, 600)))
async def test_as_of_any_position_a_read_answers_what_the_facts_had_left(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None
) -> None:
    show, decided = history(tries, window)
    show_id, ids = show.details.show_id, list(show.bookings)
    async with rolled_back(connection):
        await work_in(connection, LIVE)
        # All are recorded at one time, long before any hold runs out: the clock plays no part.
        for was in await live(connection, show_id, await recorded(decided)):
            if was.moment == NOON:
                then = await seen_then(connection, show_id, AsOf(position=was.position), ids, NOON)
                assert (then.left, then.event, then.bookings) == (was.left, was.event, was.bookings)
