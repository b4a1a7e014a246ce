"""`seatledger keys`, as an operator types it, beside a process that is serving."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from cli.application import Side, application
from cli.keys.rewrapping import SEAL_SECRETS, WRAPPED, rewrap, rewrap_seal_keys
from eventstore.postgres.sealer import Sealer, Step
from eventstore.postgres.store import PostgresStore
from eventstore.seals.key import SECRET_BYTES
from runtime.authentication import signing_key_table as table
from runtime.authentication.authentication import Authentication, authentication
from runtime.authentication.signing_key import new_signing_key
from runtime.database import create_pool
from runtime.ids import new_bytes, utc_now
from runtime.master_key import MasterKey, MasterKeyMissing
from runtime.settings import TokenAlgorithm, load_settings
from tests.command_api.people import ANA
from tests.eventstore.seals.sealing import Streams
from tests.programs import finished
from tests.query_api.conftest import with_state
from tests.runtime.authentication.conftest import let_in
from tests.runtime.authentication.waiting import until

OLD, NEW = "6f" * 32, "7e" * 32


@pytest.fixture
def settings(database: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database, "SEATLEDGER_DATA_DIR": str(tmp_path), "SEATLEDGER_MASTER_KEY": OLD,
    }  # fmt: skip


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(
        database, role="seatledger_command", application_name="tests", min_size=0, max_size=5
    )
    async with made:
        yield made


async def test_keys_are_listed_rotated_and_retired_while_a_process_serves(
    settings: dict[str, str], pool: asyncpg.Pool
) -> None:
    async with authentication(pool, load_settings(), MasterKey([bytes.fromhex(OLD)])) as known:
        first = signing(known)
        before = known.tokens.issue(ANA)

        said = finished("keys", "rotate", "--algorithm", "RS256", settings=settings)
        await until(lambda: signing(known) != first)
        second = signing(known)
        assert said == f"signing with {second} (RS256)\n"
        after = known.tokens.issue(ANA)
        for token in (before, after):
            assert (await let_in(known.authenticator, token)).id == ANA.id

        shown = json.loads(finished("keys", "list", "--json", settings=settings))["keys"]
        assert [(key["kid"], key["algorithm"], key["not_after"] is None) for key in shown] == [
            (second, "RS256", True), (first, "EdDSA", False),
        ]  # fmt: skip
        lines = finished("keys", "list", settings=settings).splitlines()
        assert [line.split()[0] for line in lines] == [second, first]
        assert lines[0].endswith("signs")
        assert "verifies until" in lines[1]

        finished("keys", "retire", first, settings=settings)
        await until(lambda: known.authenticator.remembered(f"Bearer {before}") is None)
        assert known.authenticator.remembered(f"Bearer {after}") is not None


def signing(known: Authentication) -> str:
    assert known.ring.signing is not None
    return known.ring.signing.kid


async def test_every_secret_is_wrapped_anew_in_batches_and_a_second_time_nothing_is(
    settings: dict[str, str], pool: asyncpg.Pool, database: str
) -> None:
    old, both, new = (MasterKey([bytes.fromhex(key) for key in keys]) for keys in ([OLD], [NEW, OLD], [NEW]))
    for _ in range(7):
        await table.rotate(pool, new_signing_key(TokenAlgorithm.EDDSA, utc_now()), old, utc_now())
    secrets = await secrets_with(pool, old)
    assert (await rewrap(pool, both, batch=3))["access.signing_keys"] == 7
    assert await secrets_with(pool, new) == secrets
    assert set((await rewrap(pool, both, batch=3)).values()) == {0}
    with pytest.raises(MasterKeyMissing):
        await rewrap(pool, old)
    said = finished("keys", "rotate-master", settings={**settings, "SEATLEDGER_MASTER_KEY": NEW})
    tables = [*(each.table for each in WRAPPED), SEAL_SECRETS]
    assert said.splitlines() == [f"{table}: 0 wrapped anew" for table in tables]


async def test_seals_are_signed_with_the_same_key_under_another_master_key(
    pool: asyncpg.Pool, database: str
) -> None:
    streams = Streams(PostgresStore(pool))
    async with await create_pool(
        database, role="seatledger_projections", application_name="tests", min_size=0, max_size=2
    ) as sealing:
        await streams.append("a")
        assert await sealer_with(sealing, OLD).step() is Step.SEALED
        both = sealer_with(sealing, NEW, OLD)
        assert await rewrap_seal_keys(both) == 1
        assert await rewrap_seal_keys(both) == 0
        await streams.append("a")
        assert await sealer_with(sealing, NEW).step() is Step.SEALED
        assert await sealing.fetchval("SELECT count(*) FROM eventstore.seal_keys") == 1


def sealer_with(pool: asyncpg.Pool, *keys: str) -> Sealer:
    master = MasterKey([bytes.fromhex(key) for key in keys])
    return Sealer(pool, master, lambda: new_bytes(SECRET_BYTES), utc_now)


async def secrets_with(pool: asyncpg.Pool, master: MasterKey) -> dict[str, bytes]:
    rows = await pool.fetch("SELECT kid, private_key FROM access.signing_keys")
    return {row["kid"]: master.unwrap(table.aad(row["kid"]), row["private_key"]) for row in rows}


async def test_every_column_of_secrets_is_there_and_the_command_side_may_write_it(
    pool: asyncpg.Pool, database: str
) -> None:
    for each in WRAPPED:
        assert await pool.fetchval(
            "SELECT has_column_privilege($1, $2, 'UPDATE')", each.table, each.column
        ), each
    # As the owner of all tables: the catalogue shows nobody what they have no right to.
    owner = await asyncpg.connect(database)
    kept = await owner.fetch(
        """SELECT table_schema || '.' || table_name AS place FROM information_schema.columns
           WHERE data_type = 'bytea' AND (column_name LIKE 'wrapped%' OR column_name LIKE 'private%')"""
    )
    await owner.close()
    assert {row["place"] for row in kept} == {*(each.table for each in WRAPPED), SEAL_SECRETS}


async def test_the_keys_are_published_to_everybody(database: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    async with application(Side.ALL, database, settings) as app, app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(with_state(app, dict(state or {})))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get("/.well-known/jwks.json", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    (key,) = answer.json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "alg", "use"}
