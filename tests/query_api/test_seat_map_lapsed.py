"""What the map says of holds that have run out, and of allotments after their date, is what it will say once that is
written down.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from asyncpg.pool import PoolConnectionProxy

from domain.show.decide import lapse
from domain.show.evolve import evolve
from domain.show.facts import AllotmentReleased, BookingExpired
from domain.show.state import Show
from projections.applying import apply
from projections.schema import LIVE, work_in
from projections.seat_map import PROJECTOR
from query_api.seat_map.seat_map_reading import GET_CHANGES, GET_MAP, about
from query_api.seat_map.seat_map_shape import changes_shape, map_shape
from tests.projections.histories import history, tries_by_chance
from tests.projections.people import keyring_over
from tests.projections.test_laws import connection, recorded, rolled_back
from tests.projections.test_seat_map import shown_by_fold
from tests.query_api.streams import Message, applied

# The same fixture serves these tests.
__all__ = ["connection"]


async def test_a_map_read_after_time_has_passed_equals_the_one_after_that_is_written(
    connection: PoolConnectionProxy,
) -> None:
    """Whatever the holds were of: seats with odd labels, areas, places of allotments that still keep what is theirs."""
    run_out, released = 0, 0
    for seed in range(200):
        # Cut short, while much is still on hold.
        show, facts = history(tries_by_chance(seed)[: 15 + seed % 30], (600, 60)[seed % 2])
        if show.status == "deleted":
            continue
        async with rolled_back(connection):
            await work_in(connection, LIVE)
            written = await recorded(facts)
            await apply(PROJECTOR, connection, written, keyring_over(connection))
            now = facts[-1].at + timedelta(minutes=30)
            asked = about(UUID(show.details.show_id), now)
            (row,) = await connection.fetch(GET_MAP, *asked, -1, 0)
            changes = (await connection.fetch(GET_CHANGES, *asked, written[-1].position))[0]
        for fact in lapse(show, now):
            if isinstance(fact, BookingExpired):
                run_out += len(show.bookings[fact.booking_id].live_tickets)
            released += isinstance(fact, AllotmentReleased)
            evolve(show, fact)
        whole, since = map_shape(row), changes_shape(changes, written[-1].position)
        assert seen(whole) == expected(show)
        assert whole["availability"] == since["availability"]
        areas = {area["name"]: area for area in whole["areas"]}
        assert all(areas[area["name"]] == area for area in since["areas"])
        rows = applied({}, [Message(data=whole)])
        assert rows == applied(rows, [Message(data=since)])
    assert run_out > 50
    assert released >= 5


def seen(found: dict[str, Any]) -> tuple[Any, ...]:
    counts, areas = found["availability"], found["areas"]
    return (
        applied({}, [Message(data=found)]),
        tuple(counts[name] for name in ("available", "held", "sold", "blocked")),
        {
            area["name"]: tuple(area[name] for name in ("capacity", "held", "sold", "blocked"))
            for area in areas
        },
    )


def expected(show: Show) -> tuple[Any, ...]:
    shown = shown_by_fold(show)
    return shown["rows"], shown["counts"], shown["areas"]
