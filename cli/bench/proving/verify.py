"""Scenario `verify`: proving the log beside merely reading and parsing it, in the database and in an export."""

from pathlib import Path
from typing import Any

import asyncpg
import orjson

from audit_api.verification import verify_log
from cli.auditing.verify import PAGE
from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.season import sealed_season
from cli.bench.proving.working import in_turns
from cli.bench.rounds import How
from cli.bench.stage import Stage
from cli.stopped import Stopped
from eventstore.offline.checking import check_export
from eventstore.offline.file import opened
from eventstore.offline.lines import FACT
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.exporting import export
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Verdict
from runtime.ids import utc_now


async def verify(stage: Stage, how: How) -> dict[str, Any]:
    """Chains, gaps, ends, tree and signatures of every fact and seal; read are the same rows or lines."""
    file = stage.folder / "export.ndjson"
    async with asyncpg.create_pool(stage.dsn, min_size=1, max_size=1) as pool:
        sealed = await sealed_season(stage, how, pool)
        await _export(pool, file)
        works = await in_turns(
            stage,
            how,
            {
                "verify rows": lambda: _verify_rows(pool),
                "read rows": lambda: _read_rows(pool),
                "verify lines": lambda: _verify_lines(file),
                "read lines": lambda: _read_lines(file),
            },
        )
    return {
        "verifying_to_reading_rows": ratio_of_rates(works["verify rows"], works["read rows"]),
        "verifying_to_reading_lines": ratio_of_rates(works["verify lines"], works["read lines"]),
        "goals": {
            "verifying_to_reading_rows": at_least(0.4),
            "verifying_to_reading_lines": at_least(0.4),
        },
        "season": sealed.season.told(),
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _verify_rows(pool: asyncpg.Pool) -> int:
    store, chains, seals = PostgresStore(pool), PostgresChains(pool), PostgresSeals(pool)
    return _whole(await verify_log(store, chains, seals, lambda *_: None, page_max=PAGE))


async def _read_rows(pool: asyncpg.Pool) -> int:
    facts = 0
    async for page in whole_log(PostgresStore(pool), page=PAGE):
        for fact in page:
            orjson.loads(fact.data)
            orjson.loads(fact.metadata)
        facts += len(page)
    return facts


async def _verify_lines(file: Path) -> int:
    with opened(file) as (lines, _):
        return _whole(check_export(lines, None, (), lambda _: None))


async def _read_lines(file: Path) -> int:
    facts = 0
    with opened(file) as (lines, _):
        for line in lines:
            orjson.loads(line)
            facts += line.startswith(FACT)
    return facts


def _whole(verdict: Verdict) -> int:
    """Raises `Stopped` where the log is not whole, or not sealed to its end: then it was not all that was measured."""
    if verdict.first_bad is not None or verdict.sealed_to != verdict.facts:
        raise Stopped(f"the log of the bench is not whole: {verdict}")
    return verdict.facts


async def _export(pool: asyncpg.Pool, file: Path) -> None:
    with file.open("wb") as to:

        async def write(text: bytes) -> None:
            to.write(text)

        await export(pool, 0, utc_now(), write, lambda *_: None)
