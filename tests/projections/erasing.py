"""Erase somebody as the command side does: the key, then the fact."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from domain.person.facts import PersonErased
from runtime.folding import words
from runtime.privacy.people import KnownPerson, People
from tests.projections.writing import NOON, LogWriter


async def destroy(people: People, pool: asyncpg.Pool, person_id: str) -> None:
    """The key. `pool` may do so."""
    async with pool.acquire() as connection, connection.transaction():
        assert await people.destroy(connection, person_id, NOON)
    people.forget(person_id)


async def erase(people: People, log: LogWriter, person: KnownPerson, account_id: str | None = None) -> int:
    """The position of the fact."""
    await destroy(people, log.pool, person.person_id)
    return await told(log, person, account_id)


async def told(log: LogWriter, person: KnownPerson, account_id: str | None = None) -> int:
    fact = PersonErased(person.person_id, NOON, account_id)
    return await log.append(f"person-{person.person_id}", fact)


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename"


async def dump(connection: Any, schema: str = "projections") -> str:
    """All that stands in the tables of a schema, as text without escapes."""
    tables = [row[0] for row in await connection.fetch(TABLES, schema)]
    parts = []
    for table in tables:
        rows = await connection.fetch(f'SELECT * FROM {schema}."{table}"')
        parts += [f"{table} {value}" for row in rows for value in row.values()]
    return "\n".join(parts)


def marks(*texts: str) -> set[str]:
    """What betrays `texts`: their words as they are and as a search folds them, and addresses whole."""
    found = {word for text in texts for word in (*text.split(), *words(text), text.lower())}
    return {word for word in found if len(word) > 3}


def betrayed(dumped: str, by: Iterable[str]) -> Sequence[str]:
    return sorted(mark for mark in by if mark in dumped)
