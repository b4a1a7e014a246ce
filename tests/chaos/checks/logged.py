"""The whole log, decoded, and the commands it remembers."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg
import orjson

from domain.codec import CODEC
from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log

COMMANDS = "SELECT command_id::text, position FROM eventstore.commands"


class Logged(NamedTuple):
    """`facts` beside what they are decoded to; `commands` are the positions of those that are remembered."""

    facts: Sequence[tuple[RecordedFact, Any]]
    commands: dict[str, int]

    def by_command(self) -> dict[str, list[tuple[RecordedFact, Any]]]:
        found = defaultdict(list)
        for fact, value in self.facts:
            found[fact.command_id].append((fact, value))
        return found

    def by_key(self) -> dict[tuple[str, str], set[str]]:
        """The ids of commands that facts say came under a client's key."""
        found = defaultdict(set)
        for fact, _ in self.facts:
            why = orjson.loads(fact.metadata)
            if "idempotency_key" in why:
                found[why["by"]["id"], why["idempotency_key"]].add(fact.command_id)
        return found


async def logged(dsn: str) -> Logged:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        facts = [
            (fact, CODEC.decode(fact.name, fact.schema_version, fact.data))
            async for page in whole_log(PostgresStore(pool))
            for fact in page
        ]
        commands = {row[0]: row[1] for row in await pool.fetch(COMMANDS)}
    return Logged(facts, commands)
