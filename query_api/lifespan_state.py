"""What the query side's operations work with; made once by the lifespan, read from `request.state.query`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

import asyncpg

from query_api.freshness import Freshness
from query_api.gathering import Gathering
from query_api.memory import Memory
from query_api.seat_map.seat_map_hub import SeatMapHub
from runtime.http.lanes import BoundedLane
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring


@dataclass(frozen=True, slots=True)
class QueryServices:
    """`pool` acts as `seatledger_query`. `files` bounds the CSV files being written.
    `gatherings` has one for each `PointRead` that was asked for."""

    pool: asyncpg.Pool
    freshness: Freshness
    keyring: Keyring
    erasures: Erasures
    now: Callable[[], datetime]
    seat_maps: SeatMapHub
    files: BoundedLane
    memory: Memory = field(default_factory=Memory)
    gatherings: dict[Any, Gathering[Any, Any]] = field(default_factory=dict)


class QueryState(TypedDict):
    """What the lifespan adds to every request's state."""

    query: QueryServices
