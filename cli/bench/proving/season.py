"""A sealed season to prove."""

from typing import NamedTuple

import asyncpg

from cli.bench.rounds import How
from cli.bench.season.season import Season, write_season
from cli.bench.season.size import size_of
from cli.bench.stage import Stage
from cli.people import people
from cli.sealing.worker import seal_all, sealer
from cli.secrets import master_key
from runtime.ids import utc_now

SHARE = 0.5
"""Of the season that the other scenarios have: each side goes through all of it in every round."""


class Sealed(NamedTuple):
    """`facts` is how many there are."""

    season: Season
    facts: int


async def sealed_season(stage: Stage, how: How, pool: asyncpg.Pool) -> Sealed:
    """Written, and sealed to its end."""
    how.say("writing a season and sealing it")
    async with people(stage.dsn, master_key(stage.settings)) as known:
        season = await write_season(stage.database, known, size_of(how.scale * SHARE), utc_now())
    await stage.database.execute("VACUUM ANALYZE")
    await seal_all(sealer(pool, stage.settings))
    facts: int = await pool.fetchval("SELECT last_position FROM eventstore.log WHERE log_id = 1")
    return Sealed(season, facts)
