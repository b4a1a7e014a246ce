"""What watchers of seat maps share: one look at which shows have moved, and one reading of each change.

No watcher asks the database by itself, and none has a queue: each knows the position it has told and asks for what came
after. A thousand who ask for the same get the same bytes, read once. While nothing is projected, nothing is done.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from query_api.freshness import Freshness
from query_api.seat_map.seat_map_reading import GET_CHANGES, GET_MAP, GET_POSITIONS, about, must_reset
from query_api.seat_map.seat_map_shape import changes_shape, map_shape
from runtime.database import is_unavailable
from runtime.http.event_stream import event

log = logging.getLogger(__name__)

# Under load the projector notifies hundreds of times a second; no eye follows that.
LOOK_AGAIN_SECONDS = 0.05
# Nor is what a hot show's watchers are told to be all that this process does: the more they are, the rarer the looks,
# and the more each message says.
MESSAGES_PER_SECOND = 2_000
AFTER_FAILURE_SECONDS = 0.5
# What all streams together may take of the connections that other reads need, too.
READS_AT_ONCE = 2

PROJECTOR = "seat_map"


@dataclass(frozen=True, slots=True)
class Told:
    """A message, and where the map stands for who has it."""

    position: int
    message: bytes


@dataclass(slots=True, eq=False)
class Watched:
    """A show that somebody watches. `moved` is set, and another one made, when there is something to ask for. Once
    `times_back` is another, whatever was told before may not have happened.
    """

    show_id: UUID
    watchers: int = 0
    position: int = 0
    gone: bool = False
    times_back: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self.moved.set()
        self.moved = asyncio.Event()


class SeatMapHub:
    """`follow` must run for watchers to hear of anything."""

    def __init__(self, pool: asyncpg.Pool, freshness: Freshness) -> None:
        self._pool = pool
        self._freshness = freshness
        self._watched: dict[UUID, Watched] = {}
        self._readings: dict[tuple[UUID, int | None, int], asyncio.Task[Told | None]] = {}
        self._reads = asyncio.Semaphore(READS_AT_ONCE)

    def enter(self, show_id: UUID) -> Watched:
        """One more watcher of a show. Each leaves once."""
        watched = self._watched.setdefault(show_id, Watched(show_id))
        watched.watchers += 1
        return watched

    def leave(self, watched: Watched) -> None:
        watched.watchers -= 1
        if not watched.watchers:
            self._watched.pop(watched.show_id, None)

    async def told_after(self, watched: Watched, since: int | None) -> Told | None:
        """All that has happened after `since`, or the whole map; None when the show is gone.

        Whoever asks while it is being read gets the same, but for those who know that there is more by now.
        """
        key = (watched.show_id, since, watched.position)
        reading = self._readings.get(key)
        if reading is None:
            reading = self._readings[key] = asyncio.create_task(self._read(watched, since))
            reading.add_done_callback(lambda _: self._readings.pop(key))
        # One who leaves must not take it from the others.
        return await asyncio.shield(reading)

    async def _read(self, watched: Watched, since: int | None) -> Told | None:
        async with self._reads:
            found = await self._shape(watched.show_id, since)
        if found is None:
            return None
        return Told(found["position"], event("seat-map", found["position"], orjson.dumps(found)))

    async def _shape(self, show_id: UUID, since: int | None) -> dict[str, Any] | None:
        if since is not None:
            rows = await self._pool.fetch(GET_CHANGES, *about(show_id, None), since)
            if not rows:
                return None
            if not must_reset(rows[0], since):
                return changes_shape(rows[0], since)
        rows = await self._pool.fetch(GET_MAP, *about(show_id, None), -1, 0)
        return map_shape(rows[0], reset=since is not None) if rows else None

    async def follow(self) -> None:
        """Wake the watchers of shows that have moved, until cancelled. Outlives the database."""
        position, times_back = 0, self._freshness.times_back
        while True:
            position = await self._freshness.beyond(PROJECTOR, position, times_back)
            if times_back != self._freshness.times_back:
                times_back = self._freshness.times_back
                self._start_over()
            try:
                woken = await self._look()
                await asyncio.sleep(max(LOOK_AGAIN_SECONDS, woken / MESSAGES_PER_SECOND))
            except Exception as error:  # noqa: BLE001 - logged below
                # Without this task nobody would hear of anything, so nothing may end it.
                position = -1
                await self.after_failure(error)

    def _start_over(self) -> None:
        """What the watchers were told may not have happened: the next look wakes them all."""
        for show in self._watched.values():
            show.position = 0
            show.times_back += 1

    async def close(self) -> None:
        """Leave nothing running. Whoever watched has left."""
        readings = list(self._readings.values())
        for reading in readings:
            reading.cancel()
        await asyncio.gather(*readings, return_exceptions=True)

    async def after_failure(self, error: Exception) -> None:
        """Wait a moment before the next try."""
        if not is_unavailable(error) and not isinstance(error, asyncpg.UndefinedTableError):
            log.error("reading seat maps for their watchers failed and will be tried again", exc_info=error)
        await asyncio.sleep(AFTER_FAILURE_SECONDS)

    async def _look(self) -> int:
        """How many watchers have been woken."""
        shows, woken = list(self._watched.values()), 0
        if not shows:
            return woken
        rows = await self._pool.fetch(GET_POSITIONS, [show.show_id for show in shows])
        positions: dict[UUID, int] = dict(map(tuple, rows))
        for show in shows:
            position = positions.get(show.show_id)
            show.gone = position is None
            if position is None or position > show.position:
                show.position = position or show.position
                show.wake()
                woken += show.watchers
        return woken
