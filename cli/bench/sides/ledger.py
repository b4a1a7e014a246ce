"""Sales over the classics' tables: opened, and checked afterwards."""

from collections import Counter
from collections.abc import Sequence

from cli.bench.sides.side import Checked
from cli.bench.stage import Stage

OPEN = "INSERT INTO bench.events (id, capacity, available, price) VALUES ($1, $2, $2, 4500)"

ADD_PLACES = "INSERT INTO bench.places (event_id, number) SELECT $1, n FROM generate_series(1, $2) AS n"

BOOKED = "SELECT id::text FROM bench.bookings WHERE event_id = $1"

# What is booked beyond the capacity, or what the counter of places left does not account for.
MISCOUNTED = """SELECT greatest(sum(b.quantity) - e.capacity,
                                abs(e.capacity - e.available - sum(b.quantity)), 0)::bigint
                FROM bench.events AS e JOIN bench.bookings AS b ON b.event_id = e.id
                WHERE e.id = $1 GROUP BY e.capacity, e.available"""

# Bookings that do not own exactly as many places as they say.
MISPLACED = """SELECT count(*) FROM bench.bookings AS b
               LEFT JOIN (SELECT booking_id, count(*) AS places FROM bench.places WHERE event_id = $1 GROUP BY 1) AS p
                      ON p.booking_id = b.id
               WHERE b.event_id = $1 AND p.places IS DISTINCT FROM b.quantity"""


async def on_sale(stage: Stage, _url: str, event_id: str, capacity: int) -> str:
    """A counter of places left."""
    await stage.database.execute(OPEN, event_id, capacity)
    return event_id


async def on_sale_with_places(stage: Stage, url: str, event_id: str, capacity: int) -> str:
    """A row for each place, and statistics for the planner, without which it would sort them all."""
    await on_sale(stage, url, event_id, capacity)
    await stage.database.execute(ADD_PLACES, event_id, capacity)
    await stage.database.execute("ANALYZE bench.places")
    return event_id


async def check_counter(stage: Stage, event_id: str, acknowledged: Sequence[str]) -> Checked:
    """The bookings are the acknowledged ones, and the counter has gone down by as much."""
    return await _check(stage, event_id, acknowledged, MISCOUNTED)


async def check_places(stage: Stage, event_id: str, acknowledged: Sequence[str]) -> Checked:
    """The bookings are the acknowledged ones, and each owns its places."""
    return await _check(stage, event_id, acknowledged, MISPLACED)


async def _check(stage: Stage, event_id: str, acknowledged: Sequence[str], oversold: str) -> Checked:
    kept = [row[0] for row in await stage.database.fetch(BOOKED, event_id)]
    return compared(acknowledged, kept, await stage.database.fetchval(oversold, event_id) or 0)


def compared(acknowledged: Sequence[str], kept: Sequence[str], oversold: int) -> Checked:
    """Both lists hold booking ids; either may hold one twice, which must not be."""
    answers, found = Counter(acknowledged), Counter(kept)
    return Checked(
        acknowledged=len(acknowledged),
        found=len(kept),
        missing=len(answers.keys() - found.keys()),
        twice=sum(1 for times in (*answers.values(), *found.values()) if times > 1),
        unacknowledged=len(found.keys() - answers.keys()),
        oversold=oversold,
    )
