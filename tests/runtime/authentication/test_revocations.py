"""What is revoked counts no more: here at once, elsewhere within moments, and never again by mistake."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from runtime.authentication import following
from runtime.authentication.authentication import LIFE_MAX, Authentication, authentication
from runtime.authentication.epoch import Epoch
from runtime.authentication.revocations import (
    BLIND_SECONDS,
    KEPT_BEYOND,
    OVERLAP,
    UNREADY_SECONDS,
    WHOLE_SECONDS,
    Revocations,
)
from runtime.http.health import Unhealthy
from runtime.problems import Problem
from runtime.settings import load_settings
from tests.eventstore.cut_wire import cut_wire
from tests.runtime.authentication.conftest import ANA, BOB, NOON, Process, let_in, pool_of, refused
from tests.runtime.authentication.waiting import until

LONG_AGO = LIFE_MAX + KEPT_BEYOND + timedelta(seconds=5)


async def test_what_was_issued_before_is_revoked_and_what_is_issued_after_in_the_same_second_is_not(
    command_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    known = command_side.authenticator
    remembered, fresh = command_side.tokens.issue(ANA), command_side.tokens.issue(ANA)
    of_another = command_side.tokens.issue(BOB)
    assert await let_in(known, remembered) == ANA
    assert await let_in(known, of_another) == BOB
    await command_side.revocations.revoke(command_pool, ANA.id, NOON, "password changed")
    after = command_side.tokens.issue(ANA)
    assert await refused(known, remembered) == "token-revoked"
    assert await refused(known, fresh) == "token-revoked"
    assert await let_in(known, after) == ANA
    assert known.remembered(f"Bearer {after}") == ANA
    assert known.remembered(f"Bearer {of_another}") == BOB


async def test_other_processes_are_told(
    command_side: Authentication, query_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    token = command_side.tokens.issue(ANA)
    assert await let_in(query_side.authenticator, token) == ANA
    await command_side.revocations.revoke(command_pool, ANA.id, NOON, "logout everywhere")
    await until(lambda: query_side.authenticator.remembered(f"Bearer {token}") is None)
    assert await refused(query_side.authenticator, token) == "token-revoked"
    assert await let_in(query_side.authenticator, command_side.tokens.issue(ANA)) == ANA


async def test_a_process_that_starts_later_knows_it(
    command_side: Authentication, command_pool: asyncpg.Pool, process: Process
) -> None:
    token = command_side.tokens.issue(ANA)
    await command_side.revocations.revoke(command_pool, ANA.id, NOON, "disabled")
    async with process(signs=False) as query_side:
        assert await refused(query_side.authenticator, token) == "token-revoked"


async def test_a_revocation_without_a_notice_is_found_by_polling(
    command_side: Authentication, query_side: Authentication, database: str
) -> None:
    token = command_side.tokens.issue(ANA)
    assert await let_in(query_side.authenticator, token) == ANA
    owner = await asyncpg.connect(database)
    try:
        await owner.execute(
            """INSERT INTO access.revocations (user_id, generation, tokens_from, reason)
               VALUES ($1::text::uuid, nextval('access.generations'), $2, 'by hand')""",
            ANA.id,
            NOON,
        )
    finally:
        await owner.close()
    await until(lambda: query_side.authenticator.remembered(f"Bearer {token}") is None)


async def test_what_is_rolled_back_gives_no_token_a_generation_that_is_yet_to_come(
    command_side: Authentication, query_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    revocations = command_side.revocations
    async with command_pool.acquire() as connection:
        rolling_back = connection.transaction()
        await rolling_back.start()
        await revocations.revoke(connection, ANA.id, NOON, "tried")
        await rolling_back.rollback()
    token = command_side.tokens.issue(ANA)
    assert await let_in(query_side.authenticator, token) == ANA
    await revocations.revoke(command_pool, ANA.id, NOON, "done")
    assert await refused(command_side.authenticator, token) == "token-revoked"


async def test_what_is_rolled_back_is_forgotten_after_a_while(
    command_pool: asyncpg.Pool,
) -> None:
    """An API key cannot sign in again: it would be refused for as long as a token may live."""
    seconds = [0.0]
    revocations = Revocations(command_pool, Epoch(), LIFE_MAX, lambda: seconds[0])
    await revocations.revoke(command_pool, BOB.id, NOON, "done")
    async with command_pool.acquire() as connection:
        rolling_back = connection.transaction()
        await rolling_back.start()
        await revocations.revoke(connection, ANA.id, NOON, "tried")
        await rolling_back.rollback()
    await revocations.read()
    assert revocations.generation_of(ANA.id) > 0
    learnt = revocations._known[ANA.id]
    revocations._known[ANA.id] = replace(learnt, recorded_at=learnt.recorded_at - OVERLAP)
    seconds[0] += WHOLE_SECONDS
    await revocations.read()
    assert revocations.generation_of(ANA.id) == 0
    assert revocations.generation_of(BOB.id) > 0


async def test_many_revocations_of_one_user_at_once_leave_the_latest(
    command_side: Authentication, process: Process, command_pool: asyncpg.Pool
) -> None:
    await asyncio.gather(
        *(command_side.revocations.revoke(command_pool, ANA.id, NOON, "again") for _ in range(20))
    )
    kept = await command_pool.fetchval("SELECT generation FROM access.revocations")
    assert command_side.revocations.generation_of(ANA.id) == kept
    async with process(signs=False) as query_side:
        assert await let_in(query_side.authenticator, command_side.tokens.issue(ANA)) == ANA


async def test_what_is_older_than_any_token_is_forgotten_but_not_its_number(
    command_pool: asyncpg.Pool, database: str
) -> None:
    seconds = [0.0]
    revocations = Revocations(command_pool, Epoch(), LIFE_MAX, lambda: seconds[0])
    await revocations.revoke(command_pool, ANA.id, NOON, "once")
    await revocations.read()
    first = revocations.generation_of(ANA.id)
    owner = await asyncpg.connect(database)
    await owner.execute("UPDATE access.revocations SET recorded_at = recorded_at - $1::interval", LONG_AGO)
    await owner.close()
    revocations._known[ANA.id] = replace(
        revocations._known[ANA.id], recorded_at=revocations._known[ANA.id].recorded_at - LONG_AGO
    )
    seconds[0] += WHOLE_SECONDS
    await revocations.read()
    assert revocations.generation_of(ANA.id) == 0
    await revocations.revoke(command_pool, ANA.id, NOON, "twice")
    assert revocations.generation_of(ANA.id) > first


async def test_a_process_that_cannot_look_lets_nobody_in_after_a_while(
    command_side: Authentication,
) -> None:
    known, revocations = command_side.authenticator, command_side.revocations
    token = command_side.tokens.issue(ANA)
    assert await let_in(known, token) == ANA
    seconds = [revocations._clock()]
    revocations._clock = lambda: seconds[0]

    seconds[0] += UNREADY_SECONDS + 2
    revocations.not_read()
    assert known.remembered(f"Bearer {token}") == ANA

    seconds[0] += BLIND_SECONDS
    revocations.not_read()
    assert known.remembered(f"Bearer {token}") is None
    with pytest.raises(Problem) as refusal:
        await let_in(known, token)
    assert (refusal.value.answer.status, refusal.value.answer.code) == (503, "authentication-unavailable")

    await revocations.read()
    assert known.remembered(f"Bearer {token}") == ANA


async def test_a_process_whose_server_has_gone_silent_lets_nobody_in_after_a_while(
    command_side: Authentication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "READ_SECONDS_MAX", 0.1)
    token = command_side.tokens.issue(ANA)
    with tempfile.TemporaryDirectory(prefix="wire") as folder:
        async with (
            cut_wire(database, Path(folder)) as (wire, dsn),
            pool_of(dsn, "seatledger_query") as pool,
            authentication(pool, load_settings(), None, lambda: NOON) as elsewhere,
        ):
            known, revocations = elsewhere.authenticator, elsewhere.revocations
            assert await let_in(known, token) == ANA
            wire.cut_answers()
            await wire.swallowed.wait()
            revocations._read_at -= BLIND_SECONDS
            await until(lambda: known.remembered(f"Bearer {token}") is None)
            with pytest.raises(Problem) as refusal:
                await let_in(known, token)
            assert refusal.value.answer.code == "authentication-unavailable"
            wire.hang_up()


async def test_a_process_that_cannot_look_says_that_it_is_not_ready(database: str) -> None:
    seconds = [0.0]
    async with pool_of(database, "seatledger_query") as pool:
        revocations = Revocations(pool, Epoch(), LIFE_MAX, lambda: seconds[0])
        await revocations.read()
        seconds[0] = UNREADY_SECONDS + 1
        # It could look, so it has.
        assert (await revocations.check())["seconds_ago"] == 0
    assert await revocations.check()
    seconds[0] += UNREADY_SECONDS + 1
    with pytest.raises(Unhealthy, match="11 seconds"):
        await revocations.check()
