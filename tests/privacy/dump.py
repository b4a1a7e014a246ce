"""Every byte of every row: where something can be found in a database, in whatever form it may stand there."""

import base64
import json
from collections.abc import Collection, Iterable
from io import BytesIO

import asyncpg

# Materialised views and partitions count as what they are; the catalogue's tables hold samples of ours.
TABLES = """SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('information_schema', 'pg_catalog')
              AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
            ORDER BY 1, 2"""

STATISTICS = (
    "SELECT pg_stats::text FROM pg_stats WHERE schemaname NOT IN ('information_schema', 'pg_catalog')"
)

Dump = dict[str, bytes]
"""By table, `schema.name`: its rows as the server sends them, as text and in binary."""


async def dump(connection: asyncpg.Connection, schemas: Collection[str] | None = None) -> Dump:
    """Those schemas or all there are, and what was sampled of any. The connection must be allowed to see all of it."""
    found: Dump = {}
    for schema, table in await connection.fetch(TABLES):
        if schemas is None or schema in schemas:
            rows = BytesIO()
            for form in ("text", "binary"):
                await connection.copy_from_table(table, schema_name=schema, output=rows, format=form)
            found[f"{schema}.{table}"] = rows.getvalue()
    await connection.execute("ANALYZE")
    found["pg_stats"] = "\n".join([row[0] for row in await connection.fetch(STATISTICS)]).encode()
    return found


def where(dumped: Dump, words: Iterable[str]) -> dict[str, set[str]]:
    """The tables in which any of `words` stands, in any form, and which of them."""
    forms = [(word, form) for word in words for form in forms_of(word)]
    found: dict[str, set[str]] = {}
    for table, rows in dumped.items():
        lowered = rows.lower()
        there = {word for word, form in forms if form in lowered}
        if there:
            found[table] = there
    return found


def forms_of(word: str) -> set[bytes]:
    """How a text may stand in a row: as it is, escaped for JSON and for COPY, as hexadecimal digits, as base64."""
    raw = {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}
    texts = {text.encode() for text in raw}
    texts |= {text.replace(b"\\", b"\\\\") for text in texts}
    texts |= {text.hex().encode() for text in texts}
    texts |= {part for text in raw for part in _in_base64(text.encode())}
    return {text.lower() for text in texts}


def _in_base64(text: bytes) -> set[bytes]:
    """The part that is the same whatever stands around it, for each of the three ways in which it may begin."""
    return {
        encode(b"\0" * shift + text)[4 * (shift > 0) : -4]
        for shift in range(3)
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
        if len(text) > 8
    }
