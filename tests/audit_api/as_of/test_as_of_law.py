"""The law of the auditor's desk: asked about any time or position, the log answers what the API answered then.

A season happens by chance; now and again everything is asked, and written down. In the end the audit floor, which has
the log and no read table, is asked the same once more.

SEATLEDGER_AS_OF_SEEDS and SEATLEDGER_AS_OF_WISHES make for a deeper look: how many seasons, and how long.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest
from msgspec.structs import replace

from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import SeatsAllotted, SeatsHeld, ShowFact, ShowScheduled
from domain.venue.facts import VenueDetailsChanged
from query_api.seat_map.seat_map_reading import GET_MAP, about
from query_api.seat_map.seat_map_shape import map_shape
from runtime.http.json_answer import json_bytes
from runtime.ids import new_id
from tests.audit_api.as_of.conftest import Desk
from tests.projections.histories import history, tries_by_chance
from tests.projections.people import BOB, BOB_KEY
from tests.projections.season import eur, on_sale, scheduled, seat, venue
from tests.projections.writing import MINUTE, NOON

_log = logging.getLogger(__name__)

SEEDS = int(os.environ.get("SEATLEDGER_AS_OF_SEEDS", "2"))
WISHES = int(os.environ.get("SEATLEDGER_AS_OF_WISHES", "25"))
LOOKS = int(os.environ.get("SEATLEDGER_AS_OF_LOOKS", "4"))
"""So often all of it is asked."""

SHOWS = 3
LATE = NOON + timedelta(days=60)
"""All is over."""
TICK = timedelta(microseconds=1)
ZONES = ("UTC", "Europe/Rome", "Asia/Kathmandu")
PERIODS = ("hour", "day", "week", "month", "year")
ERASED = "[erased]"


Asked = tuple[str, tuple[tuple[str, str], ...]]
"""A path of the audit floor, and its parameters."""


@dataclass
class Answered:
    """What the query side answered at a time, by the path of the audit floor that is to say it again; and what it is
    to say as of the position.
    """

    moment: datetime
    position: int
    by_time: dict[Asked, Any] = field(default_factory=dict)
    by_position: dict[Asked, Any] = field(default_factory=dict)


@dataclass
class Told:
    """A fact to come: it is recorded `at`."""

    stream: str
    fact: Any
    at: datetime


def season(seed: int) -> tuple[list[str], list[Told]]:
    """The ids of some shows at two venues, and all that happens, in order of time."""
    chance, venues = Random(seed), [venue("Regio"), venue("Ponchielli")]
    told = [Told(f"venue-{each.venue_id}", each, NOON) for each in venues]
    shows: list[str] = []
    for number in range(SHOWS):
        begin = NOON + timedelta(minutes=chance.randrange(90))
        tries = tries_by_chance(1_000 * seed + number, WISHES)
        facts: list[ShowFact] = history(tries, (60, 600, 60)[number % 3], begin=begin)[1]
        first = facts[0]
        assert isinstance(first, ShowScheduled)
        if number < len(venues):
            facts[0] = replace(first, venue_id=venues[number].venue_id, city=("Málaga", "Milano")[number])
        shows.append(first.show_id)
        told += _recorded_late(chance, f"show-{first.show_id}", facts)
    forgotten = list(_forgotten())
    shows.append(forgotten[0].fact.show_id)
    told += forgotten
    renamed = VenueDetailsChanged(venues[0].venue_id, "Nuovo", "Piazza 1", "Europe/Rome", NOON)
    told.append(Told(f"venue-{venues[0].venue_id}", renamed, NOON + timedelta(minutes=80)))
    # Stable: the facts of one stream stay in their order.
    return shows, sorted(told, key=lambda each: each.at)


def _forgotten() -> Iterator[Told]:
    """Of one show nobody ever writes down that a hold has run out, and that seats are on general sale again."""
    show = scheduled()
    house = Allotment(new_id(), "House", ("Stalls/A/4",), (AreaShare("Gallery", 2),), NOON + 40 * MINUTE)
    held = seat("A/1"), replace(seat("A/4"), allotment_id=house.id)
    booking = SeatsHeld(show.show_id, new_id(), "CODE", BOB, held, eur(18_000), NOON + 20 * MINUTE, NOON)
    for fact in (*on_sale(show), SeatsAllotted(show.show_id, house, NOON), booking):
        yield Told(f"show-{show.show_id}", fact, NOON)


def _recorded_late(chance: Random, stream: str, facts: list[ShowFact]) -> Iterator[Told]:
    """Each some time after it was decided: meanwhile a hold may run out."""
    last = facts[0].at
    for fact in facts:
        last = max(last, fact.at + timedelta(seconds=chance.choice((0, 0, 1, 90, 240))))
        yield Told(stream, fact, last)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_the_log_answers_what_the_api_answered_then(desk: Desk, seed: int) -> None:
    shows, told = season(seed)
    chance = Random(seed)
    looks = _looks(told, chance)
    answered: list[Answered] = []
    for number, each in enumerate(told):
        await desk.happened(each.stream, each.fact, each.at)
        if number in looks:
            until = told[number + 1].at if number + 1 < len(told) else each.at + timedelta(minutes=30)
            await desk.project()
            # At once, and when time alone has brought about whatever it could.
            for moment in sorted({each.at, max(each.at, until - TICK)}):
                if moment < until or (moment == each.at and until > each.at):
                    desk.now = moment
                    answered.append(await _look(desk, shows, chance))
    desk.now += timedelta(hours=1)
    await desk.erase(BOB_KEY)
    desk.now = LATE
    await desk.project()
    answered.append(await _look(desk, shows, chance))
    compared = Counter[str](lapsed=sum(map(_lapsed, answered)))
    for was in answered:
        await _check(desk, was, compared)
    _log.info("seed %d: %d facts, %d looks, compared %s", seed, len(told), len(answered), dict(compared))
    assert compared["by time"] > LOOKS * SHOWS
    assert compared["by position"] > LOOKS * SHOWS
    assert compared["lapsed"] > 0


def _looks(told: list[Told], chance: Random) -> set[int]:
    """After which facts to look: after some by chance, after those that are alone for longest, and after the last."""
    quiet = sorted(range(len(told) - 1), key=lambda number: told[number].at - told[number + 1].at)
    return {*chance.sample(range(len(told)), LOOKS // 2), *quiet[: LOOKS - LOOKS // 2], len(told) - 1}


def _lapsed(was: Answered) -> int:
    """In how many events time alone had brought something about."""
    maps = [there for there in was.by_time if there[0].endswith("/seat-map")]
    return sum(was.by_time[there] != was.by_position[there] for there in maps)


async def _look(desk: Desk, shows: list[str], chance: Random) -> Answered:
    """Ask the query side for everything."""
    found = Answered(desk.now, desk.position)
    there: Asked
    for show_id in shows:
        for path, audited in (("", "as-of"), ("/availability", "availability"), ("/revenue", "revenue")):
            here, there = f"/events/{show_id}{path}", (f"/audit/events/{show_id}/{audited}", ())
            found.by_time[there] = await desk.ask(here)
            found.by_position[there] = await desk.ask(here, as_of=desk.position)
        there = (f"/audit/events/{show_id}/seat-map", ())
        found.by_time[there] = await desk.ask(f"/events/{show_id}/seat-map")
        found.by_position[there] = await _map_without_a_clock(desk, show_id)
    for booking in (await desk.ask("/bookings/all", limit=6))["items"]:
        there = (f"/audit/bookings/{booking['id']}", ())
        found.by_time[there] = await desk.ask(f"/bookings/{booking['id']}")
    overview = ("/audit/statistics/overview", ())
    found.by_time[overview] = await desk.ask("/statistics/overview")
    if desk.now < LATE:
        found.by_position[overview] = found.by_time[overview]
    for asked in _questions(shows, chance):
        there = ("/audit/statistics/revenue", tuple(asked.items()))
        found.by_time[there] = found.by_position[there] = await desk.ask(
            "/statistics/revenue", limit=1_000, **asked
        )
    return found


def _questions(shows: list[str], chance: Random) -> Iterator[dict[str, str]]:
    """About revenue: by each group, by periods, and of some of it."""
    yield {}
    zone, period = chance.choice(ZONES), chance.choice(PERIODS)
    for group_by in ("event", "venue", "ticket_type"):
        yield {"group_by": group_by}
        yield {"group_by": group_by, "period": period, "timezone": zone}
    since = NOON + timedelta(minutes=chance.randrange(200), seconds=chance.randrange(60))
    until = since + timedelta(minutes=chance.randrange(200))
    cut = {"from": since.isoformat(), "to": until.isoformat()}
    yield {"period": chance.choice(PERIODS), "timezone": chance.choice(ZONES), **cut}
    yield {"group_by": chance.choice(("event", "ticket_type")), "city": "malaga"}
    yield {"group_by": "ticket_type", "event_id": chance.choice(shows), **cut}
    yield {"period": "day", "venue_id": new_id()}


async def _map_without_a_clock(desk: Desk, show_id: str) -> Any:
    """What the facts have left, whatever time it is."""
    row = await desk.query_pool.fetchrow(GET_MAP, *about(UUID(show_id), None), None, None)
    return None if row is None else orjson.loads(json_bytes(map_shape(row)))


async def _check(desk: Desk, was: Answered, compared: Counter[str]) -> None:
    for (path, asked), answer in was.by_time.items():
        now = await desk.ask(path, **dict(asked), as_of=was.moment.isoformat())
        assert _plain(path, now) == _unless_erased(answer, _plain(path, now)), (path, asked, was.moment)
        compared["by time"] += 1
    for (path, asked), answer in was.by_position.items():
        now = await desk.ask(path, **dict(asked), as_of_position=was.position)
        assert _plain(path, now) == _unless_erased(answer, _plain(path, now)), (path, asked, was.position)
        compared["by position"] += 1


def _plain(path: str, answer: Any) -> Any:
    return answer["booking"] if answer is not None and path.startswith("/audit/bookings/") else answer


def _unless_erased(answer: Any, now: Any) -> Any:
    """Of whom has been erased since nobody reads anything any more. A holder's name is the secret of whoever gave it,
    who need not have the booking still: where `now` has it erased, there must have been one.
    """
    if isinstance(answer, list):
        return [_unless_erased(*pair) for pair in zip_longest(answer, now or ())]
    if not isinstance(answer, dict):
        return answer
    found = {name: _unless_erased(each, (now or {}).get(name)) for name, each in answer.items()}
    if found.get("person_id") == BOB_KEY.person_id:
        found |= {"name": ERASED, "email": ERASED}
    if found.get("holder") is not None and (now or {}).get("holder") == ERASED:
        found["holder"] = ERASED
    return found
