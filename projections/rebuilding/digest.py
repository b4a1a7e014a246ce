"""A digest of a projector's tables, by which rebuilt ones are proven equal to the live ones."""

import asyncpg

from projections.applying import Connection
from projections.projector import Projector
from projections.schema import HOURS, LIVE, qualified

# Sums do not depend on the order of rows, so nothing is sorted and memory does not grow. Both halves of MD5 count.
DIGEST = """SELECT count(*) || ':' || coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint), 0)
                   || ':' || coalesce(sum(('x' || right(digest, 16))::bit(64)::bigint), 0)
            FROM (SELECT md5(whole::text) AS digest FROM {table} AS whole) AS digests"""


async def digest(
    connection: Connection | asyncpg.Connection, projector: Projector, schema: str = LIVE
) -> dict[str, str]:
    """For each table the number of its rows and two sums over all they hold: equal digests, equal tables.

    Times are compared as text, so both connections must have one time zone, as all of ours have.
    """
    return {
        table: await connection.fetchval(DIGEST.format(table=qualified(schema, [table])), timeout=HOURS)
        for table in projector.table_names
    }
