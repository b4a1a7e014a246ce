"""Statistics equal the fold of the log at any position, in any time zone, to the cent."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from domain.show.facts import ShowFact, ShowScheduled
from runtime.ids import new_id
from tests.projections.histories import history, tries_by_chance
from tests.query_api.conftest import World
from tests.query_api.statistics.folded_sales import (
    FoldedShow,
    added,
    by_label,
    live_by_type,
    sums_of,
    without_nothing,
)

# Half an hour before clocks are put forward and back in Rome and on Lord Howe, and before midnight in Kathmandu.
BEGINNINGS = (
    datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2027, 4, 3, 14, 30, tzinfo=UTC),
    datetime(2027, 10, 2, 15, 0, tzinfo=UTC),
    datetime(2027, 12, 31, 17, 45, tzinfo=UTC),
)
ZONES = ("UTC", "Europe/Rome", "Asia/Kathmandu", "Australia/Lord_Howe")
PERIODS = ("hour", "day", "week", "month", "year")


@dataclass
class Season:
    """Three shows at two venues, told fact by fact in a random order."""

    chance: Random
    shows: dict[str, FoldedShow]
    facts: list[tuple[str, ShowFact]]
    venues: dict[str, str]


def season(seed: int) -> Season:
    chance, venues = Random(seed), [new_id(), new_id()]
    told, at_venue = [], {}
    for number in range(3):
        begin = BEGINNINGS[(seed + number) % len(BEGINNINGS)] + timedelta(seconds=chance.randrange(1_500))
        _, facts = history(tries_by_chance(100 * seed + number, 40), (600, None)[number % 2], begin=begin)
        first = facts[0]
        assert isinstance(first, ShowScheduled)
        at_venue[first.show_id] = venues[number % 2]
        city = ("Málaga", "Milano", "Malaga")[number]
        told.append([replace(first, venue_id=venues[number % 2], city=city), *facts[1:]])
    order = [number for number, facts in enumerate(told) for _ in facts]
    chance.shuffle(order)
    turns = [iter(facts) for facts in told]
    mixed = [(told[number][0].show_id, next(turns[number])) for number in order]
    return Season(chance, {facts[0].show_id: FoldedShow() for facts in told}, mixed, at_venue)


@pytest.mark.parametrize("seed", range(5))
async def test_statistics_equal_the_fold_of_the_log_at_random_positions(world: World, seed: int) -> None:
    told = season(seed)
    cuts = sorted({*told.chance.sample(range(1, len(told.facts)), 3), len(told.facts)})
    answered: dict[tuple[str, int], Any] = {}
    at = 0
    for cut in cuts:
        for show_id, fact in told.facts[at:cut]:
            await world.log.append(f"show-{show_id}", fact, at=fact.at)
            told.shows[show_id].add(fact)
        at = cut
        await world.project()
        await check_revenue(world, told, cut)
        for show_id, folded in told.shows.items():
            if folded.show.scheduled is not None and folded.show.status != "deleted":
                answered[show_id, cut] = await check_event(world, show_id, folded, cut)
    for (show_id, position), live in answered.items():
        then = await world.get(f"/events/{show_id}/revenue", "clerk", as_of=str(position))
        assert then.json() == live


async def check_revenue(world: World, told: Season, position: int) -> None:
    moves = [move for folded in told.shows.values() for move in folded.moves]
    whole = await items(world, "/statistics/revenue", position)
    assert [sums_of(row) for row in whole] == ([added(moved for _, moved in moves)] if moves else [])
    # At the end every period of every zone, before it some.
    last = position == len(told.facts)
    for zone in ZONES if last else [told.chance.choice(ZONES)]:
        for period in PERIODS if last else [told.chance.choice(PERIODS)]:
            rows = await items(world, "/statistics/revenue", position, period=period, timezone=zone)
            if (zone, period) == ("Australia/Lord_Howe", "hour"):
                # The half hour that is put in has a name of its own.
                assert added(map(sums_of, rows)) == added(moved for _, moved in moves)
                continue
            found = {row["period"]["label"]: sums_of(row) for row in rows}
            assert without_nothing(found) == without_nothing(by_label(moves, period, zone)), (zone, period)
    await check_groups(world, told, position)
    await check_cut(world, told, moves, position)


async def check_groups(world: World, told: Season, position: int) -> None:
    """Each group alone, and all of them together."""
    zone = told.chance.choice(ZONES)
    for period in (None, told.chance.choice(PERIODS[1:])):
        asked = {} if period is None else {"period": period, "timezone": zone}
        expected: dict[str, dict[Any, Any]] = {"event": {}, "venue": {}}
        for show_id, folded in told.shows.items():
            for name, sums in (
                by_label(folded.moves, period, zone) if period else {None: folded.sums}
            ).items():
                expected["event"][show_id, name] = sums
                key = told.venues[show_id], name
                expected["venue"][key] = added([expected["venue"].get(key, (0, 0, 0, 0)), sums])
        for group_by, grouped in expected.items():
            rows = await items(world, "/statistics/revenue", position, group_by=group_by, **asked)
            found = {(row[group_by]["id"], (row["period"] or {}).get("label")): sums_of(row) for row in rows}
            assert without_nothing(found) == without_nothing(grouped), (group_by, period)
        kinds = await items(world, "/statistics/revenue", position, group_by="ticket_type", **asked)
        whole = added(folded.sums for folded in told.shows.values())
        assert added(map(sums_of, kinds))[1:] == whole[1:]


async def check_cut(world: World, told: Season, moves: Any, position: int) -> None:
    """From any moment to any other, of all, of a venue and of a city."""
    if not moves:
        return
    one, other = sorted(told.chance.choice(moves)[0] for _ in range(2))
    asked = {"from": one.isoformat(), "to": other.isoformat()}
    inside = [moved for at, moved in moves if one <= at < other]
    assert [sums_of(row) for row in await items(world, "/statistics/revenue", position, **asked)] == (
        [added(inside)] if inside else []
    )
    for show_id, venue_id in told.venues.items():
        at_venue = [
            moved
            for other_id, folded in told.shows.items()
            if told.venues[other_id] == venue_id
            for at, moved in folded.moves
            if one <= at < other
        ]
        rows = await items(world, "/statistics/revenue", position, venue_id=venue_id, **asked)
        assert [sums_of(row) for row in rows] == ([added(at_venue)] if at_venue else [])
        city = "MÁLAGA" if list(told.venues).index(show_id) % 2 == 0 else "milano"
        assert await items(world, "/statistics/revenue", position, city=city, **asked) == rows


async def check_event(world: World, show_id: str, folded: FoldedShow, position: int) -> Any:
    answer = (await world.get(f"/events/{show_id}/revenue", "clerk")).json()
    assert answer["as_of_position"] == position
    assert sums_of(answer) == folded.sums
    types = answer["by_ticket_type"]
    assert added(map(sums_of, types))[1:] == folded.sums[1:]
    assert {each["ticket_type_id"]: each["tickets"] for each in types if each["tickets"]} == live_by_type(
        folded.show
    )
    course = await items(world, "/statistics/sales", position, event_id=show_id, period="hour")
    assert added(map(sums_of, course)) == folded.sums
    if course:
        assert sums_of(course[-1]["cumulative"]) == folded.sums
    statistics = (await world.get(f"/events/{show_id}/statistics", "clerk")).json()
    assert (
        statistics["occupancy"]["sold"]
        == sum(each["sold"] for each in statistics["by_section"])
        == folded.sums[1]
    )
    assert statistics["occupancy"]["capacity"] == folded.show.details.plan.capacity
    return answer


async def items(world: World, path: str, position: int, **asked: Any) -> list[dict[str, Any]]:
    """All rows of a list, in small pages; a CSV file has the same figures."""
    rows, cursor = [], None
    while True:
        answer = await world.get(path, "clerk", limit=4, **asked, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert answer.headers["Seatledger-Position"] == str(position) == str(body["as_of_position"])
        rows += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
    file = await world.get(path, "clerk", format="csv", **asked)
    lines = list(csv.DictReader(StringIO(file.text)))
    figures = [
        tuple(int(line[name]) for name in ("bookings", "tickets", "gross", "refunded")) for line in lines
    ]
    assert figures == [sums_of(row) for row in rows]
    return rows
