"""Each process can do in the database what docs/rights.md says, and nothing else: everything is tried."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.rights.granted import EVERYBODY, ROLES, Right, page, rights

COMMITTED = Path(__file__).parents[2] / "docs" / "rights.md"

TABLES = """SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            ORDER BY 1, 2"""

# Each touches no row, so that only the right decides: a refusal is about nothing else.
ATTEMPTS = {
    "SELECT": "SELECT * FROM {table} LIMIT 0",
    "INSERT": "INSERT INTO {table} SELECT * FROM {table} LIMIT 0",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table}",
    "TRIGGER": "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "owner": "ALTER TABLE {table} ADD COLUMN mine integer",
}
NEVER = (
    "CREATE SCHEMA mine",
    "CREATE TABLE public.mine ()",
    "CREATE ROLE mine",
    "ALTER ROLE {role} SUPERUSER",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT lo_import('/etc/hostname')",
    "CREATE EXTENSION dblink",
)


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def process(database: str, role: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that is this process."""
    connection = await asyncpg.connect(database, server_settings={"role": role})
    yield connection
    await connection.close()


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def is_allowed(connection: asyncpg.Connection, statement: str) -> bool:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.FeatureNotSupportedError):
        return False
    except asyncpg.PostgresError as error:
        raise AssertionError(f"{statement}: {error}") from error
    else:
        return True
    finally:
        await transaction.rollback()


def may(found: list[Right], role: str, schema: str, table: str, privilege: str) -> bool:
    """Whether the page grants that on the whole table."""
    needed = {"SELECT", "INSERT"} if privilege == "INSERT" else {privilege}
    # Who updates one column of a row that is looked for reads it too.
    needed |= {"SELECT"} if privilege == "UPDATE" else set()
    granted = {
        right.privilege
        for right in found
        if right.role in (role, EVERYBODY)
        and (right.schema, right.object, right.columns) == (schema, table, None)
    }
    return needed <= granted


async def test_the_page_says_what_the_database_has(superuser: asyncpg.Connection) -> None:
    made = page(await rights(superuser))
    assert COMMITTED.read_text("utf-8") == made, "make it: python -m tests.rights.granted docs/rights.md"


async def test_every_statement_on_every_table_is_refused_unless_it_was_granted(
    superuser: asyncpg.Connection, process: asyncpg.Connection, role: str
) -> None:
    found, wrong = await rights(superuser), []
    for schema, table in await superuser.fetch(TABLES):
        column = await superuser.fetchval(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1",
            f"{schema}.{table}",
        )
        for privilege, attempt in ATTEMPTS.items():
            if privilege == "owner" and may(found, role, schema, table, "TRUNCATE"):
                continue  # It owns the table: read tables are dropped and made anew by who fills them.
            statement = attempt.format(table=f"{schema}.{table}", column=column)
            allowed = may(found, role, schema, table, privilege)
            if await is_allowed(process, statement) != allowed:
                wrong.append((statement, "should be allowed" if allowed else "should be refused"))
    assert wrong == []


async def test_no_process_gets_anything_beside_its_tables(process: asyncpg.Connection, role: str) -> None:
    allowed = [each for each in NEVER if await is_allowed(process, each.format(role=role))]
    assert allowed == []


async def test_who_reads_tables_for_clients_sees_no_fact_no_answer_and_no_secret(
    database: str, superuser: asyncpg.Connection
) -> None:
    """The process open to everybody's reads is the likeliest to be broken into."""
    found = await rights(superuser)
    theirs = [right for right in found if right.role == "seatledger_query"]
    readable = {(right.schema, right.object) for right in theirs if right.columns is None}
    of_facts = [right.columns for right in theirs if (right.schema, right.object) == ("eventstore", "events")]
    assert of_facts == ["log_id, position, recorded_at"]
    assert not readable & {
        ("eventstore", "events"), ("eventstore", "streams"), ("eventstore", "commands"),
        ("command_api", "credentials"), ("command_api", "refresh_tokens"), ("privacy", "secrets"),
        ("privacy", "contacts"),
    }  # fmt: skip
    changes = {
        (right.schema, right.object, right.privilege, right.columns)
        for right in found
        if right.role == "seatledger_query" and right.privilege not in ("SELECT", "USAGE", "EXECUTE")
    }
    assert changes == {("access", "api_keys", "UPDATE", "last_used_at")}
