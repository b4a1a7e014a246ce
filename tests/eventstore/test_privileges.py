"""The log is append-only because the database says so: no process has a right to anything but its two ways in."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from eventstore.appending import Appended
from eventstore.postgres import item_by_item, whole
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from tests.eventstore.words import NOON, append_one, command, command_id, everything, fact, item, names

ROLES = ("seatledger_command", "seatledger_query", "seatledger_projections", "seatledger_audit")
LOG_TABLES = ("events", "streams", "commands", "log")

CHANGES = [
    change
    for table in LOG_TABLES
    for change in (
        f"DELETE FROM eventstore.{table}",
        f"TRUNCATE eventstore.{table}",
        f"UPDATE eventstore.{table} SET log_id = log_id",
        f"INSERT INTO eventstore.{table} SELECT * FROM eventstore.{table}",
        f"SELECT 1 FROM eventstore.{table} FOR UPDATE",
        f"LOCK TABLE eventstore.{table} IN ACCESS EXCLUSIVE MODE",
        f"ALTER TABLE eventstore.{table} ADD COLUMN mine text",
        f"DROP TABLE eventstore.{table}",
        f"CREATE RULE mine AS ON INSERT TO eventstore.{table} DO INSTEAD NOTHING",
        f"COPY eventstore.{table} FROM '/dev/null'",
    )
]
OTHER_WAYS = [
    "CREATE TABLE eventstore.mine ()",
    "DROP SCHEMA eventstore CASCADE",
    "ALTER FUNCTION eventstore.append SECURITY INVOKER",
    "DROP FUNCTION eventstore.append",
    "ALTER FUNCTION eventstore.append_whole RESET ALL",
    "DROP FUNCTION eventstore.append_whole",
    "SET session_replication_role = replica",
    "DELETE FROM eventstore.checkpoints",
    "TRUNCATE eventstore.checkpoints",
]


@pytest.fixture
async def written(superuser: asyncpg.Connection) -> None:
    await append_one(PostgresStore(superuser), item("a", fact("A1", "t"), commands=(command(1),)))


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def process(log: str, role: str, written: None) -> AsyncIterator[asyncpg.Connection]:
    """A connection that is this process, with no way back to the superuser it came from."""
    connection = await asyncpg.connect(log, server_settings={"role": role})
    yield connection
    await connection.close()


async def refused(connection: asyncpg.Connection, statement: str) -> bool:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    else:
        return False
    finally:
        await transaction.rollback()


async def test_no_process_can_change_the_log(process: asyncpg.Connection) -> None:
    allowed = [each for each in CHANGES + OTHER_WAYS if not await refused(process, each)]
    assert allowed == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "seatledger_query"], indirect=True)
async def test_who_follows_or_audits_reads_the_log(process: asyncpg.Connection) -> None:
    assert names(await everything(PostgresStore(process))) == ["A1"]
    assert names(await PostgresStore(process).read_tag("t")) == ["A1"]
    assert await PostgresStore(process).last_position() == 1


@pytest.mark.parametrize("role", ["seatledger_query"], indirect=True)
async def test_the_query_process_knows_how_far_the_log_is_and_reads_nothing_of_it(
    process: asyncpg.Connection,
) -> None:
    assert await PostgresStore(process).last_position() == 1
    for table in ("streams", "commands"):
        assert await refused(process, f"SELECT 1 FROM eventstore.{table}")
    for column in ("data", "metadata", "tags", "name", "stream", "hash", "*"):
        assert await refused(process, f"SELECT {column} FROM eventstore.events")


@pytest.mark.parametrize("role", ["seatledger_command"], indirect=True)
async def test_the_command_process_appends_and_finds_its_commands(process: asyncpg.Connection) -> None:
    store = PostgresStore(process)
    assert isinstance(await append_one(store, item("b", "B1", commands=(command(2),))), Appended)
    assert (await store.find_commands([command_id(1), command_id(2)])).keys() == {
        command_id(1),
        command_id(2),
    }
    assert (await store.remember([command(2), command(3)], NOON)).keys() == {command_id(2)}


@pytest.mark.parametrize(
    "role", ["seatledger_query", "seatledger_projections", "seatledger_audit"], indirect=True
)
async def test_other_processes_do_not_append_and_see_no_answers(process: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await append_one(PostgresStore(process), item("b", "B1"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await PostgresStore(process).find_commands([command_id(1)])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await PostgresStore(process).remember([command(3)], NOON)


@pytest.mark.parametrize("role", ["seatledger_command", "seatledger_projections"], indirect=True)
async def test_processes_that_subscribe_move_their_checkpoints(log: str, role: str, written: None) -> None:
    async with asyncpg.create_pool(log, min_size=1, max_size=1, server_settings={"role": role}) as pool:
        async with PostgresSubscriptions(pool).lease("mine") as lease:
            assert lease is not None
            await lease.advance(1)
        assert await PostgresSubscriptions(pool).positions() == {"mine": (1, None)}


async def test_the_query_process_moves_no_checkpoint(log: str) -> None:
    settings = {"role": "seatledger_query"}
    async with asyncpg.create_pool(log, min_size=1, max_size=1, server_settings=settings) as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with PostgresSubscriptions(pool).lease("mine"):
                pass


async def test_somebody_without_a_role_gets_nothing_at_all(log: str, superuser: asyncpg.Connection) -> None:
    await superuser.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger")
    connection = await asyncpg.connect(log, server_settings={"role": "stranger"})
    for statement in (
        "SELECT 1 FROM eventstore.events",
        "SELECT eventstore.append()",
        "SELECT eventstore.append_whole()",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
    await superuser.execute("DROP ROLE stranger")


@pytest.mark.parametrize("disguise", ["json", "text", "uuid", "bytea", "int8", "int4", "int2"])
@pytest.mark.parametrize("role", ["seatledger_command"], indirect=True)
async def test_a_type_in_disguise_does_not_run_as_the_owner_of_the_log(
    process: asyncpg.Connection, disguise: str
) -> None:
    """It runs with the owner's rights; a caller's temporary type of a common name must not get into it."""
    # The driver asks the catalogue by the names of types: let it, before they are taken.
    await process.prepare(item_by_item.APPEND)
    await process.prepare(whole.APPEND)
    await process.execute("""
        CREATE FUNCTION pg_temp.evil(pg_catalog.text) RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM eventstore.events;
            RETURN true;
        END $$;
    """)
    check = "CHECK (pg_temp.evil(VALUE::pg_catalog.text))"
    await process.execute(f"CREATE DOMAIN pg_temp.{disguise} AS pg_catalog.{disguise} {check}")
    one, two = item("b", fact("B1", "t"), commands=(command(2),)), item("c", fact("C1", "t"))
    await PostgresStore(process).append([one, two], NOON)
    # What stands in its way is asked about by the other way in.
    await PostgresStore(process).append([one, item("d", fact("D1", "t"), commands=(command(3),))], NOON)
    await process.execute("DROP FUNCTION pg_temp.evil CASCADE")
    assert names(await everything(PostgresStore(process))) == ["A1", "B1", "C1", "D1"]
