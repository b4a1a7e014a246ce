"""People and their keys: made once, found again, destroyed for good."""

import asyncio
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import asyncpg
import orjson
import pytest

from runtime.ids import new_id
from runtime.master_key import MasterKey, MasterKeyMissing
from runtime.privacy import erasures
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import FoundPerson, KnownPerson, People
from runtime.privacy.person_key import ERASED
from tests.eventstore.waiting import until
from tests.runtime.privacy.conftest import MASTER
from tests.system.held_log import until_waiting

SWEEP = files("runtime") / "migrations" / "0003_post_orphaned_contacts.sql"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EMAIL = "ana@example.org"


async def destroyed(pool: asyncpg.Pool, people: People, person_id: str) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        done = await people.destroy(connection, person_id, NOON)
    people.forget(person_id)
    return done


async def other_process(pool: asyncpg.Pool) -> tuple[People, Keyring]:
    keyring = Keyring(pool, MASTER)
    people = People(pool, keyring, MASTER)
    await people.prepare()
    return people, keyring


async def test_an_account_is_one_person_in_every_process(pool: asyncpg.Pool, people: People) -> None:
    account = new_id()
    first = await people.of_account(account, EMAIL, NOON)
    other, _ = await other_process(pool)
    again = await other.of_account(account, EMAIL, NOON)
    assert people.remembered(account) == first
    assert (again.person_id, again.contact_id) == (first.person_id, first.contact_id)
    assert again.key.encrypt("Ana") == first.key.encrypt("Ana")
    assert first.person_id != account


CONTACTS = "SELECT count(*) FROM privacy.contacts"


async def test_an_account_that_is_made_twice_at_once_leaves_no_address_on_which_nobody_hangs(
    pool: asyncpg.Pool, people: People, database: str
) -> None:
    """The provider has just been told another address, and two requests bring both."""
    account = new_id()
    other, _ = await other_process(pool)
    async with pool.acquire() as connection:
        first = connection.transaction()
        await first.start()
        made = await people.enrol(connection, account, EMAIL, NOON)
        second = asyncio.create_task(other.of_account(account, "ana@example.net", NOON))
        await until_waiting(database)
        await first.commit()
    assert (await second).person_id == made.person_id
    assert await pool.fetchval(CONTACTS) == 1
    # Whoever gives it later is somebody.
    assert (await people.guest("ana@example.net", NOON)).contact_id != made.contact_id


async def test_what_was_left_before_is_swept_away_and_nothing_else(
    pool: asyncpg.Pool, people: People, database: str
) -> None:
    await people.guest(EMAIL, NOON)
    await pool.execute("INSERT INTO privacy.contacts VALUES ('left'::bytea, $1)", new_id())
    owner = await asyncpg.connect(database)
    await owner.execute(SWEEP.read_text("utf-8"))
    await owner.close()
    assert await pool.fetchval(CONTACTS) == 1
    assert len(await people.find_by_address(EMAIL)) == 1


async def test_a_guest_is_one_person_for_an_address(people: People) -> None:
    first, again = await people.guest(EMAIL, NOON), await people.guest(EMAIL, NOON)
    other = await people.guest("bob@example.org", NOON)
    assert first.person_id == again.person_id
    assert other.person_id != first.person_id
    assert other.contact_id != first.contact_id


async def test_whoever_has_the_same_address_has_the_same_contact_and_another_key(people: People) -> None:
    guest, account = await people.guest(EMAIL, NOON), await people.of_account(new_id(), EMAIL, NOON)
    assert guest.contact_id == account.contact_id
    assert guest.person_id != account.person_id
    assert guest.key.encrypt("Ana") != account.key.encrypt("Ana")


async def test_many_who_come_at_once_for_one_person_get_one(pool: asyncpg.Pool, people: People) -> None:
    account = new_id()
    others = [(await other_process(pool))[0] for _ in range(4)]
    asked: list[KnownPerson] = await asyncio.gather(
        *(each.guest(EMAIL, NOON) for each in (*others, people)),
        *(each.of_account(account, EMAIL, NOON) for each in (*others, people)),
    )
    assert len({known.person_id for known in asked[:5]}) == 1
    assert len({known.person_id for known in asked[5:]}) == 1
    assert len({known.contact_id for known in asked}) == 1


async def test_people_are_found_by_their_ids_and_their_address(people: People) -> None:
    account = new_id()
    guest, user = await people.guest(EMAIL, NOON), await people.of_account(account, EMAIL, NOON)
    assert await people.find(account) == await people.find(user.person_id) == (user.person_id, account)
    assert await people.find(guest.person_id) == FoundPerson(guest.person_id, None)
    assert await people.find(new_id()) is None
    assert set(await people.find_by_address(EMAIL)) == {(guest.person_id, None), (user.person_id, account)}


async def test_the_database_alone_opens_nothing(pool: asyncpg.Pool, people: People) -> None:
    known = await people.guest(EMAIL, NOON)
    stranger = Keyring(pool, MasterKey([bytes(32)]))
    with pytest.raises(MasterKeyMissing):
        await stranger.opened(known.key.encrypt("Ana"))
    rows = await pool.fetch("SELECT p::text || c::text FROM privacy.people AS p, privacy.contacts AS c")
    assert all("ana" not in row[0] for row in rows)


