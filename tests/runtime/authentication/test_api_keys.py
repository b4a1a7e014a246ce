"""API keys: what they may be, how a typing mistake is told, and that a revoked one is over at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.authentication import api_key_check, api_keys
from runtime.authentication.api_key_check import ApiKeyCheck
from runtime.authentication.api_key_text import (
    PREFIX,
    SECRET_BYTES,
    SIGNS,
    ApiKeyText,
    Mistyped,
    api_key_text,
)
from runtime.authentication.authentication import Authentication
from runtime.identity import Caller, Role
from runtime.ids import new_bytes, new_id
from runtime.problems import Problem
from tests.runtime.authentication.conftest import BOB, NOON, Clock, let_in, pool_of, refused
from tests.runtime.authentication.waiting import until

EVENT = "0190a6a4-0000-7000-8000-0000000000e1"
ADMIN = Caller("0190a6a4-0000-7000-8000-0000000000ad", Role.ADMIN, "Ada", "ada@example.org")


async def made(
    pool: asyncpg.Pool,
    maker: Caller = BOB,
    *,
    name: str = "till",
    events: frozenset[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[api_keys.ApiKey, str]:
    secret = ApiKeyText(new_id(), new_bytes(SECRET_BYTES))
    key = api_keys.ApiKey(
        secret.key_id, name, Role.BOX_OFFICE, events, maker.id, NOON, expires_at, None, None
    )
    await api_keys.add(pool, key, secret.secret_hash)
    return key, secret.text


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_it_was_written(key_id: object, secret: bytes) -> None:
    key = ApiKeyText(str(key_id), secret)
    assert api_key_text(key.text) == key
    assert key.text.startswith(PREFIX)
    assert len(key.text) == 74


@given(st.binary(min_size=32, max_size=32), st.integers(0, 69), st.sampled_from(SIGNS))
def test_a_wrong_character_is_told_by_the_key_itself(secret: bytes, place: int, sign: str) -> None:
    text = ApiKeyText(EVENT, secret).text
    at = len(PREFIX) + place
    wrong = text[:at] + sign + text[at + 1 :]
    if wrong != text:
        with pytest.raises(Mistyped):
            api_key_text(wrong)


@pytest.mark.parametrize(
    "text", ["slk_", "slk_" + "z" * 70, "slk_" + "0" * 70, "slk_é" + "0" * 69, "slk_" + "0" * 5000]
)
def test_what_is_no_key_is_told_too(text: str) -> None:
    with pytest.raises(Mistyped):
        api_key_text(text)


@given(
    st.text(max_size=90)
    | st.text(SIGNS, min_size=70, max_size=70)
    | st.text("٣७0AZaz-_ ", min_size=70, max_size=70)
)
def test_no_text_is_read_as_a_key_unless_it_is_how_that_key_is_written(text: str) -> None:
    for tried in (text, PREFIX + text):
        with suppress(Mistyped):
            # One key is written in one way: what is remembered by its text is remembered once.
            assert api_key_text(tried).text == tried


@given(
    st.binary(min_size=32, max_size=32), st.sampled_from([" ", "\n", "0", "=", PREFIX, "\x00"]), st.booleans()
)
def test_a_key_with_something_beside_it_is_none(secret: bytes, more: str, before: bool) -> None:
    text = ApiKeyText(EVENT, secret).text
    with pytest.raises(Mistyped):
        api_key_text(more + text if before else text + more)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 68))
def test_two_signs_that_changed_places_are_told(secret: bytes, place: int) -> None:
    text = ApiKeyText(EVENT, secret).text
    at = len(PREFIX) + place
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if swapped != text:
        with pytest.raises(Mistyped):
            api_key_text(swapped)


def test_a_key_gives_its_secret_away_to_nobody_who_prints_it() -> None:
    assert repr(ApiKeyText(EVENT, b"s" * 32)) == f"ApiKeyText({EVENT})"


async def test_a_key_is_a_caller_with_its_role_and_its_events(
    command_side: Authentication, query_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    key, text = await made(command_pool, events=frozenset({EVENT}))
    expected = Caller(key.key_id, Role.BOX_OFFICE, "till", "", frozenset({EVENT}), key.owner_id)
    assert expected.account_id == key.owner_id
    for known in (command_side.authenticator, query_side.authenticator):
        assert await let_in(known, text) == expected
        assert known.remembered(f"Bearer {text}") == expected


async def test_of_the_secret_only_a_hash_is_kept(command_pool: asyncpg.Pool) -> None:
    _, text = await made(command_pool)
    kept = await command_pool.fetchval("SELECT secret_hash FROM access.api_keys")
    assert kept == api_key_text(text).secret_hash
    assert api_key_text(text).secret not in kept


async def test_a_mistyped_key_is_told_so_without_the_database(command_side: Authentication) -> None:
    with pytest.raises(Problem) as refusal:
        await let_in(command_side.authenticator, "slk_" + "0" * 70)
    assert refusal.value.answer.code == "token-invalid"
    assert "API key" in (refusal.value.answer.detail or "")


async def test_a_revoked_key_is_over_everywhere(
    command_side: Authentication, query_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    key, text = await made(command_pool)
    for known in (command_side, query_side):
        await let_in(known.authenticator, text)
    await api_keys.end(command_pool, command_side.revocations, key.key_id, NOON)
    assert await refused(command_side.authenticator, text) == "token-revoked"
    await until(lambda: query_side.authenticator.remembered(f"Bearer {text}") is None)
    assert await refused(query_side.authenticator, text) == "token-revoked"
    await api_keys.end(command_pool, command_side.revocations, key.key_id, NOON + timedelta(days=1))
    (listed,) = await api_keys.listed(command_pool, BOB.id, before=None, limit=10)
    assert listed.revoked_at == NOON


async def test_all_keys_of_an_owner_end_together(
    command_side: Authentication, command_pool: asyncpg.Pool
) -> None:
    mine = [await made(command_pool) for _ in range(3)]
    _, of_another = await made(command_pool, ADMIN)
    await api_keys.end_all_of(command_pool, command_side.revocations, BOB.id, NOON)
    for _, text in mine:
        assert await refused(command_side.authenticator, text) == "token-revoked"
    await let_in(command_side.authenticator, of_another)


async def test_a_key_expires_remembered_or_not(
    command_side: Authentication, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    _, text = await made(command_pool, expires_at=NOON + timedelta(seconds=10))
    await let_in(command_side.authenticator, text)
    clock.now = NOON + timedelta(seconds=10)
    assert await refused(command_side.authenticator, text) == "token-expired"


async def test_a_wrong_secret_and_an_unknown_key_are_refused_and_looked_up_once(
    query_pool: asyncpg.Pool, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    key, text = await made(command_pool)
    looked = 0

    class Counting(ApiKeyCheck):
        async def _look_up(self, key_id: str) -> object:
            nonlocal looked
            looked += 1
            return await super()._look_up(key_id)

    check = Counting(query_pool, clock)
    guesses = [ApiKeyText(key.key_id, bytes([number]) * 32).text for number in range(20)]
    nobody = ApiKeyText(EVENT, b"s" * 32).text
    for wrong in (*guesses, nobody, nobody, nobody):
        with pytest.raises(Problem):
            await check.credential(wrong)
    assert looked == 2
    assert (await check.credential(text)).caller.id == key.key_id


async def test_made_up_keys_leave_memory_bounded(query_pool: asyncpg.Pool, clock: Clock) -> None:
    check = ApiKeyCheck(query_pool, clock)
    check._unknown._size_max = 50
    for number in range(200):
        with pytest.raises(Problem):
            await check.credential(ApiKeyText(EVENT[:-4] + f"{number:04}", b"s" * 32).text)
    assert len(check._unknown) == 50
    assert len(check._looked) == 0
    assert check._used == {}


async def test_made_up_keys_do_not_keep_out_those_that_there_are(
    command_pool: asyncpg.Pool, query_pool: asyncpg.Pool, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_key_check, "KEYS_MAX", 3)
    check, (key, text) = ApiKeyCheck(query_pool, clock), await made(command_pool)
    await check.credential(text)
    for number in range(10):
        with pytest.raises(Problem):
            await check.credential(ApiKeyText(f"{EVENT[:-3]}{number:03}", b"s" * 32).text)
    # So many are being looked up that nobody else has room.
    monkeypatch.setattr(api_key_check, "LOOK_UPS_MAX", 0)
    for _ in range(3):
        clock.now += api_key_check.REMEMBERED
        assert (await check.credential(text)).caller.id == key.key_id
    with pytest.raises(Problem) as refused:
        await check.credential(ApiKeyText(EVENT, b"s" * 32).text)
    assert refused.value.answer.code == "authentication-unavailable"


async def test_when_a_key_was_last_used_is_noted_once_a_minute(
    query_pool: asyncpg.Pool, command_pool: asyncpg.Pool, clock: Clock
) -> None:
    _, text = await made(command_pool)
    check = ApiKeyCheck(query_pool, clock)

    async def used_after(seconds: int) -> object:
        clock.now = NOON + timedelta(seconds=seconds)
        await check.credential(text)
        await check.note_use()
        (listed,) = await api_keys.listed(command_pool, BOB.id, before=None, limit=10)
        return listed.last_used_at

    assert await used_after(0) == NOON
    assert await used_after(59) == NOON
    assert await used_after(60) == NOON + timedelta(seconds=60)


async def test_keys_are_listed_newest_first_in_pages(command_pool: asyncpg.Pool) -> None:
    ids = [(await made(command_pool, name=f"{number}"))[0].key_id for number in range(5)]
    await made(command_pool, ADMIN)
    first = await api_keys.listed(command_pool, BOB.id, before=None, limit=3)
    rest = await api_keys.listed(command_pool, BOB.id, before=first[-1].key_id, limit=3)
    assert [key.key_id for key in (*first, *rest)] == sorted(ids, reverse=True)


@asynccontextmanager
async def gone(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with pool_of(database, "seatledger_query") as pool:
        pass
    yield pool


async def test_while_the_database_is_away_it_is_not_told_that_a_key_is_wrong(
    database: str, clock: Clock
) -> None:
    async with gone(database) as pool:
        with pytest.raises(Problem) as refusal:
            await ApiKeyCheck(pool, clock).credential(ApiKeyText(EVENT, b"s" * 32).text)
    assert refusal.value.answer.status == 503
