"""Keys are made once, known everywhere, rotated while everything runs, and gone when they are."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta

import asyncpg
import pytest

from runtime.authentication import signing_key_table as table
from runtime.authentication.authentication import Authentication
from runtime.authentication.key_look_up import SigningKeyUnreadable
from runtime.authentication.signing_key import SigningKey, new_signing_key
from runtime.master_key import MasterKey
from runtime.settings import TokenAlgorithm
from tests.runtime.authentication.conftest import (
    ANA,
    MASTER,
    NOON,
    Clock,
    Process,
    let_in,
    refused,
)
from tests.runtime.authentication.forging import forged
from tests.runtime.authentication.waiting import until

DAY = timedelta(days=1)


def fresh(clock: Clock, algorithm: TokenAlgorithm = TokenAlgorithm.EDDSA) -> SigningKey:
    return new_signing_key(algorithm, clock())


async def rotated(pool: asyncpg.Pool, clock: Clock) -> SigningKey:
    clock.now += timedelta(seconds=1)
    key = fresh(clock)
    await table.rotate(pool, key, MASTER, clock() + DAY)
    return key


async def signs_with(process: Authentication, key: SigningKey) -> None:
    await until(lambda: process.ring.signing is not None and process.ring.signing.kid == key.kid)


async def test_processes_that_start_at_once_make_one_key(
    process: Process, command_pool: asyncpg.Pool
) -> None:
    async with AsyncExitStack() as stack:
        started = await asyncio.gather(*(stack.enter_async_context(process()) for _ in range(6)))
        kids = {one.ring.signing.kid for one in started if one.ring.signing is not None}
        assert len(kids) == 1
        assert await command_pool.fetchval("SELECT count(*) FROM access.signing_keys") == 1


async def test_a_process_that_started_before_the_first_key_knows_it_when_it_is_asked(
    process: Process,
) -> None:
    async with process(signs=False) as query_side:
        assert query_side.ring.published == []
        async with process() as command_side:
            assert await let_in(query_side.authenticator, command_side.tokens.issue(ANA)) == ANA


async def test_a_new_key_signs_at_once_and_no_token_of_either_is_refused_anywhere(
    process: Process, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    async with process() as one, process() as another, process(signs=False) as query_side:
        old = one.tokens.issue(ANA)
        key = await rotated(command_pool, clock)
        await signs_with(one, key)
        new = one.tokens.issue(ANA)
        for known in (one, another, query_side):
            assert await let_in(known.authenticator, old) == ANA
            assert await let_in(known.authenticator, new) == ANA


async def test_a_token_of_a_key_nobody_told_of_is_looked_up(
    query_side: Authentication, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    key = fresh(clock)
    # As if the notice were lost, and it were long until the next poll.
    await command_pool.execute(table.ADD, key.kid, "EdDSA", json.dumps(key.jwk), b"", NOON - DAY)
    tokens = [forged(key, jti=str(number)) for number in range(50)]
    found = await asyncio.gather(*(let_in(query_side.authenticator, token) for token in tokens))
    assert found == [ANA] * 50


async def test_names_of_no_key_are_looked_up_seldom_together(
    query_side: Authentication, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    really = table.public_keys

    async def counted(*given: object) -> object:
        nonlocal looked
        looked += 1
        return await really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "public_keys", counted)
    strangers = [forged(fresh(clock)) for _ in range(300)]
    codes = await asyncio.gather(*(refused(query_side.authenticator, token) for token in strangers))
    assert set(codes) == {"token-invalid"}
    assert looked <= 4
    assert len(query_side.authenticator._remembered) == 0


async def test_an_old_key_verifies_to_its_end_and_is_then_deleted(
    process: Process, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    async with process(access_token_seconds=86_400) as command_side:
        old = command_side.tokens.issue(ANA)
        assert await let_in(command_side.authenticator, old) == ANA
        await signs_with(command_side, await rotated(command_pool, clock))
        assert command_side.authenticator.remembered(f"Bearer {old}") == ANA
        clock.now += DAY
        assert await refused(command_side.authenticator, old) in ("token-expired", "token-invalid")
        await table.drop_ended(command_pool, clock())
        assert await command_pool.fetchval("SELECT count(*) FROM access.signing_keys") == 1


async def test_a_key_that_is_retired_ends_what_it_has_signed_remembered_or_not(
    process: Process, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    async with process() as command_side, process(signs=False) as query_side:
        remembered, fresh_one = command_side.tokens.issue(ANA), command_side.tokens.issue(ANA)
        assert await let_in(query_side.authenticator, remembered) == ANA
        assert command_side.ring.signing is not None
        kid, successor = command_side.ring.signing.kid, fresh(clock)
        assert await table.retire(command_pool, kid, successor, MASTER)
        await until(lambda: query_side.authenticator.remembered(f"Bearer {remembered}") is None)
        assert await refused(query_side.authenticator, remembered) == "token-invalid"
        assert await refused(query_side.authenticator, fresh_one) == "token-invalid"
        await signs_with(command_side, successor)
        assert await let_in(query_side.authenticator, command_side.tokens.issue(ANA)) == ANA
        assert not await table.retire(command_pool, kid, fresh(clock), MASTER)


async def test_nobody_but_the_command_side_reads_a_private_key(
    command_side: Authentication, database: str
) -> None:
    connection = await asyncpg.connect(database)
    try:
        for role in ("seatledger_query", "seatledger_projections", "seatledger_audit"):
            await connection.execute(f"SET ROLE {role}")
            if role == "seatledger_query":
                assert await connection.fetchval("SELECT count(kid) FROM access.signing_keys") == 1
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("SELECT private_key FROM access.signing_keys")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DELETE FROM access.signing_keys")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DELETE FROM access.revocations")
    finally:
        await connection.close()


async def test_a_private_key_lies_in_the_database_wrapped(
    command_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    key = command_side.ring.signing
    assert key is not None
    wrapped = await command_pool.fetchval("SELECT private_key FROM access.signing_keys")
    assert key.secret not in wrapped
    assert MASTER.unwrap(table.aad(key.kid), wrapped) == key.secret


async def test_without_the_master_key_a_start_says_how_to_go_on(
    command_side: Authentication, process: Process
) -> None:
    with pytest.raises(SigningKeyUnreadable, match=r"SEATLEDGER_MASTER_KEY.*keys rotate"):
        async with process(master=MasterKey([b"n" * 32])):
            pass


async def test_a_key_that_a_running_process_cannot_unwrap_leaves_it_its_own(
    command_side: Authentication, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    before, key = command_side.ring.signing, fresh(clock)
    await table.rotate(command_pool, key, MasterKey([b"n" * 32]), clock() + DAY)
    await until(lambda: command_side.ring.find(key.kid, clock()) is not None)
    assert command_side.ring.signing is before
    assert await let_in(command_side.authenticator, command_side.tokens.issue(ANA)) == ANA
