"""What an organizer is told is what they would be told if there were nobody else's events at all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cli.openapi import all_sides
from query_api.app import ROLE
from query_api.callers import STATISTICS
from query_api.sight import EVERYTHING, Sight
from query_api.snapshot import Snapshot
from runtime.database import create_pool
from runtime.identity import Caller
from runtime.privacy.keyring import Keyring
from tests.conftest import copied, database_on
from tests.projections.histories import ANYWHERE, SEATED
from tests.projections.people import MASTER
from tests.projections.writing import LogWriter
from tests.query_api.conftest import CALLERS, World, world_of
from tests.query_api.owned import LATER, VENUES, Told, shows, venues

Query = dict[str, Any]
ZONES = ("UTC", "Asia/Kathmandu")
PERIODS = (None, "hour", "day", "week", "month", "year")


@dataclass
class Worlds:
    """Everybody's events, and only Olga's with the venues that they are in."""

    mixed: World
    alone: World
    told: list[Told]

    def of(self, owner: str) -> list[str]:
        return [each.show.show_id for each in self.told if each.owner == owner]

    @property
    def key(self) -> Caller:
        """Of the box office, for all events of Olga."""
        return replace(CALLERS["clerk"], events=frozenset(self.of("olga")))


@asynccontextmanager
async def filled(dsn: str, told: list[Told]) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        pools = [
            await stack.enter_async_context(
                await create_pool(dsn, role=role, application_name="tests", min_size=0, max_size=4)
            )
            for role in ("seatledger_projections", "seatledger_command", ROLE)
        ]
        log = LogWriter(pools[1])
        world = await stack.enter_async_context(world_of(pools[0], log, pools[2], 10))
        for each in told:
            await log.append(each.stream, *each.facts)
        await world.project()
        world.now = LATER
        yield world


@pytest.fixture(scope="module")
async def worlds(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[Worlds]:
    told = [*venues(), *shows()]
    olgas = [each for each in told if each.owner == "olga" or each.stream == f"venue-{VENUES['house']}"]
    async with (
        copied(administrator, template) as one,
        copied(administrator, template) as other,
        filled(database_on(postgres, one), told) as mixed,
        filled(database_on(postgres, other), olgas) as alone,
    ):
        yield Worlds(mixed, alone, told[len(VENUES) :])


def filters(worlds: Worlds) -> list[Query]:
    return [
        {},
        {"venue_id": VENUES["house"]},
        {"venue_id": VENUES["otto"]},
        {"city": "malaga"},
        {"ticket_type_id": ANYWHERE.id},
        {"ticket_type_id": SEATED.id, "city": "malaga"},
        {"event_id": worlds.of("olga")[0]},
        {"event_id": worlds.of("otto")[0]},
        {"from": "2027-03-28T01:10:00Z", "to": "2027-03-29T00:00:00Z"},
    ]


def questions(worlds: Worlds) -> dict[str, list[tuple[str, Query]]]:
    """Of each statistic that organizers may ask for: every grouping, period and filter."""
    events, asked = worlds.of("olga"), filters(worlds)
    times = [{}, {"from": "2027-03-14T00:00:00Z"}, {"to": "2027-03-31T00:00:00Z"}]
    groups = (None, "event", "venue", "ticket_type")
    return {
        "GetOverview": [("/statistics/overview", {})],
        "GetBookingSystemStats": [("/booking-system/stats", {})],
        "GetRevenue": [
            ("/statistics/revenue", {"group_by": group, "period": period, "timezone": zone, **each})
            for group, period, zone, each in product(groups, PERIODS, ZONES, asked)
        ],
        "GetSales": [
            ("/statistics/sales", {"period": period, "timezone": zone, **each})
            for period, zone, each in product(PERIODS[2:], ZONES, asked)
        ],
        "GetOccupancy": [
            ("/statistics/occupancy", {"group_by": group, **each})
            for group, each in product(
                (None, "event", "venue", "section"),
                [
                    *times,
                    {"venue_id": VENUES["house"]},
                    {"event_id": events[0]},
                    {"event_id": worlds.of("otto")[0]},
                ],
            )
        ],
        "GetVenueOccupancy": [
            (f"/venues/{VENUES[venue]}/occupancy", each) for venue, each in product(("house", "olga"), times)
        ],
        "GetEventRevenue": [(f"/events/{event}/revenue", {}) for event in events],
        "GetEventStatistics": [(f"/events/{event}/statistics", {}) for event in events],
    }


OPERATIONS = sorted(served.operation_id for _, _, served in all_sides().table if served.access == STATISTICS)


def test_every_statistic_for_organizers_is_asked_here() -> None:
    nobody: Any = Worlds.__new__(Worlds)
    nobody.told = shows()
    assert sorted(questions(nobody)) == OPERATIONS


async def told(world: World, path: str, who: str | Caller, query: Query) -> Any:
    """A page of it, but for where the tables stand."""
    given = {name: value for name, value in query.items() if value is not None}
    answer = await world.get(path, who, **given)
    assert answer.status_code == 200, answer.text
    if query.get("format") == "csv":
        return [line for line in answer.text.splitlines() if not line.startswith("as_of_position")]
    body: Query = answer.json()
    return {name: value for name, value in body.items() if name != "as_of_position"}


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_an_organizer_is_told_of_their_own_events_alone(operation: str, worlds: Worlds) -> None:
    sold = False
    for path, query in questions(worlds)[operation]:
        expected = await told(worlds.alone, path, "clerk", query)
        assert await told(worlds.mixed, path, "olga", query) == expected, query
        assert await told(worlds.mixed, path, worlds.key, query) == expected, query
        sold = sold or expected != await told(worlds.mixed, path, "clerk", query)
    assert sold or operation.startswith("GetEvent"), "there is more than theirs to be told of"


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_files_and_further_pages_hold_no_more(operation: str, worlds: Worlds) -> None:
    asked = questions(worlds)[operation]
    for path, query in asked[:: 1 + len(asked) // 40]:
        as_file = {**query, "format": "csv"}
        expected = await told(worlds.alone, path, "clerk", as_file)
        assert await told(worlds.mixed, path, "olga", as_file) == expected, query
        if "next" in await told(worlds.alone, path, "clerk", query):
            await walk_both(worlds, path, query)


async def walk_both(worlds: Worlds, path: str, query: Query) -> None:
    """Page by page, the same in both worlds."""
    asked: Query = {**query, "limit": 2, "skip": 1}
    while True:
        page = await told(worlds.mixed, path, "olga", asked)
        assert page == await told(worlds.alone, path, "clerk", asked), asked
        if page["next"] is None:
            return
        asked = {**query, "limit": 2, "cursor": page["next"]}


async def test_there_is_something_to_be_told(worlds: Worlds) -> None:
    items = (await told(worlds.mixed, "/statistics/revenue", "olga", {"group_by": "event"}))["items"]
    assert {row["gross"]["currency"] for row in items} == {"EUR", "JPY"}
    assert {row["event"]["id"] for row in items} == {worlds.of("olga")[number] for number in (0, 1, 4)}


async def test_a_key_narrows_what_its_owner_sees(worlds: Worlds) -> None:
    one = worlds.of("olga")[0]
    keys = [replace(CALLERS[who], events=frozenset({one, worlds.of("otto")[0]})) for who in ("olga", "otto")]
    only = replace(CALLERS["clerk"], events=frozenset({one}))
    for group in (None, "event", "venue", "ticket_type"):
        query = {"group_by": group, "period": "day"}
        expected = await told(worlds.mixed, "/statistics/revenue", only, query)
        assert await told(worlds.mixed, "/statistics/revenue", keys[0], query) == expected
        assert await told(worlds.mixed, "/statistics/revenue", keys[1], query) != expected
    none = replace(CALLERS["clerk"], events=frozenset())
    assert (await told(worlds.mixed, "/statistics/revenue", none, {}))["items"] == []
    assert (await told(worlds.mixed, "/statistics/overview", none, {}))["events"] == 0


async def test_figures_of_others_are_forbidden_and_their_drafts_are_not_there(worlds: Worlds) -> None:
    for owner, path in product(("otto", "house"), ("revenue", "statistics")):
        for told_of in (each for each in worlds.told if each.owner == owner):
            for who in ("olga", worlds.key):
                answer = await worlds.mixed.get(f"/events/{told_of.show.show_id}/{path}", who)
                expected = (403, "forbidden") if told_of.is_public else (404, "event-not-found")
                assert (answer.status_code, answer.json()["code"]) == expected
                position = worlds.mixed.position
                then = await worlds.mixed.get(f"/events/{told_of.show.show_id}/revenue", who, as_of=position)
                assert then.status_code == answer.status_code


async def test_the_revenue_of_an_own_event_is_told_as_of_any_position(worlds: Worlds) -> None:
    event = worlds.of("olga")[0]
    for position in (worlds.mixed.position, worlds.mixed.position // 2):
        mine, theirs = [
            await worlds.mixed.get(f"/events/{event}/revenue", who, as_of=position)
            for who in ("olga", "clerk")
        ]
        assert (mine.status_code, mine.json()) == (theirs.status_code, theirs.json())


async def test_who_buys_is_not_for_organizers_nor_for_keys_of_some_events(worlds: Worlds) -> None:
    event = worlds.of("olga")[0]
    for who in ("olga", worlds.key):
        assert (await worlds.mixed.get("/statistics/customers", who)).status_code == 403
    for path in (
        "/bookings/all",
        "/bookings/search",
        f"/events/{event}/bookings",
        f"/bookings/event/{event}",
    ):
        assert (await worlds.mixed.get(path, "olga")).status_code == 403
    assert (await worlds.mixed.get(f"/ticket-types/{ANYWHERE.id}/bookings", "olga")).status_code == 403


async def test_a_venue_of_others_has_no_events_for_an_organizer(worlds: Worlds) -> None:
    body = await told(worlds.mixed, f"/venues/{VENUES['otto']}/occupancy", "olga", {})
    assert (body["events"], body["sold"], body["by_event"]) == (0, 0, [])


async def test_a_statement_that_forgets_whose_shows_it_is_about_is_never_run(worlds: Worlds) -> None:
    keyring = Keyring(worlds.mixed.query_pool, MASTER)
    async with worlds.mixed.query_pool.acquire() as connection:
        for sight in (
            Sight(owner=_id(worlds)),
            Sight(events=(_id(worlds),)),
            Sight(_id(worlds), (_id(worlds),)),
        ):
            look = Snapshot(connection, keyring, 0, LATER, sight)
            with pytest.raises(AssertionError, match="has not been held"):
                await look.rows("SELECT $1::int", 1)
        assert await Snapshot(connection, keyring, 0, LATER, EVERYTHING).rows("SELECT $1::int", 1)


def _id(worlds: Worlds) -> UUID:
    return UUID(worlds.of("olga")[0])
