"""Refusals are kept without anybody waiting for it, in bounded memory, and what is not kept is counted."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from command_api.refusals.allowance import Allowance
from command_api.refusals.keeping import BLOCK_LINES_MAX, KeptRefusals
from command_api.refusals.observed import RefusalMetrics
from command_api.refusals.table import OLD_MAX, RefusalTable
from command_api.writing.failures import PreconditionFailed
from command_api.writing.pending import Pending
from domain.refusal import Refused
from domain.show.refusals import SoldOut
from eventstore.hashing import canonical
from eventstore.store import StoreUnavailable
from runtime.ids import new_id
from tests.command_api.requests import registered
from tests.command_api.served import served
from tests.command_api.shop import Call, Shop
from tests.command_api.writing.words import NOON, book
from tests.domain.show.words_of_change import transfer

NO = Refused(SoldOut("standard", 2, 0))
METADATA = canonical({"by": {"id": "ana", "role": "customer"}, "command": "BookSeats", "request_id": "r1"})


def pending(metadata: bytes = METADATA) -> Pending:
    return Pending(
        command=book(2),
        command_id=str(UUID(int=7)),
        fingerprint=None,
        metadata=metadata,
        check=None,
        render=lambda _state, _facts: pytest.fail("nobody asks"),
        future=asyncio.get_running_loop().create_future(),
        deadline=0.0,
    )


class Rows(RefusalTable):
    """A table in memory. `away`, it says so; `chokes` on lines with this text."""

    def __init__(self) -> None:
        self.blocks: list[list[Any]] = []
        self.added = asyncio.Event()
        self.away = False
        self.chokes = b"never"

    async def add(self, lines: Sequence[bytes], now: datetime) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise StoreUnavailable("away")
        if any(self.chokes in line for line in lines):
            raise asyncpg.UntranslatableCharacterError("\\u0000 cannot be converted to text")
        self.blocks.append([msgspec.json.decode(line) for line in lines])
        self.added.set()

    @property
    def ids(self) -> list[int]:
        return [UUID(row["id"]).int for block in self.blocks for row in block]


class Keeping:
    def __init__(self, waiting_bytes_max: int = 1_000_000, allowance: Allowance | None = None) -> None:
        self.table, self.registry, numbers = Rows(), CollectorRegistry(), count(1)
        self.kept = KeptRefusals(
            self.table,
            RefusalMetrics(self.registry),
            lambda: NOON,
            lambda: str(UUID(int=next(numbers))),
            waiting_bytes_max=waiting_bytes_max,
            allowance=allowance or Allowance(10**9),
        )

    def keep(self, times: int = 1, metadata: bytes = METADATA) -> None:
        for _ in range(times):
            self.kept.keep(pending(metadata), NO, "show-1", 3)

    def count(self, outcome: str) -> float:
        return self.registry.get_sample_value("refusals_total", {"outcome": outcome}) or 0


async def test_what_is_kept_says_all_it_takes_to_decide_again() -> None:
    keeping = Keeping()
    keeping.keep()
    await keeping.kept.flush()
    ((row,),) = keeping.table.blocks
    assert (row["stream"], row["version"], row["code"], row["status"]) == ("show-1", 3, "sold-out", 409)
    assert row["reason"] == {"ticket_type_id": "standard", "requested": 2, "available": 0}
    assert (row["asked"]["wanted"], row["metadata"]["by"]["id"]) == ([{"quantity": 2}], "ana")
    assert keeping.count("kept") == 1


async def test_many_go_in_few_blocks() -> None:
    keeping = Keeping(10_000_000)
    keeping.keep(2 * BLOCK_LINES_MAX + 1)
    await keeping.kept.flush()
    assert [len(block) for block in keeping.table.blocks] == [BLOCK_LINES_MAX, BLOCK_LINES_MAX, 1]


async def test_what_does_not_fit_is_counted_and_later_there_is_room_again() -> None:
    keeping = Keeping(waiting_bytes_max=2_000)
    keeping.keep(50)
    fitted = 50 - int(keeping.count("dropped"))
    assert 1 <= fitted <= 5
    await keeping.kept.flush()
    assert keeping.count("kept") == fitted
    keeping.keep()
    await keeping.kept.flush()
    assert keeping.count("kept") == fitted + 1


async def test_what_is_more_than_is_kept_of_anybody_is_counted_apart() -> None:
    keeping = Keeping(allowance=Allowance(customer_bytes_max=2_000))
    keeping.keep(50)
    await keeping.kept.flush()
    assert 1 <= keeping.count("kept") <= 5
    assert keeping.count("limited") == 50 - keeping.count("kept")
    assert keeping.count("dropped") == 0


async def test_codes_that_nobody_was_given_are_not_kept() -> None:
    keeping, asked = Keeping(), pending()
    asked.command = transfer()
    keeping.kept.keep(asked, NO, "show-1", 3)
    await keeping.kept.flush()
    ((row,),) = keeping.table.blocks
    assert row["asked"]["fresh_codes"] == []


async def test_while_the_database_is_away_what_is_kept_waits_in_its_order() -> None:
    keeping = Keeping()
    keeping.table.away = True
    keeping.keep(3)
    with pytest.raises(StoreUnavailable):
        await keeping.kept.flush()
    keeping.table.away = False
    keeping.keep()
    await keeping.kept.flush()
    assert keeping.table.ids == [1, 2, 3, 4]
    assert (keeping.count("kept"), keeping.count("dropped")) == (4, 0)


async def test_one_that_the_table_cannot_take_costs_no_other() -> None:
    keeping = Keeping()
    keeping.table.chokes = b"poison"
    keeping.keep(2)
    keeping.keep(metadata=canonical({"by": {"id": "poison"}}))
    keeping.keep(2)
    await keeping.kept.flush()
    assert keeping.table.ids == [1, 2, 4, 5]
    assert (keeping.count("kept"), keeping.count("dropped")) == (4, 1)


async def test_what_cannot_be_written_down_is_counted_and_refused_all_the_same() -> None:
    keeping = Keeping()
    asked = pending()
    asked.command = replace(asked.command, code="\ud800")
    keeping.kept.keep(asked, NO, "show-1", 3)
    keeping.keep()
    await keeping.kept.flush()
    assert (keeping.count("kept"), keeping.count("dropped")) == (1, 1)


async def test_on_stopping_what_waits_is_written() -> None:
    """Also where the writing of a block is interrupted: nobody knows what became of it, so it goes once more."""
    keeping = Keeping()
    running = asyncio.create_task(keeping.kept.run())
    keeping.keep(BLOCK_LINES_MAX)
    await asyncio.sleep(0)
    keeping.keep(2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await keeping.kept.close()
    assert sorted(set(keeping.table.ids)) == list(range(1, BLOCK_LINES_MAX + 3))


async def test_on_stopping_without_a_database_what_is_lost_is_counted() -> None:
    keeping = Keeping()
    keeping.table.away = True
    keeping.keep(3)
    await keeping.kept.close()
    assert keeping.count("dropped") == 3


async def test_what_is_kept_is_written_without_being_asked_for() -> None:
    keeping = Keeping(10_000_000)
    running = asyncio.create_task(keeping.kept.run())
    keeping.keep(BLOCK_LINES_MAX)
    async with asyncio.timeout(60):
        await keeping.table.added.wait()
    running.cancel()
    assert len(keeping.table.ids) == BLOCK_LINES_MAX


# ---------------------------------------------------------------------- on a real database


async def test_a_block_that_is_sent_twice_is_there_once(command_pool: asyncpg.Pool) -> None:
    table, registry = RefusalTable(command_pool), CollectorRegistry()
    numbers = count(1_000)
    kept = KeptRefusals(table, RefusalMetrics(registry), lambda: NOON, lambda: str(UUID(int=next(numbers))))
    kept.keep(pending(), NO, "show-twice", 3)
    kept.keep(pending(), PreconditionFailed(9), "show-twice", 3)
    kept.keep_bare(
        str(UUID(int=8)), canonical({"by": {"id": "a", "role": "admin"}, "command": "MakeApiKey"}), NO
    )
    lines = list(kept._lines)
    await kept.flush()
    await table.add(lines, NOON)
    rows = await command_pool.fetch(
        "SELECT stream, version, command, by_id, code, reason::text, asked_at FROM command_api.refusals "
        "WHERE refusal_id >= $1 AND refusal_id < $2 ORDER BY refusal_id",
        UUID(int=1_000),
        UUID(int=1_003),
    )
    assert [tuple(row)[:5] for row in rows] == [
        ("show-twice", 3, "BookSeats", "ana", "sold-out"),
        ("show-twice", 3, "BookSeats", "ana", "version-mismatch"),
        (None, None, "MakeApiKey", "a", "sold-out"),
    ]
    assert rows[1]["reason"] == '{"version":9}'
    assert {row["asked_at"] for row in rows} == {NOON}


async def test_a_sign_that_no_table_takes_costs_only_its_own_refusal(command_pool: asyncpg.Pool) -> None:
    registry, numbers = CollectorRegistry(), count(2_000)
    kept = KeptRefusals(
        RefusalTable(command_pool),
        RefusalMetrics(registry),
        lambda: NOON,
        lambda: str(UUID(int=next(numbers))),
    )
    kept.keep(pending(), NO, "show-nul", 3)
    kept.keep(
        pending(canonical({"by": {"id": "\0", "role": "customer"}, "command": "BookSeats"})),
        NO,
        "show-nul",
        3,
    )
    await kept.flush()
    assert (
        await command_pool.fetchval("SELECT count(*) FROM command_api.refusals WHERE stream = 'show-nul'")
        == 1
    )
    assert registry.get_sample_value("refusals_total", {"outcome": "dropped"}) == 1


async def test_a_process_that_stops_has_kept_what_it_has_refused(command_pool: asyncpg.Pool) -> None:
    async with served(command_pool) as running:
        refusals = running.services.refusals
        for _ in range(5):
            refusals.keep(pending(), NO, "show-stopping", 3)
    kept = "SELECT count(*) FROM command_api.refusals WHERE stream = 'show-stopping'"
    assert await command_pool.fetchval(kept) == 5


ADD_OLD = """INSERT INTO command_api.refusals (log_id, refusal_id, asked_at, command, command_id, by_id, role, status,
                                               code, refusal, reason)
             SELECT 1, gen_random_uuid(), $1, 'BookSeats', gen_random_uuid(), 'old', 'customer', 409, 'sold-out',
                    'SoldOut', '{}' FROM generate_series(1, $2)"""


async def test_old_ones_are_forgotten_some_at_a_time_by_one_process_at_a_time(
    command_pool: asyncpg.Pool,
) -> None:
    table, long_ago = RefusalTable(command_pool), NOON - timedelta(days=9_000)
    await command_pool.execute(ADD_OLD, long_ago, OLD_MAX + 3)
    await command_pool.execute(ADD_OLD, long_ago + timedelta(days=2), 1)
    before = long_ago + timedelta(days=1)

    async def left() -> int:
        found: int = await command_pool.fetchval(
            "SELECT count(*) FROM command_api.refusals WHERE by_id = 'old'"
        )
        return found

    first, second = await asyncio.gather(table.forget(before), table.forget(before))
    assert True in (first, second)
    while await table.forget(before):
        pass
    assert await left() == 1
    await command_pool.execute("DELETE FROM command_api.refusals WHERE by_id = 'old'")


async def test_whoever_has_not_signed_in_is_counted_by_address_and_a_customer_is_not(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str | None] = []

    def noted(_: KeptRefusals, _id: str, _metadata: bytes, _no: object, stranger: str | None = None) -> None:
        counted.append(stranger)

    known = await registered(shop)
    monkeypatch.setattr(KeptRefusals, "keep_bare", noted)
    again = {**known, "password": "another horse battery 8"}
    assert (await shop.send(Call("RegisterUser", json={**again, "name": "Ana"}, by=None))).status_code == 409
    erasing = await shop.send(Call("ErasePerson", path={"customer_id": new_id()}))
    assert erasing.status_code == 404
    assert counted == ["127.0.0.1", None]
