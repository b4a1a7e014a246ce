"""The query side, ready to be served: its routers, its lifespan, its checks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
from fastapi import APIRouter, FastAPI

from query_api import me, ticket_types, venues
from query_api.availability import availabilities, availability, available_tickets
from query_api.bookings import all_bookings, booking_tickets, bookings, calendar_files, my_bookings
from query_api.events import event_calendar, events, venue_events
from query_api.files_lane import files_lane
from query_api.freshness import LAST_POSITION, Freshness
from query_api.lifespan_state import QueryServices, QueryState
from query_api.search import event_search
from query_api.seat_map import seat_map, seat_map_stream
from query_api.seat_map.seat_map_hub import SeatMapHub
from query_api.statistics.routers import ROUTERS as STATISTICS
from runtime.database import is_unavailable
from runtime.http.health import Unhealthy
from runtime.ids import utc_now
from runtime.master_key import MasterKey
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring
from runtime.settings import Settings

ROLE = "seatledger_query"

ROUTERS: tuple[APIRouter, ...] = (
    availability.router,
    availabilities.router,
    available_tickets.router,
    seat_map.router,
    seat_map_stream.router,
    bookings.router,
    event_calendar.router,
    event_search.router,
    events.router,
    my_bookings.router,
    all_bookings.router,
    booking_tickets.router,
    calendar_files.router,
    venues.router,
    venue_events.router,
    ticket_types.router,
    me.router,
    *STATISTICS,
)


def lifespan(
    pool: asyncpg.Pool, settings: Settings, master_key: MasterKey, now: Callable[[], datetime] = utc_now
) -> Callable[[FastAPI], AbstractAsyncContextManager[QueryState]]:
    """Follows the read models' positions, and erasures, for as long as requests are served. `pool` acts as `ROLE`."""

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[QueryState]:
        freshness = Freshness(pool, settings.min_position_wait_seconds)
        seat_maps = SeatMapHub(pool, freshness)
        keyring = Keyring(pool, master_key)
        erasures = Erasures(pool, keyring, now)
        services = QueryServices(
            pool, freshness, keyring, erasures, now, seat_maps, files_lane(pool.get_max_size())
        )
        following = [
            asyncio.create_task(freshness.watch()),
            asyncio.create_task(seat_maps.follow()),
            asyncio.create_task(erasures.follow()),
        ]
        try:
            yield {"query": services}
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
            for gathering in services.gatherings.values():
                await gathering.close()
            await seat_maps.close()

    return run


def check(pool: asyncpg.Pool) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """The readiness check: the database answers."""

    async def look() -> Mapping[str, Any]:
        try:
            return {"last_position": await pool.fetchval(LAST_POSITION)}
        except Exception as error:
            if is_unavailable(error):
                raise Unhealthy("the database cannot be reached") from None
            raise

    return look
