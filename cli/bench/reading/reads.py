"""Scenario `reads`: what everybody asks while something is on sale, beside a route that does nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.bench.figures import answers_per_cpu_second, ratio, side_figures
from cli.bench.goals import at_least, at_most
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured
from cli.bench.reading.house import House, owner_of
from cli.bench.reading.questions import Question, ask_all, public
from cli.bench.reading.trickle import trickle
from cli.bench.rounds import How
from cli.bench.sides.read_side import NOTHING
from cli.stopped import Stopped

CONNECTIONS = 64
ASKED_MAX = 2_000
CHECKED_MAX = 50
PAGE = 20
WALK = 1_000

EVENTS = "/api/v1/events"
NOOP, AVAILABILITY, BOOKING = "noop-route", "availability", "booking"
FIRST, FIRST_SHORT, LATE = "first-page", f"first-{PAGE}", f"late-{PAGE}"
FRESH = "fresh "

GOALS = {
    "availability_to_noop": at_least(0.5),
    "booking_to_noop": at_least(0.5),
    "first_page_to_noop": at_least(0.3),
    "first_20_to_noop": at_least(0.3),
    "late_page_to_first": at_most(1.3),
}
FRESH_GOALS = {
    "fresh_first_page_to_noop": GOALS["first_page_to_noop"],
    "fresh_late_page_to_first": at_most(1.3),
}


async def reads(house: House, how: How) -> dict[str, Any]:
    """All of it twice: with a quiet log, when a server may remember whole lists for long, and while it moves
    (`moving_...`). `fresh` lists are asked so that no answer is like one before.

    `late_page_to_first` compares costs, the other ratios are rates. Both pages hold 20 events; the late one comes
    after as many as the series has dates. `..._by_cpu` compares what server and database spend on an answer, which
    says more on a busy machine. The projectors' CPU is among that of `others`.
    """
    (anybody,) = house.stage.tokens(1)
    points = [
        Question(NOOP, public([NOTHING], anybody)),
        await _availability(house, anybody),
        await _booking(house),
    ]
    lists = await _lists(house, anybody)
    fresh = [Question(f"{FRESH}{each.name}", each.asks, fresh=True) for each in lists]
    quiet = await ask_all(house, [*points, *lists, *fresh], CONNECTIONS, how)
    async with trickle(house):
        moving = await ask_all(house, [*points, *lists], CONNECTIONS, how)
    return {
        **_ratios(quiet),
        "fresh_first_page_to_noop": ratio(quiet, f"{FRESH}{FIRST}", NOOP),
        "fresh_first_20_to_noop": ratio(quiet, f"{FRESH}{FIRST_SHORT}", NOOP),
        "fresh_late_page_to_first": ratio(quiet, f"{FRESH}{FIRST_SHORT}", f"{FRESH}{LATE}"),
        **{f"moving_{name}": value for name, value in _ratios(moving).items()},
        "goals": {**GOALS, **FRESH_GOALS, **{f"moving_{name}": goal for name, goal in GOALS.items()}},
        "season": house.season.told(),
        "sides": {
            **{name: side_figures(each) for name, each in quiet.items()},
            **{f"moving {name}": side_figures(each) for name, each in moving.items()},
        },
    }


def _ratios(measured: Mapping[str, Sequence[Measured]]) -> dict[str, float]:
    return {
        "availability_to_noop": ratio(measured, AVAILABILITY, NOOP),
        "booking_to_noop": ratio(measured, BOOKING, NOOP),
        "first_page_to_noop": ratio(measured, FIRST, NOOP),
        "first_20_to_noop": ratio(measured, FIRST_SHORT, NOOP),
        "late_page_to_first": ratio(measured, FIRST_SHORT, LATE),
        "availability_to_noop_by_cpu": ratio(measured, AVAILABILITY, NOOP, answers_per_cpu_second),
        "booking_to_noop_by_cpu": ratio(measured, BOOKING, NOOP, answers_per_cpu_second),
        "first_page_to_noop_by_cpu": ratio(measured, FIRST, NOOP, answers_per_cpu_second),
    }


async def _lists(house: House, anybody: str) -> list[Question]:
    return [
        Question(FIRST, public([EVENTS], anybody)),
        Question(FIRST_SHORT, public([f"{EVENTS}?limit={PAGE}"], anybody)),
        Question(LATE, public([await late_page(house, anybody)], anybody)),
    ]


async def _availability(house: House, anybody: str) -> Question:
    season = house.season
    paths = {show.show_id: f"{EVENTS}/{show.show_id}/availability" for show in season.sold[:ASKED_MAX]}
    for show in season.sold[:CHECKED_MAX]:
        answer = await house.get(paths[show.show_id], anybody)
        expected = season.kept.held[show.show_id], season.kept.sold[show.show_id]
        if (answer["held"], answer["sold"]) != expected or answer["capacity"] != show.house.capacity:
            raise Stopped(f"{expected} are held and sold of {show.show_id}, and not {answer}")
    return Question(AVAILABILITY, public(list(paths.values()), anybody))


async def _booking(house: House) -> Question:
    sampled = house.season.kept.sampled[:ASKED_MAX]
    asks = [Ask(f"/api/v1/bookings/{each.booking_id}", house.stage.token(owner_of(each))) for each in sampled]
    for each, ask in zip(sampled[:CHECKED_MAX], asks[:CHECKED_MAX], strict=True):
        answer = await house.get(ask.path, ask.token)
        if answer["event_id"] != each.show_id or len(answer["tickets"]) != each.places:
            raise Stopped(f"{each} was booked, and not {answer}")
    return Question(BOOKING, asks)


async def late_page(house: House, anybody: str) -> str:
    """The page that begins after as many events as the series has dates, found by walking there."""
    left, cursor, seen = house.season.size.dates, "", set[str]()
    while left:
        page = await house.get(f"{EVENTS}?limit={min(WALK, left)}{cursor}", anybody)
        left -= len(page["items"])
        seen |= {item["id"] for item in page["items"]}
        if page["next"] is None:
            raise Stopped(f"there are {left} events fewer than there must be")
        cursor = f"&cursor={page['next']}"
    path = f"{EVENTS}?limit={PAGE}{cursor}"
    late = [item["id"] for item in (await house.get(path, anybody))["items"]]
    if len(late) < PAGE:
        raise Stopped(f"only {len(late)} events come after as many as the series has dates")
    if len(seen) != house.season.size.dates or seen & set(late):
        raise Stopped("a walk through the events has met some of them twice")
    return path
