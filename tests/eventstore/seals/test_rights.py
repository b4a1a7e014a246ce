"""Seals are append-only because the database says so, and private keys are nobody's but the sealers'."""

import asyncpg
import pytest

from eventstore.postgres.sealer import Step
from eventstore.postgres.store import PostgresStore
from tests.eventstore.seals.sealing import Streams, sealer
from tests.eventstore.test_privileges import refused

TABLES = ("seals", "seal_keys", "seal_nodes", "seal_secrets")
ROLES = ("seatledger_command", "seatledger_query", "seatledger_audit", "seatledger_projections")

CHANGES = [
    change
    for table in TABLES
    for change in (
        f"TRUNCATE eventstore.{table}",
        f"UPDATE eventstore.{table} SET log_id = log_id",
        f"ALTER TABLE eventstore.{table} ADD COLUMN mine text",
        f"DROP TABLE eventstore.{table}",
    )
] + [f"DELETE FROM eventstore.{table}" for table in TABLES[:3]]
SECRETS = ["SELECT wrapped FROM eventstore.seal_secrets", "DELETE FROM eventstore.seal_secrets"]


@pytest.mark.parametrize("role", ROLES)
async def test_no_process_changes_a_seal(log: str, postgres_store: PostgresStore, role: str) -> None:
    await Streams(postgres_store).append("a", batch=256)
    settings = {"role": "seatledger_projections"}
    async with asyncpg.create_pool(log, min_size=1, max_size=2, server_settings=settings) as pool:
        assert await sealer(pool).step() is Step.SEALED
    connection = await asyncpg.connect(log, server_settings={"role": role})
    try:
        forbidden = CHANGES if role == "seatledger_projections" else CHANGES + SECRETS
        assert [each for each in forbidden if not await refused(connection, each)] == []
        if role != "seatledger_projections":
            inserts = [f"INSERT INTO eventstore.{table} SELECT * FROM eventstore.{table}" for table in TABLES]
            assert [each for each in inserts if not await refused(connection, each)] == []
        assert await connection.fetchval("SELECT count(*) FROM eventstore.seals") == 1
    finally:
        await connection.close()
