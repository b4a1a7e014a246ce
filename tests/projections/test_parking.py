"""A fact that cannot be applied holds up its own stream and no other, until it is retried."""

import dataclasses
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from domain.show.facts import BookingConfirmed
from eventstore.facts import NewFact
from projections import bookings
from projections.parked.retrying import CannotRetry, retry, retry_with
from projections.parked.skipping import NotParked, Skip, skip
from projections.projector import Projector
from projections.rebuilding.rebuild import rebuild, rebuild_projector
from projections.status import statuses
from tests.projections.people import keyring_over
from tests.projections.projecting import follower, project
from tests.projections.season import booked, on_sale, scheduled, standing
from tests.projections.writing import COMMAND_ID, NOON, LogWriter, encoded

PROJECTOR = bookings.PROJECTOR
NOBODYS = "01a201e2-0000-7000-8000-0000000000ff"


def unknown_booking(show_id: str) -> NewFact:
    return encoded(BookingConfirmed(show_id, NOBODYS, NOON))


def unknown_name(show_id: str) -> NewFact:
    return NewFact("SeatsBlessed", 1, b"{}", b"{}", (), COMMAND_ID)


def unknown_version(show_id: str) -> NewFact:
    return unknown_booking(show_id)._replace(schema_version=99)


def no_uuid(show_id: str) -> NewFact:
    fact = booked(scheduled(), standing())
    return encoded(replace(fact, show_id=show_id, booking_id="not-a-uuid"))


def other_shape(show_id: str) -> NewFact:
    return unknown_booking(show_id)._replace(data=b'{"booking_id":1}')


BAD = [unknown_booking, unknown_name, unknown_version, no_uuid, other_shape]


async def parked(pool: asyncpg.Pool) -> dict[str, int]:
    """Where each stream of the bookings projector is parked."""
    (status,) = await statuses(pool, NOON, ["bookings"])
    return {each.stream: each.position for each in status.parked}