async def test_encrypted_text_is_opened_wherever_it_stands(people: People, keyring: Keyring) -> None:
    ana, bob = await people.guest(EMAIL, NOON), await people.guest("bob@example.org", NOON)
    said = {"a": ana.key.encrypt('Ana "\\ Ruiz\n👑'), "b": [f"for {bob.key.encrypt('Bob')}!", 1, None]}
    body = await keyring.opened_json(orjson.dumps(said))
    assert orjson.loads(body) == {"a": 'Ana "\\ Ruiz\n👑', "b": ["for Bob!", 1, None]}
    assert await keyring.opened(f"{ana.key.encrypt('Ana')} and {bob.key.encrypt('Bob')}") == "Ana and Bob"


async def test_of_whom_the_key_is_destroyed_nothing_is_read_any_more(
    pool: asyncpg.Pool, people: People, keyring: Keyring
) -> None:
    known = await people.guest(EMAIL, NOON)
    text = known.key.encrypt("Ana")
    assert await destroyed(pool, people, known.person_id)
    assert await keyring.opened(text) == ERASED
    assert await keyring.opened_json(orjson.dumps([text])) == orjson.dumps([ERASED])
    assert await people.find(known.person_id) is None
    assert await people.find_by_address(EMAIL) == []
    assert not await destroyed(pool, people, known.person_id)


async def test_whoever_comes_again_is_somebody_new(pool: asyncpg.Pool, people: People) -> None:
    account = new_id()
    guest, user = await people.guest(EMAIL, NOON), await people.of_account(account, EMAIL, NOON)
    await destroyed(pool, people, guest.person_id)
    again = await people.guest(EMAIL, NOON)
    assert again.person_id != guest.person_id
    assert again.contact_id == user.contact_id
    await destroyed(pool, people, again.person_id)
    await destroyed(pool, people, user.person_id)
    assert (await people.guest(EMAIL, NOON)).contact_id != user.contact_id


async def test_one_who_comes_while_the_last_of_an_address_goes_is_not_lost(
    pool: asyncpg.Pool, people: People
) -> None:
    for number in range(20):
        address = f"{number}@example.org"
        last = await people.of_account(new_id(), address, NOON)
        _, new = await asyncio.gather(destroyed(pool, people, last.person_id), people.guest(address, NOON))
        assert (await people.find(new.person_id)) == FoundPerson(new.person_id, None)
        assert FoundPerson(new.person_id, None) in await people.find_by_address(address)


async def test_another_process_forgets_a_key_soon_after_it_is_destroyed(
    pool: asyncpg.Pool, people: People
) -> None:
    known = await people.guest(EMAIL, NOON)
    text = known.key.encrypt("Ana")
    _, elsewhere = await other_process(pool)
    assert await elsewhere.opened(text) == "Ana"

    async def is_erased() -> bool:
        return await elsewhere.opened(text) == ERASED

    looking = Erasures(pool, elsewhere, lambda: NOON + timedelta(seconds=5))
    following = asyncio.create_task(looking.follow())
    try:
        await destroyed(pool, people, known.person_id)
        await until(is_erased, "the key is forgotten")
    finally:
        following.cancel()


async def test_a_look_that_goes_wrong_does_not_end_the_following(
    pool: asyncpg.Pool, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "POLL_SECONDS", 0.0)
    known = await people.guest(EMAIL, NOON)
    _, elsewhere = await other_process(pool)
    elsewhere.remember(known.key)
    await destroyed(pool, people, known.person_id)
    failures = [LookupError("odd"), ConnectionResetError()]

    class Troubled:
        async def fetch(self, *asked: Any) -> list[asyncpg.Record]:
            if failures:
                raise failures.pop()
            return list(await pool.fetch(*asked))

    async def is_forgotten() -> bool:
        return elsewhere.remembered(known.person_id) is None

    looking = Erasures(Troubled(), elsewhere, lambda: NOON)  # type: ignore[arg-type]
    following = asyncio.create_task(looking.follow())
    try:
        await until(is_forgotten, "the key is forgotten")
    finally:
        following.cancel()


async def test_no_more_keys_are_remembered_than_may_be(pool: asyncpg.Pool, people: People) -> None:
    few = Keyring(pool, MASTER, keys_max=3)
    texts = [
        (await people.guest(f"{number}@example.org", NOON)).key.encrypt(str(number)) for number in range(9)
    ]
    assert await few.opened(" ".join(texts)) == "0 1 2 3 4 5 6 7 8"
    assert len(few._known) == 3


async def test_a_fingerprint_tells_equal_requests_and_depends_on_the_house(
    pool: asyncpg.Pool, people: People
) -> None:
    other, _ = await other_process(pool)
    assert people.fingerprint(b"POST x") == other.fingerprint(b"POST x") != people.fingerprint(b"POST y")
    assert len(people.fingerprint(b"")) == 16


async def test_people_need_to_be_prepared(pool: asyncpg.Pool, keyring: Keyring) -> None:
    with pytest.raises(RuntimeError):
        await People(pool, keyring, MASTER).guest(EMAIL, NOON)
