"""The best SQL we could write for two of our read models, run as a projector runs: rows and checkpoint together."""

from dataclasses import dataclass
from importlib.resources import files
from time import perf_counter
from typing import Any

from cli.bench.projecting.projector_process import LAST, since
from cli.bench.projecting.work import Work
from cli.bench.stage import Stage
from cli.stopped import Stopped

SCHEMA = "bench"
SUBSCRIPTION = "bench"

# What an expert would set: statements planned for their own batch, room to sort it, no wait for the disk.
SETTINGS = """SET search_path = bench; SET synchronous_commit = off; SET plan_cache_mode = force_custom_plan;
              SET work_mem = '64MB'"""
RESET = "RESET search_path; RESET synchronous_commit; RESET plan_cache_mode; RESET work_mem"

BEGIN = """INSERT INTO eventstore.checkpoints (log_id, subscription, position) VALUES (1, $1, 0)
           ON CONFLICT (log_id, subscription) DO UPDATE SET position = 0"""

LEASE = """SELECT position FROM eventstore.checkpoints WHERE log_id = 1 AND subscription = $1
           FOR UPDATE SKIP LOCKED"""

ADVANCE = "UPDATE eventstore.checkpoints SET position = $2 WHERE log_id = 1 AND subscription = $1"

# Both ways, so that neither has a row that the other lacks. JSON is compared by what it says.
DIFFERENCES = """SELECT count(*) FROM (
                     (SELECT {columns} FROM bench.{table} EXCEPT SELECT {columns} FROM projections.{table})
                     UNION ALL
                     (SELECT {columns} FROM projections.{table} EXCEPT SELECT {columns} FROM bench.{table})
                 ) AS differences"""


@dataclass(frozen=True)
class HandWritten:
    """`name` is that of the projector whose rows it makes, and begins the names of its two files.

    `tables` say which columns of which tables it fills, as they are compared with the projector's.
    """

    name: str
    tables: dict[str, str]

    async def project_anew(self, stage: Stage, batch_max: int) -> Work:
        """The whole log into empty tables."""
        database = stage.database
        statement = _file(f"{self.name}.sql")
        await database.execute(SETTINGS)
        try:
            await self._make_tables(database)
            await database.execute(BEGIN, SUBSCRIPTION)
            last = await database.fetchval(LAST)
            batch = await database.prepare(statement)
            began, postgres = perf_counter(), stage.postgres_cpu()
            while await _step(database, batch, batch_max, last) < last:
                pass
            seconds = perf_counter() - began
            return Work(last, seconds, None, since(postgres, stage.postgres_cpu()))
        finally:
            await database.execute(RESET)

    async def _make_tables(self, database: Any) -> None:
        for table in self.tables:
            await database.execute(f"DROP TABLE IF EXISTS bench.{table} CASCADE")
        await database.execute(_file(f"{self.name}_tables.sql"))

    async def check(self, stage: Stage) -> None:
        """Raises `Stopped` when our projector has made other rows than this."""
        for table, columns in self.tables.items():
            number = await stage.database.fetchval(DIFFERENCES.format(table=table, columns=columns))
            if number:
                raise Stopped(f"{number} rows of {table} are in one of the two only")


def _file(name: str) -> str:
    return files("cli.bench.projecting").joinpath(name).read_text()


async def _step(database: Any, batch: Any, batch_max: int, last: int) -> int:
    async with database.transaction():
        position: int = await database.fetchval(LEASE, SUBSCRIPTION)
        end = min(position + batch_max, last)
        await batch.fetch(position, end)
        await database.execute(ADVANCE, SUBSCRIPTION, end)
    return end


BOOKINGS = HandWritten(
    "bookings",
    {
        "bookings": """booking_id, show_id, customer_id, person_id, customer_name, customer_email, code, status,
                       expires_at, total, paid, refund, currency, tickets::jsonb, cancelled::jsonb, refunded::jsonb,
                       created_at, updated_at""",
        "bookings_shows": """show_id, name, venue_id, venue_name, timezone, starts_at, ends_at, status, revision,
                             created_at, changed_at""",
    },
)
AVAILABILITY = HandWritten(
    "availability",
    {
        "availability": """show_id, draft, capacity, held, sold, blocked, available, sold_out,
                           by_ticket_type::jsonb""",
        "availability_bookings": "booking_id, show_id, status, expires_at, since, places::jsonb",
        "availability_steps": "show_id, position, recorded_at",
        "availability_overdue": "show_id, position, expires_at, since, places::jsonb",
    },
)