async def booked_shows(pool: asyncpg.Pool) -> list[str]:
    rows = await pool.fetch(
        "SELECT s.name FROM projections.bookings JOIN projections.bookings_shows AS s USING (show_id) ORDER BY s.name"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("bad", BAD)
async def test_the_rest_goes_on(pool: asyncpg.Pool, log: LogWriter, bad: Any) -> None:
    ill, well = scheduled("Ill"), scheduled("Well")
    await log.append(f"show-{ill.show_id}", *on_sale(ill), booked(ill, standing()))
    await log.append(f"show-{well.show_id}", *on_sale(well), booked(well, standing()))
    position = await log.append_new(f"show-{ill.show_id}", [bad(ill.show_id)])
    await log.append(f"show-{ill.show_id}", booked(ill, standing()))
    await log.append(f"show-{well.show_id}", booked(well, standing()))
    await project(pool, [PROJECTOR])
    assert await booked_shows(pool) == ["Ill", "Well", "Well"]
    assert await parked(pool) == {f"show-{ill.show_id}": position}


async def test_what_comes_later_of_a_parked_stream_waits_too(pool: asyncpg.Pool, log: LogWriter) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append(stream, *on_sale(ill))
    position = await log.append_new(stream, [unknown_booking(ill.show_id)])
    await project(pool, [PROJECTOR])
    await log.append(stream, booked(ill, standing()))
    await project(pool, [PROJECTOR])
    assert await booked_shows(pool) == []
    assert await parked(pool) == {stream: position}
    (status,) = await statuses(pool, NOON, ["bookings"])
    assert status.lag_facts == 0
    assert status.parked[0].error == f"RowMissing: bookings has no row {NOBODYS}"


def mended() -> Projector:
    """The same projector, which lets pass what it does not know."""

    def confirmed(batch: Any, fact: BookingConfirmed) -> None:
        if fact.booking_id != NOBODYS:
            bookings.confirmed(batch, fact)

    forgiving = dataclasses.replace(PROJECTOR.folds[BookingConfirmed], fold=confirmed)
    folds = {**PROJECTOR.folds, BookingConfirmed: forgiving}
    return Projector(PROJECTOR.name, PROJECTOR.version, PROJECTOR.tables, folds)


async def test_a_retry_applies_what_had_to_wait_in_order(pool: asyncpg.Pool, log: LogWriter) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append_new(
        stream,
        [
            *(encoded(fact) for fact in on_sale(ill)),
            unknown_booking(ill.show_id),
            encoded(booked(ill, standing())),
        ],
    )
    await project(pool, [PROJECTOR])
    # Not read yet when the stream is retried: the worker's to apply, not the retry's.
    await log.append(stream, booked(ill, standing()))
    assert not await retry("bookings", stream, pool, keyring_over(pool))
    assert await retry_with(mended(), stream, pool, keyring_over(pool))
    assert await booked_shows(pool) == ["Ill"]
    assert await parked(pool) == {}
    await project(pool, [PROJECTOR])
    assert await booked_shows(pool) == ["Ill", "Ill"]


async def test_a_retry_that_fails_parks_the_stream_where_it_now_fails(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append(stream, *on_sale(ill))
    await log.append_new(stream, [unknown_booking(ill.show_id)])
    second = await log.append_new(stream, [unknown_name(ill.show_id)])
    await project(pool, [PROJECTOR])
    assert not await retry_with(mended(), stream, pool, keyring_over(pool))
    assert await parked(pool) == {stream: second}


async def test_a_retry_leaves_tables_of_another_version_alone(pool: asyncpg.Pool, log: LogWriter) -> None:
    await project(pool, [PROJECTOR])
    newer = Projector(PROJECTOR.name, PROJECTOR.version + 1, PROJECTOR.tables, PROJECTOR.folds)
    with pytest.raises(CannotRetry, match="version"):
        await retry_with(newer, "show-1", pool, keyring_over(pool))


async def test_a_stream_that_is_not_parked_is_left_alone(pool: asyncpg.Pool, log: LogWriter) -> None:
    show = scheduled()
    await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    await project(pool, [PROJECTOR])
    assert await retry("bookings", f"show-{show.show_id}", pool, keyring_over(pool))
    assert await booked_shows(pool) == ["La Bohème"]


async def test_many_bad_facts_in_one_batch(pool: asyncpg.Pool, log: LogWriter) -> None:
    shows = [scheduled(f"{number:03}") for number in range(40)]
    for number, show in enumerate(shows):
        facts = [encoded(fact) for fact in (*on_sale(show), booked(show, standing()))]
        if number % 3 == 0:
            facts.insert(2, unknown_booking(show.show_id))
        await log.append_new(f"show-{show.show_id}", facts)
    await project(pool, [PROJECTOR])
    assert await booked_shows(pool) == [show.name for number, show in enumerate(shows) if number % 3]
    assert len(await parked(pool)) == 14


async def test_what_is_no_facts_fault_parks_nothing(pool: asyncpg.Pool, log: LogWriter) -> None:
    show = scheduled()
    await project(pool, [PROJECTOR])
    await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    await pool.execute("ALTER TABLE projections.bookings RENAME TO elsewhere")
    with pytest.raises(asyncpg.UndefinedTableError):
        await follower(PROJECTOR, pool).step()
    assert await parked(pool) == {}
    await pool.execute("ALTER TABLE projections.elsewhere RENAME TO bookings")
    await project(pool, [PROJECTOR])
    assert await booked_shows(pool) == ["La Bohème"]


SAID = Skip("olga", "a made-up booking", NOON)


async def test_a_skipped_fact_is_left_out_and_its_stream_goes_on(pool: asyncpg.Pool, log: LogWriter) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append(stream, *on_sale(ill))
    bad = await log.append_new(stream, [unknown_booking(ill.show_id)])
    await log.append(stream, booked(ill, standing()))
    worse = await log.append_new(stream, [unknown_version(ill.show_id)])
    await log.append(stream, booked(ill, standing()))
    await project(pool, [PROJECTOR])
    assert await parked(pool) == {stream: bad}
    assert not await skip("bookings", stream, SAID, pool, keyring_over(pool))
    assert await parked(pool) == {stream: worse}
    assert await skip("bookings", stream, SAID, pool, keyring_over(pool))
    assert await booked_shows(pool) == ["Ill", "Ill"]
    (status,) = await statuses(pool, NOON, ["bookings"])
    assert not status.parked
    assert [(each.position, each.skipped_by) for each in status.skipped] == [(bad, "olga"), (worse, "olga")]
    with pytest.raises(NotParked, match=f"{stream} is not parked in bookings"):
        await skip("bookings", stream, SAID, pool, keyring_over(pool))


async def test_a_rebuild_leaves_out_what_was_skipped_unless_it_can_be_applied_by_then(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    ill, other = scheduled("Ill"), scheduled("Other")
    for show in (ill, other):
        await log.append(f"show-{show.show_id}", *on_sale(show))
        await log.append_new(f"show-{show.show_id}", [unknown_booking(show.show_id)])
        await log.append(f"show-{show.show_id}", booked(show, standing()))
    await project(pool, [PROJECTOR])
    assert await skip("bookings", f"show-{ill.show_id}", SAID, pool, keyring_over(pool))
    await rebuild("bookings", pool, keyring_over(pool))
    assert await booked_shows(pool) == ["Ill"]
    assert list(await parked(pool)) == [f"show-{other.show_id}"]
    await rebuild_projector(mended(), pool, keyring_over(pool))
    assert await booked_shows(pool) == ["Ill", "Other"]
    assert await parked(pool) == {}
