"""What each process may do in the database: `python -m tests.rights.granted docs/rights.md`.

The page is made from the catalogue of a migrated database and is committed, so that a right that comes or goes shows as
a line that changes.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import asyncpg

from cli.migrations import migration_sources
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate

ROLES = ("seatledger_command", "seatledger_query", "seatledger_projections", "seatledger_audit")
EVERYBODY = "PUBLIC"
OWNER = frozenset({"DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"})
"""What an owner has; newer servers have one more, which is left out so that the page is the same for all."""

HEAD = """# Rights in the database

Made from a migrated database by `python -m tests.rights.granted docs/rights.md`. What is not here is refused: the tests
in `tests/rights/` try every statement on every table as every role.

No role has `UPDATE`, `DELETE` or `TRUNCATE` on the log (`eventstore.events`, `streams`, `commands`, `log`): it grows by
the functions `eventstore.append_whole` and `eventstore.append` alone. [Operations](operations.md#roles-in-the-database)
says who signs in as which.
"""

RIGHTS = """
    WITH granted AS (
        SELECT n.nspname AS schema, c.relname AS object, a.grantee, a.privilege_type AS privilege, NULL AS columns
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
             aclexplode(c.relacl) AS a
        WHERE c.relkind IN ('r', 'v', 'p', 'S')
      UNION ALL
        SELECT n.nspname, c.relname, a.grantee, a.privilege_type, string_agg(t.attname, ', ' ORDER BY t.attnum)
        FROM pg_attribute AS t JOIN pg_class AS c ON c.oid = t.attrelid
             JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(t.attacl) AS a
        GROUP BY n.nspname, c.relname, a.grantee, a.privilege_type
      UNION ALL
        SELECT n.nspname, p.proname || '()', a.grantee, a.privilege_type, NULL
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace, aclexplode(p.proacl) AS a
      UNION ALL
        SELECT n.nspname, '(new tables of seatledger_projections)', a.grantee, a.privilege_type, NULL
        FROM pg_default_acl AS d JOIN pg_namespace AS n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) AS a
        WHERE d.defaclobjtype = 'r'
      UNION ALL
        SELECT n.nspname, '(schema)', a.grantee, a.privilege_type, NULL
        FROM pg_namespace AS n, aclexplode(n.nspacl) AS a
    )
    SELECT coalesce(r.rolname, 'PUBLIC') AS role, g.schema, g.object, g.privilege, g.columns
    FROM granted AS g LEFT JOIN pg_roles AS r ON r.oid = g.grantee
    WHERE (r.rolname = ANY ($1::text[]) OR g.grantee = 0) AND g.schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY role, g.schema, g.object, g.privilege, g.columns"""


class Right(NamedTuple):
    """`columns` is None for all of them."""

    role: str
    schema: str
    object: str
    privilege: str
    columns: str | None


async def rights(database: asyncpg.Connection) -> list[Right]:
    """Every right that a process has been granted, or has as an owner."""
    return [Right(*row) for row in await database.fetch(RIGHTS, list(ROLES))]


def page(found: list[Right]) -> str:
    """The document as it is committed."""
    lines = [HEAD]
    for role in (*ROLES, EVERYBODY):
        lines += [f"## `{role}`", "", "| In | On | May |", "|---|---|---|"]
        by_object: dict[tuple[str, str], list[str]] = defaultdict(list)
        for right in found:
            if right.role == role:
                only = f" ({right.columns})" if right.columns else ""
                by_object[right.schema, right.object].append(right.privilege + only)
        lines += [
            f"| `{schema}` | `{name}` | {'owns it' if set(may) >= OWNER else ', '.join(may)} |"
            for (schema, name), may in sorted(by_object.items())
        ]
        lines.append("")
    return "\n".join(lines)


async def _page_of(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        await migrate(connection, migration_sources())
        return page(await rights(connection))
    finally:
        await connection.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="rights-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "server", durable=False) as server:
            Path(sys.argv[1]).write_text(asyncio.run(_page_of(server.dsn)), "utf-8")
