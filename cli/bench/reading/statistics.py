"""Scenario `statistics`: what an organiser looks at, over all bookings of the season, beside a read by primary key."""

from typing import Any

from cli.bench.load.job import Ask
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
    """One connection, median latencies; each question by itself should keep to the goal."""
    overview = await house.get(ASKED["overview"], house.staff)
    # Other scenarios may have booked more since.
    if overview["bookings"] < house.season.kept.bookings:
        raise Stopped(f"{house.season.kept.bookings} bookings were made: {overview}")
    paths = {name: [path] for name, path in ASKED.items()}
    paths[EVENT_REVENUE] = [f"/api/v1/events/{show.show_id}/revenue" for show in house.season.sold]
    questions = [Question(name, [Ask(path, house.staff) for path in asked]) for name, asked in paths.items()]
    return await compared(house, questions, GOAL, how, list(paths))
