"""A database of every release before this one, with data in it, becomes one of this release, and loses nothing.

`releases/` holds, for each, what an afternoon at its box office (`traffic.py`) left in the database, and what the API
said of it then. Make the files of a release by running `afternoon` against it and `pg_dump --inserts`, without
what only psql knows and without the owner postgres.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest

from domain.codec import CODEC
from tests.programs import finished
from tests.system.servers import Server, serving, settings_for
from tests.upgrades.traffic import PASSWORD, BoxOffice, reads

FOLDER = Path(__file__).parent / "releases"
RELEASES = sorted(file.name.removesuffix(".sql.gz") for file in FOLDER.glob("*.sql.gz"))
ADMIN_PASSWORD = "admin password of old"
MASTER_KEY = "ab" * 32
"""What the old releases ran with: what they wrapped opens with no other."""


class Upgraded(NamedTuple):
    server: Server
    dsn: str
    settings: dict[str, str]
    then: dict[str, Any]


@pytest.fixture(params=RELEASES)
async def upgraded(
    request: pytest.FixtureRequest, template: str, empty_database: str, tmp_path: Path
) -> AsyncIterator[Upgraded]:
    """This program, running on what an older one left."""
    assert template, "with it came the roles that the dump gives rights to"
    connection = await asyncpg.connect(empty_database)
    await connection.execute(gzip.decompress((FOLDER / f"{request.param}.sql.gz").read_bytes()).decode())
    await connection.close()
    settings = {
        **settings_for(tmp_path, empty_database),
        "SEATLEDGER_MASTER_KEY": MASTER_KEY,
        "SEATLEDGER_ADMIN_PASSWORD": ADMIN_PASSWORD,
    }
    then = json.loads((FOLDER / f"{request.param}.json").read_text())
    async with serving("up", settings=settings) as server:
        yield Upgraded(server, empty_database, settings, then)


def has_all_of(now: Any, then: Any) -> bool:
    """Whether an answer says what it said then. It may say more."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(
            name in now and (name == "as_of_position" or has_all_of(now[name], value))
            for name, value in then.items()
        )
    if isinstance(then, list):
        return len(now) == len(then) and all(map(has_all_of, now, then))
    return bool(now == then)


async def signed_in(upgraded: Upgraded, email: str, password: str) -> BoxOffice:
    return await asyncio.to_thread(BoxOffice, f"http://127.0.0.1:{upgraded.server.port}", email, password)


async def test_nothing_is_lost_in_an_upgrade(upgraded: Upgraded) -> None:
    await every_fact_is_understood_and_its_hash_holds(upgraded)
    await reads_say_what_they_said(upgraded)
    await the_read_tables_say_what_the_log_says(upgraded)
    await customers_of_then_go_on_where_they_were(upgraded)


async def reads_say_what_they_said(upgraded: Upgraded) -> None:
    office = await signed_in(upgraded, "admin@seatledger.local", ADMIN_PASSWORD)
    office.position = str(await last_position(upgraded))
    now = await asyncio.to_thread(reads, office, upgraded.then["made"])
    for path, then in upgraded.then["reads"].items():
        assert has_all_of(now[path], then), f"{path}\nthen {then}\nnow  {now[path]}"


async def every_fact_is_understood_and_its_hash_holds(upgraded: Upgraded) -> None:
    connection = await asyncpg.connect(upgraded.dsn)
    try:
        rows = await connection.fetch("SELECT name, schema_version, data::text FROM eventstore.events")
    finally:
        await connection.close()
    for row in rows:
        CODEC.decode(row["name"], row["schema_version"], row["data"].encode())
    told = await asyncio.to_thread(finished, "audit", "verify", "--json", settings=upgraded.settings)
    assert json.loads(told)["verified"] is True
    assert len(rows) > 20


async def the_read_tables_say_what_the_log_says(upgraded: Upgraded) -> None:
    office = await signed_in(upgraded, "admin@seatledger.local", ADMIN_PASSWORD)
    office.position = str(await last_position(upgraded))
    await asyncio.to_thread(office.get, "/events")
    await asyncio.to_thread(finished, "audit", "replay", settings=upgraded.settings)


async def customers_of_then_go_on_where_they_were(upgraded: Upgraded) -> None:
    ana = await signed_in(upgraded, "ana@example.org", PASSWORD)
    made, first = upgraded.then["made"], upgraded.then["first_answer"]
    total = {"amount": first["total"]["amount"], "currency": "EUR"}
    again = await asyncio.to_thread(
        ana.post,
        f"/bookings/{made['paid']}/confirm",
        {"payment": {"reference": "pi_3P", **total}},
        key="before-the-upgrade",
    )
    assert has_all_of(again, first), "a try again with the key of a command of then"
    lapsed = await asyncio.to_thread(ana.get, f"/bookings/{made['lapsing']}")
    assert lapsed is not None
    assert lapsed["status"] == "expired"
    cancelled = await asyncio.to_thread(ana.post, f"/bookings/{made['moved']}/cancel", {})
    assert cancelled["status"] == "cancelled"
    assert cancelled["refund"] == first["total"] | {"amount": first["total"]["amount"] // 2}
    seen = await asyncio.to_thread(ana.get, f"/bookings/{made['moved']}")
    assert seen is not None
    assert seen["status"] == "cancelled"


async def last_position(upgraded: Upgraded) -> int:
    connection = await asyncpg.connect(upgraded.dsn)
    try:
        position: int = await connection.fetchval("SELECT last_position FROM eventstore.log")
        return position
    finally:
        await connection.close()
