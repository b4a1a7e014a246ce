"""The seat map is at every position what the domain's own fold says, seat by seat."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import orjson
from asyncpg.pool import PoolConnectionProxy
from hypothesis import given
from hypothesis import strategies as st

from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import ShowFact
from domain.show.places import KEPT, TAKEN
from domain.show.state import Show
from projections.applying import apply
from projections.schema import LIVE, work_in
from projections.seat_map import PROJECTOR
from tests.projections.histories import TRIES, Try, history, tries_by_chance
from tests.projections.people import keyring_over
from tests.projections.season import booked, scheduled, seat
from tests.projections.test_laws import CUTS, LAW, WINDOWS, connection, recorded, rolled_back

# The same fixture serves these tests.
__all__ = ["connection"]

ROWS = "SELECT row_id, seats, labels, position FROM seat_map_rows ORDER BY number"


@LAW
@given(tries=TRIES, window=WINDOWS, cuts=CUTS, on_sale=st.booleans())
async def test_the_map_equals_the_domains_state_after_every_batch(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, cuts: list[int], on_sale: bool
) -> None:
    await follow(connection, history(tries, window, on_sale)[1], cuts)


async def test_it_does_in_long_histories_too(connection: PoolConnectionProxy) -> None:
    """In which places come back to their allotments, and what else takes many facts to happen."""
    for seed in range(50):
        facts = history(tries_by_chance(seed), (600, None, 60)[seed % 3], on_sale=seed % 4 > 0)[1]
        await follow(connection, facts, [1 + seed % 5, 2])


async def follow(connection: PoolConnectionProxy, facts: Sequence[ShowFact], cuts: list[int]) -> None:
    """Apply the facts in batches of these sizes, over and over, and compare after each."""
    written, show = await recorded(facts), Show()
    async with rolled_back(connection):
        await work_in(connection, LIVE)
        before: dict[str, tuple[str, int]] = {}
        for first, last in pieces(len(facts), cuts):
            await apply(PROJECTOR, connection, written[first:last], keyring_over(connection))
            for fact in facts[first:last]:
                evolve(show, fact)
            if show.status == "deleted":
                assert not await connection.fetch(ROWS)
                continue
            assert await shown(connection) == shown_by_fold(show)
            before = await changes_are_told(connection, before, written[first].position)


def pieces(facts: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    at, turn = 0, 0
    while at < facts:
        size, turn = cuts[turn % len(cuts)], turn + 1
        yield at, min(at + size, facts)
        at += size


async def changes_are_told(
    connection: PoolConnectionProxy, before: dict[str, tuple[str, int]], first: int
) -> dict[str, tuple[str, int]]:
    """Whoever asks for what has changed since the last batch gets every row that has."""
    now = {row["row_id"]: (row["seats"], row["position"]) for row in await connection.fetch(ROWS)}
    for row_id, (seats, position) in now.items():
        assert position >= first or before[row_id] == (seats, position)
    (show,) = await connection.fetch("SELECT position, plan_position FROM seat_map_shows")
    assert show["position"] >= max((position for _, position in now.values()), default=0)
    assert show["plan_position"] >= first or now.keys() == before.keys()
    return now


async def shown(connection: PoolConnectionProxy) -> dict[str, Any]:
    (show,) = await connection.fetch("SELECT * FROM seat_map_shows")
    rows = await connection.fetch(ROWS)
    bookings = await connection.fetch("SELECT booking_id::text, status, places FROM seat_map_bookings")
    allotments = await connection.fetch("SELECT allotment_id::text FROM seat_map_allotments")
    areas = orjson.loads(show["areas"])
    return {
        "draft": show["draft"],
        "rows": {row["row_id"].partition("/")[2]: row["seats"] for row in rows},
        "counts": tuple(show[name] for name in ("free", "held", "sold", "blocked")),
        "areas": {
            area["name"]: tuple(area[name] for name in ("capacity", "held", "sold", "blocked"))
            for area in areas
        },
        "bookings": {
            row["booking_id"]: (row["status"], [place[1] for place in orjson.loads(row["places"])])
            for row in bookings
        },
        "allotments": {row["allotment_id"] for row in allotments},
    }


def shown_by_fold(show: Show) -> dict[str, Any]:
    taken = {
        place: letter
        for booking in show.bookings.values()
        if booking.is_live
        for place in places_of(booking)
        for letter in ["h" if booking.status == "pending" else "s"]
    }
    rows = {
        row.prefix[:-1]: "".join(
            {KEPT: "b", TAKEN: taken.get(row.seat(index), "?")}.get(flag, "f")
            for index, flag in enumerate(row.flags)
        )
        for section in show.places.rows.values()
        for row in section.values()
    }
    held, sold = (in_areas(show, status) for status in ("pending", "confirmed"))
    kept = show.places.kept
    areas = {
        area.name: (area.capacity, held[area.name], sold[area.name], kept.get(area.name, 0))
        for area in show.details.plan.areas
    }
    stock = show.stock
    return {
        "draft": show.status == "draft",
        "rows": rows,
        "counts": (
            sum(show.places.free.values()), sum(stock.held.values()), sum(stock.sold.values()), sum(kept.values()),
        ),
        "areas": areas,
        "bookings": {each.id: (each.status, places_of(each)) for each in show.bookings.values()},
        "allotments": set(show.allotments),
    }  # fmt: skip


def places_of(booking: Booking) -> list[str]:
    return [ticket.seat or ticket.area or "" for ticket in booking.live_tickets]


def in_areas(show: Show, status: str) -> Counter[str]:
    return Counter(
        ticket.area
        for booking in show.bookings.values()
        if booking.status == status
        for ticket in booking.live_tickets
        if ticket.area is not None
    )


IN_PLACE = (
    "SELECT pg_stat_get_xact_tuples_hot_updated($1::regclass), pg_stat_get_xact_tuples_updated($1::regclass)"
)


async def test_a_booking_in_a_house_of_60000_seats_writes_one_row_of_it_and_no_index(
    connection: PoolConnectionProxy,
) -> None:
    rows = tuple(Row(f"{number}", 20) for number in range(3_000))
    show = msgspec.structs.replace(scheduled(), plan=SeatingPlan((Section("Stalls", rows),)))
    facts = await recorded([show, booked(show, seat("1234/7"), seat("1234/8"))])
    async with rolled_back(connection):
        await work_in(connection, LIVE)
        await apply(PROJECTOR, connection, facts[:1], keyring_over(connection))
        await apply(PROJECTOR, connection, facts[1:], keyring_over(connection))
        assert tuple(*await connection.fetch(IN_PLACE, "seat_map_rows")) == (1, 1)
        assert tuple(*await connection.fetch(IN_PLACE, "seat_map_shows")) == (1, 1)
        (row,) = await connection.fetch(f"SELECT * FROM ({ROWS}) AS r WHERE position = 2")
        assert (row["row_id"], row["seats"]) == (f"{show.show_id}/Stalls/1234", f"{'f' * 6}ss{'f' * 12}")
