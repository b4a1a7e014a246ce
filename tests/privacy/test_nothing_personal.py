"""Nothing in the database says in clear text who somebody is, and of whom was erased nothing can be read at all."""

from collections.abc import AsyncIterator
from random import Random

import asyncpg
import httpx
import pytest

from command_api.app import ROLE
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Verifier
from runtime.database import create_pool
from tests.command_api.served import served
from tests.command_api.shop import Call, Shop
from tests.privacy.dump import dump, forms_of, where
from tests.privacy.traffic import Traffic

WRITE_SIDE = ("eventstore", "command_api", "privacy", "access")
CREDENTIALS = "command_api.credentials"
"""The one place where addresses have to be readable: people sign in with them."""

HIDING = """CREATE SCHEMA hiding; CREATE TABLE hiding.place (a text, b bytea, c json, d text[], e text)"""

STEPS = 120

KEYS = "SELECT (SELECT count(*) FROM privacy.people) + (SELECT count(*) FROM privacy.contacts)"


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who sees every table."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest.fixture
async def shop(database: str) -> AsyncIterator[Shop]:
    """A command side with a database of its own."""
    pool = await create_pool(database, role=ROLE, application_name="tests", min_size=1, max_size=5)
    async with pool, served(pool) as running:
        transport = httpx.ASGITransport(running.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Shop(running, client)


async def everybody(traffic: Traffic) -> set[str]:
    """The ids of all whom the words stand for."""
    emails = {each.email for each in traffic.accounts} | {each["email"] for each in traffic.guests}
    found = [await traffic.shop.done(Call("FindCustomers", query={"email": each})) for each in emails]
    return {item["id"] for page in found for item in page["items"]}


async def unbroken(log: PostgresStore) -> int:
    """How many facts there are; the chain of each stream must hold."""
    verifier, facts = Verifier(), 0
    async for page in whole_log(log):
        for fact in page:
            verifier.check(fact)
            facts += 1
    assert verifier.first_bad is None
    return facts


@pytest.mark.parametrize("seed", range(3))
async def test_names_and_addresses_are_nowhere_and_after_erasing_not_even_encrypted_ones_can_be_read(
    seed: int, shop: Shop, superuser: asyncpg.Connection
) -> None:
    traffic = Traffic(shop, Random(seed))
    await traffic.begin()
    await traffic.run(STEPS)
    found = where(await dump(superuser, WRITE_SIDE), traffic.words)
    assert found.keys() <= {CREDENTIALS}
    assert found[CREDENTIALS] == set(traffic.addresses)

    log = PostgresStore(shop.served.pool)
    before = await unbroken(log)
    for customer_id in sorted(await everybody(traffic)):
        await shop.done(Call("ErasePerson", {"customer_id": customer_id}))
    assert await everybody(traffic) == set()
    assert where(await dump(superuser, WRITE_SIDE), traffic.words) == {}
    assert await superuser.fetchval(KEYS) == 0
    assert await unbroken(log) > before

    # What they were told then names nobody now, though all else in it is the same.
    for call, key, first in traffic.done:
        if call.by is not None and call.by not in traffic.accounts:
            again = await shop.send(call, key=key)
            assert again.headers["Idempotent-Replayed"] == "true"
            assert again.json()["customer"]["name"] == again.json()["customer"]["email"] == "[erased]"
            assert again.json()["code"] == first.json()["code"]
            assert [word for word in traffic.words if word in again.text] == []


@pytest.mark.parametrize("word", ["w0123456789abcdef", "Zoë \"Å\" \\ 'x'", "ليلى المصري"])
async def test_the_search_finds_a_word_in_whatever_form_it_stands(
    word: str, superuser: asyncpg.Connection
) -> None:
    """Or the proof would prove nothing."""
    await superuser.execute(HIDING)
    ways = {
        "a": "$1", "b": "convert_to($1, 'UTF8')", "c": "json_build_object('x', $1::text)",
        "d": "ARRAY['x', $1]", "e": "upper(encode(convert_to('ab' || $1, 'UTF8'), 'hex'))",
    }  # fmt: skip
    assert forms_of(word)
    for column, expression in ways.items():
        await superuser.execute(f"INSERT INTO hiding.place ({column}) VALUES ({expression})", word)
        assert where(await dump(superuser, ["hiding"]), [word]).keys() >= {"hiding.place"}, column
        await superuser.execute("TRUNCATE hiding.place")
    for ahead in ("", "a", "ab"):
        await superuser.execute(
            "INSERT INTO hiding.place (e) VALUES (encode(convert_to($1 || 'tail', 'UTF8'), 'base64'))",
            ahead + word,
        )
        assert "hiding.place" in where(await dump(superuser, ["hiding"]), [word])
        await superuser.execute("TRUNCATE hiding.place")
    assert where(await dump(superuser, ["hiding"]), [word]) == {}
