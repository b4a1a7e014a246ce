"""Each entry of a season is made once, whatever happens in between."""

import asyncio
from collections import Counter
from random import Random

import orjson
import pytest

from cli.demo.season import demo_season
from cli.importing.carrying_out import CALLER, import_season
from cli.importing.imported import Imported
from cli.importing.reading import parsed_season
from cli.importing.season import Kind, Season
from cli.importing.write_path import WritePath, write_path
from command_api.aggregates import VENUE
from command_api.answers.venue import closed_venue
from command_api.keys import command_id
from domain.venue.commands import CloseVenue
from eventstore.memory import MemoryStore
from eventstore.store import LogReader, whole_log
from tests.cli.seasons import event, read, small_season
from tests.cli.stores import DyingStore

EVERYTHING = {"VenueOpened": 2, "TicketTypeAdded": 2, "ShowScheduled": 4, "ShowPublished": 3}


async def imported_into(store: MemoryStore, season: Season) -> Imported:
    """As if by a program of its own: nothing is left of the one before but the log."""
    path = WritePath(CALLER, store)
    try:
        return await import_season(season, path)
    finally:
        await path.close()


async def facts_of(store: LogReader) -> Counter[str]:
    return Counter([fact.name async for page in whole_log(store) for fact in page])


async def test_a_season_becomes_venues_ticket_types_and_events() -> None:
    store = MemoryStore()
    imported = await imported_into(store, read(small_season()))
    assert imported.lines() == ["imported 2 venues, 2 ticket types, 4 events; 0 were there already"]
    assert await facts_of(store) == EVERYTHING
    boheme = imported.resources[Kind.EVENT]["boheme"]
    assert boheme["venue"]["id"] == imported.resources[Kind.VENUE]["regio"]["id"]
    vip, standard = boheme["ticket_types"]
    assert vip["id"] == imported.resources[Kind.TICKET_TYPE]["vip"]["id"]
    assert standard["price"] == {"amount": 2500, "currency": "EUR"}, "from the catalogue"
    assert imported.resources[Kind.EVENT]["draft"]["status"] == "draft"


async def test_importing_twice_adds_nothing() -> None:
    store, season = MemoryStore(), read(small_season())
    first = await imported_into(store, season)
    second = await imported_into(store, season)
    assert await facts_of(store) == EVERYTHING
    assert second.lines() == ["imported 0 venues, 0 ticket types, 0 events; 8 were there already"]
    assert second.resources == first.resources


async def test_what_is_new_in_the_file_is_added() -> None:
    store = MemoryStore()
    await imported_into(store, read(small_season()))
    more = small_season()
    more["events"].append(event("aida", ticket_types=[{"ticket_type": "vip"}]))
    again = await imported_into(store, read(more))
    assert again.lines() == ["imported 0 venues, 0 ticket types, 1 event; 8 were there already"]
    aida = again.resources[Kind.EVENT]["aida"]
    assert aida["venue"]["id"] == again.resources[Kind.VENUE]["regio"]["id"]


async def test_an_entry_that_differs_stays_as_it_was_and_is_reported() -> None:
    store = MemoryStore()
    await imported_into(store, read(small_season()))
    changed = small_season()
    changed["events"][0]["name"] = "La Bohème"
    again = await imported_into(store, read(changed))
    summary, line = again.lines()
    assert summary.endswith("8 were there already")
    assert line.startswith('event "boheme" differs')
    assert again.as_json(7)["differs"] == [{"kind": "event", "key": "boheme"}]
    assert await facts_of(store) == EVERYTHING


async def test_white_space_and_the_order_of_fields_are_no_difference() -> None:
    store = MemoryStore()
    await imported_into(store, read(small_season()))
    same = {name: small_season()[name] for name in ("events", "ticket_types", "venues", "format")}
    reordered = orjson.dumps(same, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    again = await imported_into(store, parsed_season(b"\xef\xbb\xbf" + reordered, "season.json"))
    assert (again.there_already, again.differs) == (8, [])


async def test_two_imports_at_once_make_each_thing_once() -> None:
    store, season = MemoryStore(), read(small_season())
    one, other = await asyncio.gather(imported_into(store, season), imported_into(store, season))
    assert await facts_of(store) == EVERYTHING
    assert one.resources == other.resources
    assert one.there_already + other.there_already == 8


async def test_two_versions_imported_at_once_agree_on_one() -> None:
    store, changed = MemoryStore(), small_season()
    changed["venues"][0]["name"] = "Teatro Grande"
    one, other = await asyncio.gather(
        imported_into(store, read(small_season())), imported_into(store, read(changed))
    )
    assert await facts_of(store) == EVERYTHING
    assert one.resources == other.resources
    assert [len(one.differs), len(other.differs)] in ([0, 1], [1, 0])


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4, 5])
async def test_killed_half_way_and_run_again_it_completes(dies_at: int, is_written: bool) -> None:
    store, season = DyingStore(), read(small_season())
    store.dies_at, store.is_written = dies_at, is_written
    store.victim = asyncio.create_task(imported_into(store, season))
    await asyncio.wait([store.victim])
    store.victim = None
    again = await imported_into(store, season)
    assert await facts_of(store) == EVERYTHING
    assert not again.refused
    assert not again.differs
    assert sum(again.new.values()) + again.there_already == 8


async def test_an_event_that_is_refused_does_not_keep_back_the_others() -> None:
    store = MemoryStore()
    first = await imported_into(store, read(small_season(events=[])))
    path = WritePath("test", store)
    regio = first.resources[Kind.VENUE]["regio"]["id"]
    await path.carry_out(
        VENUE, regio, CloseVenue(regio, path.now()), closed_venue, key="close", fingerprint=b""
    )
    again = await imported_into(store, read(small_season()))
    summary, *lines = again.lines()
    assert summary == "imported 0 venues, 0 ticket types, 2 events; 4 were there already"
    assert lines == [f'event "{key}" was refused: This venue is closed' for key in ("boheme", "tosca")]
    assert [one["code"] for one in again.as_json(1)["refused"]] == ["venue-closed", "venue-closed"]


async def test_the_log_says_who_did_it_and_why() -> None:
    store = MemoryStore()
    await imported_into(store, read(small_season()))
    assert orjson.loads(store.log[0].metadata) == {
        "by": {"id": "import", "role": "operator"},
        "command": "OpenVenue",
        "idempotency_key": "venue regio",
    }
    assert store.log[0].command_id == command_id("import", "venue regio")


async def test_a_whole_season_cancelled_somewhere_and_run_again_is_whole(database: str) -> None:
    season = demo_season()
    stop_after = Random().randrange(1, len(season))
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == stop_after:
            importing.cancel()

    async def once(progress: bool) -> Imported:
        async with write_path(database, CALLER) as path:
            return await import_season(season, path, count if progress else lambda: None)

    importing = asyncio.create_task(once(progress=True))
    await asyncio.wait([importing])
    assert importing.cancelled(), f"stopped after {stop_after}"
    again = await once(progress=False)
    assert again.there_already >= stop_after
    assert sum(again.new.values()) == len(season) - again.there_already
    async with write_path(database, CALLER) as path:
        facts = await facts_of(path.store)
    drafts = sum(entry.body.status == "draft" for entry in season.events)
    assert facts == {
        "VenueOpened": len(season.venues),
        "TicketTypeAdded": len(season.ticket_types),
        "ShowScheduled": len(season.events),
        "ShowPublished": len(season.events) - drafts,
    }
