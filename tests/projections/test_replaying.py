"""A replay says what the log says, beside what is live, and leaves nothing behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from eventstore.offline.lines import NotAnExport
from eventstore.postgres.exporting import export
from eventstore.postgres.log_pages import LogPage
from eventstore.postgres.store import PostgresStore
from eventstore.store import StoreUnavailable
from projections.read_models import PROJECTORS, projector_named
from projections.replaying.continued import Continued
from projections.replaying.exported import Export
from projections.replaying.replay import ERASED_MEANWHILE, Replayed, Replaying, position_of
from projections.replaying.scratch import NoScratch, scratch
from projections.replaying.source import LiveLog, Source
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People
from tests.projections.erasing import erase
from tests.projections.histories import history, tries_by_chance
from tests.projections.people import MASTER, keyring_over, known
from tests.projections.projecting import ALL, project, working
from tests.projections.season import booked, on_sale, scheduled, standing
from tests.projections.test_parking import unknown_booking
from tests.projections.writing import NOON, LogWriter

HOUR = timedelta(hours=1)
LIVE_ROWS = "SELECT count(*) FROM projections.bookings"
SCRATCH_TABLES = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"


async def whole_lives(log: LogWriter, seeds: range, at: int = 0) -> int:
    """Shows to which everything happens that can; the position of the last fact."""
    position = 0
    for seed in seeds:
        show, facts = history(tries_by_chance(seed))
        position = await log.append(f"show-{show.details.show_id}", *facts, at=NOON + at * HOUR)
    return position


def people_keys(pool: asyncpg.Pool) -> Keyring:
    """That of a process which has just begun."""
    return Keyring(pool, MASTER)


async def replayed(
    pool: asyncpg.Pool,
    source: Source | None = None,
    to: int | None = None,
    *,
    names: tuple[str, ...] = tuple(PROJECTORS),
    batch_max: int = 50,
    keyring: Keyring | None = None,
) -> dict[str, Replayed]:
    async with scratch(pool) as connection:
        keys = keyring or keyring_over(pool)
        replaying = Replaying(connection, source or LiveLog(pool), keys, to, shown_max=5, batch_max=batch_max)
        return {name: await replaying.replay(projector_named(name), lambda *_: None) for name in names}


async def test_what_the_log_says_is_what_is_live(pool: asyncpg.Pool, log: LogWriter) -> None:
    position = await whole_lives(log, range(12))
    await project(pool)
    found = await replayed(pool)
    assert {each.position for each in found.values()} == {position}
    assert not any(each.differing or each.not_compared for each in found.values())
    compared = {table.table: table for each in found.values() for table in each.tables}
    assert set(compared) == {name for each in ALL for name in each.table_names}
    assert compared["bookings"].live == compared["bookings"].replayed == await pool.fetchval(LIVE_ROWS) > 0


async def test_a_row_that_was_altered_is_named_with_its_columns(
    database: str, pool: asyncpg.Pool, log: LogWriter
) -> None:
    await whole_lives(log, range(6))
    await project(pool)
    superuser = await asyncpg.connect(database)
    try:
        altered = await superuser.fetchval(
            """UPDATE projections.bookings SET paid = paid + 100, status = 'won'
               WHERE booking_id = (SELECT booking_id FROM projections.bookings ORDER BY booking_id LIMIT 1)
               RETURNING booking_id::text"""
        )
        removed = await superuser.fetchval(
            """DELETE FROM projections.bookings
               WHERE booking_id = (SELECT max(booking_id::text)::uuid FROM projections.bookings)
               RETURNING booking_id::text"""
        )
        await superuser.execute("INSERT INTO projections.search_words VALUES ('zzz')")
    finally:
        await superuser.close()
    found = await replayed(pool)
    assert {name for name, each in found.items() if each.differing} == {"bookings", "search"}
    (bookings,) = (each for each in found["bookings"].tables if each.differing)
    assert (bookings.altered, bookings.only_live, bookings.only_replayed) == (1, 0, 1)
    kinds = {each.kind: each for each in bookings.differences}
    assert kinds["altered"].key == {"booking_id": altered}
    assert set(kinds["altered"].columns) == {"paid", "status"}
    live, said = kinds["altered"].columns["paid"] or (0, 0)
    assert live - said == 100
    assert kinds["only replayed"].key == {"booking_id": removed}
    (words,) = (each for each in found["search"].tables if each.differing)
    assert [(each.key, each.kind) for each in words.differences] == [({"word": "zzz"}, "only live")]


async def test_a_live_table_that_is_gone_lacks_all_its_rows(
    database: str, pool: asyncpg.Pool, log: LogWriter
) -> None:
    await whole_lives(log, range(2))
    await project(pool)
    superuser = await asyncpg.connect(database)
    try:
        await superuser.execute("DROP TABLE projections.booking_versions")
    finally:
        await superuser.close()
    found = (await replayed(pool, names=("bookings",)))["bookings"]
    (gone,) = (each for each in found.tables if each.differing)
    assert (gone.table, gone.live) == ("booking_versions", 0)
    assert gone.only_replayed == gone.replayed > 0


async def test_words_about_people_are_not_shown(database: str, pool: asyncpg.Pool, log: LogWriter) -> None:
    await whole_lives(log, range(6))
    await project(pool)
    superuser = await asyncpg.connect(database)
    try:
        await superuser.execute("UPDATE projections.booking_search SET customer = 'somebody else'")
    finally:
        await superuser.close()
    found = (await replayed(pool, names=("booking_search",)))["booking_search"]
    (search,) = (each for each in found.tables if each.differing)
    assert search.altered == search.live > 0
    assert search.differences[0].columns == {"customer": None}


async def test_of_an_earlier_moment_what_is_kept_is_compared_and_the_rest_is_not(
    database: str, pool: asyncpg.Pool, log: LogWriter
) -> None:
    earlier = await whole_lives(log, range(4))
    await whole_lives(log, range(4, 8), at=1)
    await project(pool)
    source = LiveLog(pool)
    assert await position_of(source, NOON + HOUR / 2) == earlier
    assert await position_of(source, NOON - HOUR) == 0
    found = await replayed(pool, to=earlier)
    assert not any(each.differing for each in found.values())
    compared = {table.table: table for each in found.values() for table in each.tables}
    assert {"booking_versions", "listing_versions", "sales_entries", "sales_shows_versions"} <= set(compared)
    # Nothing about venues has come since, so what is live is what was live.
    assert {"venues", "ticket_types"} <= set(compared)
    assert "bookings" in found["bookings"].not_compared
    assert compared["booking_versions"].live == compared["booking_versions"].replayed > 0
    superuser = await asyncpg.connect(database)
    try:
        await superuser.execute(
            """DELETE FROM projections.booking_versions
               WHERE position = (SELECT min(position) FROM projections.booking_versions)"""
        )
    finally:
        await superuser.close()
    again = await replayed(pool, to=earlier, names=("bookings",))
    assert again["bookings"].differing == 1


async def test_where_live_is_behind_both_are_compared_there(pool: asyncpg.Pool, log: LogWriter) -> None:
    behind = await whole_lives(log, range(3))
    await project(pool)
    ahead = await whole_lives(log, range(3, 5))
    found = await replayed(pool, to=ahead, names=("bookings", "availability"))
    assert {(each.position, each.live, each.differing) for each in found.values()} == {(behind, behind, 0)}


async def test_live_tables_that_move_on_are_met_where_they_are(pool: asyncpg.Pool, log: LogWriter) -> None:
    begin = await whole_lives(log, range(3))
    await project(pool)
    async with working(pool) as worker:
        found: dict[str, Replayed] = {}
        for seed, name in enumerate(("bookings", "availability", "seat_map", "sales"), start=3):

            class MovesOn(LiveLog):
                """While the first page is read something is sold, and projected."""

                async def page(self, after: int, *rest: Any) -> LogPage:
                    if after == 0:
                        await worker.reached(await whole_lives(log, range(seed, seed + 1)))  # noqa: B023 - used at once
                    return await super().page(after, *rest)

            found |= await replayed(pool, MovesOn(pool), names=(name,), batch_max=5)
    assert not any(each.differing or each.not_compared for each in found.values())
    assert begin < found["bookings"].position < found["sales"].position


async def test_read_models_without_live_tables_are_not_compared(pool: asyncpg.Pool, log: LogWriter) -> None:
    await whole_lives(log, range(1))
    found = await replayed(pool, names=("venues",))
    assert found["venues"].not_compared == {"venues": "there are no live tables yet"}


async def test_a_session_that_ends_in_the_middle_leaves_nothing(
    database: str, pool: asyncpg.Pool, log: LogWriter
) -> None:
    await whole_lives(log, range(3))
    await project(pool)
    killer = await asyncpg.connect(database)

    class Killed(LiveLog):
        async def page(self, after: int, *rest: Any) -> LogPage:
            if after:
                assert await killer.fetchval(SCRATCH_TABLES) > 0
                await killer.fetchval("SELECT pg_terminate_backend($1, 5000)", session)
            return await super().page(after, *rest)

    try:
        async with scratch(pool) as connection:
            session = connection.get_server_pid()
            replaying = Replaying(connection, Killed(pool), keyring_over(pool), None, 5, batch_max=5)
            with pytest.raises(StoreUnavailable):
                await replaying.replay(projector_named("bookings"), lambda *_: None)
        assert await killer.fetchval(SCRATCH_TABLES) == 0
        assert not (await replayed(pool, names=("bookings",)))["bookings"].differing
        assert await killer.fetchval(SCRATCH_TABLES) == 0
    finally:
        await killer.close()


async def test_a_scratch_session_can_change_nothing_that_is_live(pool: asyncpg.Pool, log: LogWriter) -> None:
    await whole_lives(log, range(1))
    await project(pool)
    async with scratch(pool) as connection:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with connection.transaction(readonly=True):
                await connection.execute("DELETE FROM projections.bookings")


@pytest.fixture
async def exported(database: str, pool: asyncpg.Pool, log: LogWriter, tmp_path: Path) -> Path:
    """An export of a log that has gone on since."""
    await whole_lives(log, range(4))
    await project(pool)
    path = tmp_path / "log.ndjson"
    auditor = await asyncpg.create_pool(database, min_size=0, max_size=1)
    with path.open("wb") as file:

        async def write(text: bytes) -> None:
            file.write(text)

        async with auditor:
            await export(auditor, 0, NOON, write, lambda *_: None)
    return path


async def test_an_export_is_replayed_as_the_log_is(pool: asyncpg.Pool, exported: Path) -> None:
    with Export(exported) as source:
        found = await replayed(pool, source, await source.head())
    assert not any(each.differing or each.not_compared for each in found.values())
    assert sum(table.replayed for each in found.values() for table in each.tables) > 100


async def test_an_earlier_export_is_compared_with_what_is_kept(
    pool: asyncpg.Pool, log: LogWriter, exported: Path
) -> None:
    await whole_lives(log, range(4, 6), at=1)
    await project(pool)
    with Export(exported) as source:
        end = await source.head()
        assert await position_of(source, NOON + HOUR) == end
        assert await position_of(source, 10**9) == end
        found = await replayed(pool, source, end)
    assert found["bookings"].position == end < (found["bookings"].live or 0)
    assert not any(each.differing for each in found.values())
    assert [each.table for each in found["bookings"].tables] == ["booking_versions"]


async def test_an_export_goes_on_with_the_log_so_that_all_can_be_compared(
    pool: asyncpg.Pool, log: LogWriter, exported: Path
) -> None:
    position = await whole_lives(log, range(4, 6), at=1)
    await project(pool)
    with Export(exported) as source:
        continued = Continued(source, LiveLog(pool), PostgresStore(pool))
        assert await position_of(continued, NOON + HOUR / 2) == await source.head()
        assert await position_of(continued, NOON + HOUR) == await continued.head() == position
        found = await replayed(pool, continued)
    assert {each.position for each in found.values()} == {position}
    assert not any(each.differing or each.not_compared for each in found.values())


async def test_an_export_of_another_log_is_not_gone_on_with(
    database: str, pool: asyncpg.Pool, log: LogWriter, exported: Path
) -> None:
    await whole_lives(log, range(4, 5))
    await project(pool)
    superuser = await asyncpg.connect(database)
    try:
        with Export(exported) as source:
            end = await source.head()
            await superuser.execute("UPDATE eventstore.events SET hash = '\\x00' WHERE position = $1", end)
            continued = Continued(source, LiveLog(pool), PostgresStore(pool))
            with pytest.raises(NotAnExport, match="not of this log"):
                await replayed(pool, continued, names=("venues",))
    finally:
        await superuser.close()


async def test_streams_that_are_parked_are_said_on_both_sides(
    database: str, pool: asyncpg.Pool, log: LogWriter
) -> None:
    show = scheduled()
    stream = f"show-{show.show_id}"
    await log.append(stream, *on_sale(show))
    await log.append_new(stream, [unknown_booking(show.show_id)])
    await project(pool, (projector_named("bookings"),))
    found = (await replayed(pool, names=("bookings",)))["bookings"]
    assert found.parked_live == found.parked_replayed == {stream}
    assert not found.differing


async def test_who_is_erased_makes_no_difference(pool: asyncpg.Pool, log: LogWriter, people: People) -> None:
    person = await people.guest("zoe@example.org", NOON)
    show = scheduled()
    customer = known(person, "Zoe", "zoe@example.org")
    await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing(), customer=customer))
    await project(pool)
    assert not (await replayed(pool, keyring=people_keys(pool)))["booking_search"].differing
    await erase(people, log, person)
    # The key is gone and her words are still live: nothing can be said of them.
    behind = (await replayed(pool, keyring=people_keys(pool)))["booking_search"]
    assert set(behind.not_compared.values()) == {ERASED_MEANWHILE}
    await project(pool)
    found = await replayed(pool, keyring=people_keys(pool))
    assert not any(each.differing or each.not_compared for each in found.values())


async def test_without_the_right_to_temporary_tables_it_is_said(database: str, pool: asyncpg.Pool) -> None:
    superuser = await asyncpg.connect(database)
    try:
        name = await superuser.fetchval("SELECT current_database()")
        await superuser.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
    finally:
        await superuser.close()
    with pytest.raises(NoScratch, match="GRANT TEMPORARY"):
        await replayed(pool)


async def test_an_export_that_was_altered_is_not_replayed(pool: asyncpg.Pool, exported: Path) -> None:
    text = exported.read_bytes()
    exported.write_bytes(text.replace(b'"refund":{"amount":', b'"refund":{"amount":1', 1))
    with Export(exported) as source, pytest.raises(NotAnExport, match="does not match its hash"):
        await replayed(pool, source, await source.head())
    exported.write_bytes(
        text.replace(b'"after":0', b'"after":1', 1).replace(b'"peaks":[]', b'"peaks":["%064d"]' % 0)
    )
    with Export(exported) as source, pytest.raises(NotAnExport, match="begins after position 1"):
        await replayed(pool, source, await source.head())
    exported.write_bytes(b"".join(text.splitlines(keepends=True)[:-5]))
    with Export(exported) as source, pytest.raises(NotAnExport, match=r"ends before|cut off"):
        await replayed(pool, source, await source.head())
