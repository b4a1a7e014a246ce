"""Where a projector's tables are: live ones in one schema, those of a rebuild beside them in another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.applying import Connection
from projections.projector import Projector

LIVE = "projections"
NEXT = "projections_next"

# Nothing here is the only copy of anything: after a crash the checkpoint and the rows have both gone back a moment, and
# the log has it all. So a commit need not wait for the disk.
WORK_IN = "SELECT set_config('search_path', $1, true), set_config('synchronous_commit', 'off', true)"


async def work_in(connection: Connection, schema: str) -> None:
    """Until the end of the transaction, unqualified tables are those of `schema`."""
    await connection.execute(WORK_IN, schema)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the live tables of a projector are: `version` None when there are none. `parked` are its parked streams."""

    version: int | None
    tables: list[str]
    parked: frozenset[str]


# Every batch begins with this, so the settings of `WORK_IN` ride along instead of costing a round trip of their own.
STANDING = """SELECT set_config('search_path', $2, true), set_config('synchronous_commit', 'off', true),
                     p.version, p.tables,
                     ARRAY(SELECT stream FROM eventstore.parked WHERE log_id = 1 AND subscription = $1)
              FROM (VALUES (1)) AS one LEFT JOIN projections.projectors AS p ON p.name = $1"""


async def standing(connection: Connection, name: str) -> Standing:
    """What there is to work with; from here on the transaction works in the live schema."""
    _, _, version, tables, parked = (await connection.fetch(STANDING, name, LIVE))[0]
    return Standing(version, tables or [], frozenset(parked))


RECORD = """INSERT INTO projections.projectors (name, version, tables, built_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE
            SET version = excluded.version, tables = excluded.tables, built_at = excluded.built_at"""


async def record(connection: Connection, projector: Projector, now: datetime) -> None:
    """From now on the live tables are of this projector's version."""
    await connection.execute(RECORD, projector.name, projector.version, projector.table_names, now)


async def make_tables(connection: Connection, projector: Projector, schema: str) -> None:
    """Empty tables in `schema`, in place of any that were there."""
    await work_in(connection, schema)
    await drop_tables(connection, schema, projector.table_names)
    await connection.execute(projector.ddl)


async def drop_tables(connection: Connection, schema: str, tables: Sequence[str]) -> None:
    if tables:
        await connection.execute(f"DROP TABLE IF EXISTS {qualified(schema, tables)}")


def qualified(schema: str, tables: Sequence[str]) -> str:
    return ", ".join(f'{schema}."{table}"' for table in tables)
