"""A write-ahead log that cannot be archived is told to whoever scrapes a server."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from cli import archive_metrics
from cli.archive_metrics import Archiving, look, tell

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("archived_at", "failed_at", "failing"),
    [
        (None, None, False),
        (NOON, None, False),
        (NOON, NOON - MINUTE, False),
        (None, NOON, True),
        (NOON - MINUTE, NOON, True),
    ],
)
def test_it_fails_while_the_last_try_has_failed(
    archived_at: datetime | None, failed_at: datetime | None, failing: bool
) -> None:
    seen = Archiving(archived_at, failed_at)
    assert seen.is_failing is failing
    tell(seen, NOON + MINUTE)
    assert archive_metrics.FAILING._value.get() == failing
    age = 0.0 if archived_at is None else (NOON + MINUTE - archived_at).total_seconds()
    assert archive_metrics.AGE_SECONDS._value.get() == age


@pytest.mark.parametrize("role", ["seatledger_command", "seatledger_query"])
async def test_every_side_may_look(role: str, database: str) -> None:
    async with asyncpg.create_pool(database, server_settings={"role": role}, min_size=1, max_size=1) as pool:
        assert not (await look(pool)).is_failing
