"""The few places where the product has a clock or chance of its own, or bounds too large to be reached here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from command_api.policies import run, sending
from command_api.policies import when_show_is_cancelled_cancel_bookings as cancelling
from command_api.writing import shared
from projections.following import follower
from projections.following import run as following_run
from projections.parked import retrying
from tests.simulation.plan import Plan


@contextmanager
def seams(plan: Plan, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Ids by the seed; policies that go in small steps; turns taken after small losses."""
    ids = plan.chance("ids")

    def new_id() -> str:
        return str(UUID(int=ids.getrandbits(128)))

    changes: list[tuple[Any, str, Any]] = [
        (sending, "new_id", new_id),
        (shared, "LOST_MIN", plan.lost_min),
        (shared, "TURNS_ALONE_MAX", plan.turns_alone_max),
        (run, "FACTS_MAX", plan.follow_max),
        (cancelling, "BOOKINGS_MAX", plan.follow_max),
        (follower, "perf_counter", loop.time),
        (following_run, "perf_counter", loop.time),
        (retrying, "monotonic", loop.time),
    ]
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in changes:
            patch.setattr(module, name, value)
        yield
