"""Bring read tables up to date in a test, without a worker."""

from collections.abc import Iterable

import asyncpg

from projections.follower import Follower, Step
from projections.projector import Projector
from projections.read_models import PROJECTORS
from projections.shared_pages import SharedPages
from tests.projections.writing import NOON


async def project(
    pool: asyncpg.Pool, projectors: Iterable[Projector] = tuple(PROJECTORS.values()), batch_max: int = 1000
) -> None:
    """Apply everything that is in the log."""
    for projector in projectors:
        follower = Follower(projector, pool, SharedPages(batch_max), lambda: NOON)
        while await follower.step() is Step.MORE:
            pass
