"""One show of the read tables compared with the fold of the log up to where the read tables are."""

from collections.abc import Callable

import asyncpg

from domain.show.state import Show
from eventstore.postgres.store import PostgresStore
from eventstore.violations import Finding
from projections.availability import PROJECTOR as AVAILABILITY
from projections.bookings import PROJECTOR as BOOKINGS
from projections.watching.chain import told
from projections.watching.differences import (
    availability_row,
    booking_row,
    differing,
    folded_availability,
    folded_booking,
)
from projections.watching.folded import FoldedShow
from projections.watching.invariant import Invariant
from projections.watching.shows import SHOW_STREAM
from projections.watching.snapshot import Snapshot, positions, snapshot

Chance = Callable[[int], int]
"""A number from 0 up to but without the one given."""

BOOKINGS_RECENT = 20
BOOKINGS_BY_CHANCE = 20
NAMED_MAX = 3


async def compared(pool: "asyncpg.Pool", stream: str, chance: Chance) -> list[Finding]:
    """What differs. Raises `StoreUnavailable`, asyncpg's errors, and whatever a fact does that cannot be folded.

    What differs once is looked at once more: a rebuild may have changed the tables over between two words of ours.
    """
    found = await _compared(pool, stream, chance)
    if not any(each.recurs for each in found):
        return found
    again = {each.cause for each in await _compared(pool, stream, chance)}
    return [each for each in found if not each.recurs or each.cause in again]


async def _compared(pool: "asyncpg.Pool", stream: str, chance: Chance) -> list[Finding]:
    store, folded = PostgresStore(pool), FoldedShow(stream)
    reached = await positions(pool, stream)
    if not reached:
        return []
    # Up to here now, so that bookings can be chosen; the little that comes after it below.
    show = await folded.up_to(store, min(reached.values()))
    seen = await snapshot(pool, stream, stream.removeprefix(SHOW_STREAM), chosen(show, chance))
    found: list[Finding] = []
    for name, position in sorted(seen.positions.items(), key=lambda each: each[1]):
        # A read model that has gone back is being made anew.
        if position >= min(reached.values()) and folded.first_bad is None:
            show = await folded.up_to(store, position)
            found += _COMPARED[name](stream, show, seen)
    if folded.first_bad is not None:
        found.append(told(folded.first_bad))
    return found


def chosen(show: Show, chance: Chance) -> list[str]:
    """Bookings that changed last, and some others."""
    ids = sorted(show.bookings, key=lambda each: -show.bookings[each].version)
    others = ids[BOOKINGS_RECENT:]
    by_chance = {others[chance(len(others))] for _ in range(min(BOOKINGS_BY_CHANCE, len(others)))}
    return [*ids[:BOOKINGS_RECENT], *sorted(by_chance)]


def _bookings(stream: str, show: Show, seen: Snapshot) -> list[Finding]:
    show_id, problems = stream.removeprefix(SHOW_STREAM), list[str]()
    position = seen.positions[BOOKINGS.name]
    for booking_id in sorted(seen.bookings.keys() & show.bookings.keys()):
        row = booking_row(seen.bookings[booking_id])
        if names := differing(row, folded_booking(show_id, show.bookings[booking_id])):
            problems.append(f"booking {booking_id} differs in {', '.join(names)}")
    if seen.booking_count != len(show.bookings):
        problems.append(f"{seen.booking_count} bookings are in the table, {len(show.bookings)} in the log")
    return _found(Invariant.BOOKINGS, stream, position, problems)


def _availability(stream: str, show: Show, seen: Snapshot) -> list[Finding]:
    position, row, problems = seen.positions[AVAILABILITY.name], seen.availability, list[str]()
    is_there = show.scheduled is not None and show.status != "deleted"
    if (row is not None) != is_there:
        problems.append("its row is missing" if is_there else "a row of it is there")
    elif row is not None and (names := differing(availability_row(row), folded_availability(show))):
        problems.append(f"its row differs in {', '.join(names)}")
    return _found(Invariant.AVAILABILITY, stream, position, problems)


def _found(invariant: Invariant, stream: str, position: int, problems: list[str]) -> list[Finding]:
    """One for a show: a table that is altered all over is one thing that is wrong."""
    if not problems:
        return []
    more = f", and {len(problems) - NAMED_MAX} more" if len(problems) > NAMED_MAX else ""
    return [
        Finding(
            invariant, stream, position, f"{stream}: {'; '.join(problems[:NAMED_MAX])}{more}", recurs=True
        )
    ]


_COMPARED: dict[str, Callable[[str, Show, Snapshot], list[Finding]]] = {
    BOOKINGS.name: _bookings,
    AVAILABILITY.name: _availability,
}
