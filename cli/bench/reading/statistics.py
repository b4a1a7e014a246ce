"""Scenario `statistics`: what an organiser looks at, over all bookings of the season, beside a read by primary key."""

from typing import Any

from cli.bench.load.job import Ask
from cli.bench.projecting.projector_process import LAST
from cli.bench.reading.house import House
from cli.bench.reading.latency import compared
from cli.bench.reading.questions import Question
from cli.bench.rounds import How
from cli.stopped import Stopped

STATISTICS = "/api/v1/statistics"
GOAL = 20.0

ASKED = {
    "overview": f"{STATISTICS}/overview",
    "revenue-by-event": f"{STATISTICS}/revenue?group_by=event",
    "revenue-by-venue": f"{STATISTICS}/revenue?group_by=venue",
    "revenue-by-month": f"{STATISTICS}/revenue?period=month&timezone=Europe/Rome",
    "revenue-by-day": f"{STATISTICS}/revenue?period=day",
    "occupancy-by-venue": f"{STATISTICS}/occupancy?group_by=venue",
}
EVENT_REVENUE = "event-revenue"


async def statistics(house: House, how: How) -> dict[str, Any]:
    """One connection, median latencies; each question by itself should keep to the goal. No request comes twice."""
    await _check(house)
    paths = {name: [path] for name, path in ASKED.items()}
    paths[EVENT_REVENUE] = [f"/api/v1/events/{show.show_id}/revenue" for show in house.season.sold]
    questions = [
        Question(name, [Ask(path, house.staff) for path in asked], fresh=True)
        for name, asked in paths.items()
    ]
    return await compared(house, questions, GOAL, how, list(paths))


async def _check(house: House) -> None:
    """The totals are those of the books that were kept while the season was written, if nothing was sold since."""
    kept, overview = house.season.kept, await house.get(ASKED["overview"], house.staff)
    if await house.stage.database.fetchval(LAST) > kept.facts:
        return
    expected = {
        "bookings": kept.statuses["confirmed"],
        "tickets_sold": kept.sold.total(),
        "gross": kept.taken,
        "refunded": kept.refunded,
    }
    found = {name: _by_currency(overview[name]) for name in expected}
    if found != expected:
        raise Stopped(f"the books say {expected}, and not {found}")


def _by_currency(figure: Any) -> Any:
    """A list of money as amounts by currency; a number as it is."""
    return {money["currency"]: money["amount"] for money in figure} if isinstance(figure, list) else figure
