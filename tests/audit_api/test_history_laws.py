"""Laws of histories, over shows in which everything happens that can: together they are the log, and what each fact is
said to have changed is what folding everything says.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from audit_api.histories.show_changes import show_state
from audit_api.shapes.entry import EntryPage
from domain.show.evolve import evolve
from domain.show.facts import ShowFact, ShowScheduled
from domain.show.places import FREE, KEPT
from domain.show.state import Show
from tests.audit_api.conftest import serving
from tests.audit_api.reading import ask, whole
from tests.projections.conftest import log
from tests.projections.histories import SEATS, history, tries_by_chance
from tests.projections.people import BOB, CARLA
from tests.projections.season import ANA, ticket_type, venue
from tests.projections.writing import LogWriter

__all__ = ["log"]

SEEDS = (2, 6, 7, 10, 12, 17, 24)
"""One is over at once; the others have the house full for a while."""
WISHES = 200


@dataclass
class House:
    """Shows side by side in one log; `facts` has each show's."""

    client: httpx.AsyncClient
    facts: dict[str, list[ShowFact]] = field(default_factory=dict)

    async def whole(self, path: str, **query: Any) -> list[dict[str, Any]]:
        return await whole(self.client, path, **{"as_hashed": True, "limit": 1000, **query})


async def fill(house: House, log: LogWriter) -> None:
    """Some facts of each in turn, as a log has them."""
    kind, place = ticket_type(), venue()
    await log.append(f"ticket-type-{kind.ticket_type_id}", kind)
    await log.append(f"venue-{place.venue_id}", place)
    for seed in SEEDS:
        window = (600, 60, 600, None)[seed % 4]
        facts = history(tries_by_chance(seed, WISHES), window, on_sale=True)[1]
        assert isinstance(facts[0], ShowScheduled)
        house.facts[facts[0].show_id] = facts
    for begin in range(0, max(map(len, house.facts.values())), 9):
        some = {f"show-{show_id}": facts[begin : begin + 9] for show_id, facts in house.facts.items()}
        await log.append_many({stream: facts for stream, facts in some.items() if facts})


@pytest.fixture
async def house(audit_pool: asyncpg.Pool, log: LogWriter) -> AsyncIterator[House]:
    async with serving(audit_pool) as client:
        made = House(client)
        await fill(made, log)
        yield made


def folded(facts: list[ShowFact]) -> Iterator[tuple[ShowFact, Show]]:
    show = Show()
    for fact in facts:
        yield fact, evolve(show, fact)


def applied(state: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The state after the changes; each must begin where the state is."""
    for name, change in changes.items():
        assert state.get(name) == change["before"]
        state[name] = change["after"]
        assert change["before"] != change["after"]
    return state


def present(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if value is not None}


async def test_all_histories_together_are_the_log(house: House) -> None:
    everything = {item["position"]: item for item in await house.whole("/facts")}
    assert list(everything) == list(range(1, len(everything) + 1))
    events, bookings = dict[int, Any](), dict[int, Any]()
    for event_id in house.facts:
        events |= {item["position"]: item for item in await house.whole(f"/events/{event_id}", bookings=True)}
        alone = await house.whole(f"/events/{event_id}")
        assert alone == [
            item
            for item in events.values()
            if item["stream"] == f"show-{event_id}" and not item["booking_id"]
        ]
    for booking_id in {item["booking_id"] for item in events.values()} - {None}:
        steps = (await ask(house.client, f"/bookings/{booking_id}", as_hashed=True)).json()["history"]
        bookings |= {step["position"]: step for step in steps}
    of_shows = {at: item for at, item in everything.items() if item["stream"].startswith("show-")}
    assert sorted(events) == list(of_shows)
    assert sorted(bookings) == [at for at, item in of_shows.items() if item["tags"]]
    for at, item in of_shows.items():
        told = {name: value for name, value in events[at].items() if name in item}
        assert told == item
        assert events[at]["happened_at"] == item["data"]["at"]
    for at, step in bookings.items():
        assert step["changes"] == events[at]["changes"]


async def test_what_changed_in_an_event_is_what_the_fold_says(house: House) -> None:
    for event_id, facts in house.facts.items():
        items = await house.whole(f"/events/{event_id}", limit=3)
        about = [
            (fact, msgspec.json.decode(msgspec.json.encode(show_state(show))))
            for fact, show in folded(facts)
            if not hasattr(fact, "booking_id")
        ]
        state: dict[str, Any] = {}
        for item, (fact, expected) in zip(items, about, strict=True):
            assert item["fact"] == type(fact).__name__
            assert present(applied(state, item["changes"])) == present(expected)


def seat_in(show: Show, seat: str) -> dict[str, Any]:
    """Who has it, out of the fold of everything."""
    located = show.places.locate(seat)
    nobody = {"state": "free", "booking_id": None, "ticket_id": None, "allotment_id": None}
    if located is None or located[1].flags[located[2]] == FREE:
        return nobody
    if located[1].flags[located[2]] == KEPT:
        return nobody | {"state": "allotted", "allotment_id": show.places.allotted[seat]}
    ((booking, ticket),) = (
        (booking, ticket)
        for booking in show.bookings.values()
        if booking.is_live
        for ticket in booking.live_tickets
        if ticket.seat == seat
    )
    state = {"pending": "held", "confirmed": "sold"}[booking.status]
    return {
        "state": state, "booking_id": booking.id, "ticket_id": ticket.id, "allotment_id": ticket.allotment_id,
    }  # fmt: skip


async def test_what_happened_to_a_seat_is_what_the_fold_says(house: House) -> None:
    seen: set[str] = set()
    for event_id, facts in house.facts.items():
        for seat in SEATS:
            answer = await ask(house.client, f"/seats/{event_id}/{seat}", as_hashed=True, limit=1000)
            if answer.status_code == 404:
                assert all(seat_in(show, seat)["state"] == "free" for _, show in folded(facts))
                continue
            items = {item["version"]: item for item in answer.json()["items"]}
            state = {"state": "free", "booking_id": None, "ticket_id": None, "allotment_id": None}
            for version, (fact, show) in enumerate(folded(facts), start=1):
                if version in items:
                    item = items.pop(version)
                    assert item["fact"] == type(fact).__name__
                    applied(state, item["changes"])
                    seen.add(f"{item['fact']} {state['state']}")
                assert state == seat_in(show, seat), (seat, version, fact)
            assert items == {}
    assert {
        "SeatsHeld held", "SeatsBooked sold", "BookingConfirmed sold", "BookingExpired free", "BookingCancelled free",
        "SeatsAllotted allotted", "AllotmentReleased free", "TicketsExchanged held",
    } <= seen  # fmt: skip


@pytest.mark.parametrize("person", [ANA, BOB, CARLA], ids=lambda person: person.email[:8])
async def test_a_customers_history_is_all_that_happened_to_bookings_while_theirs(
    house: House, person: Any
) -> None:
    key = person.id or person.person_id
    items = await house.whole(f"/customers/{key}", limit=7)
    expected: set[tuple[str, int]] = set()
    for event_id, facts in house.facts.items():
        owners: dict[str, Any] = {}
        for version, (fact, show) in enumerate(folded(facts), start=1):
            booking_id = getattr(fact, "booking_id", None)
            if booking_id is not None:
                before, after = owners.get(booking_id), show.bookings[booking_id].customer
                owners[booking_id] = after
                if person in (before, after):
                    expected.add((f"show-{event_id}", version))
    found = [(item["stream"], item["version"]) for item in items]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert [item["position"] for item in items] == sorted(item["position"] for item in items)
    EntryPage.model_validate({"items": items, "next": None})


@pytest.mark.parametrize("path", ["/facts", "/events/{}", "/customers/" + str(ANA.id)])
async def test_pages_of_any_size_in_either_order_have_the_same_facts(house: House, path: str) -> None:
    query = {"bookings": True} if "events" in path else {}
    there = path.format(max(house.facts, key=lambda show_id: len(house.facts[show_id])))
    expected = await house.whole(there, **query)
    assert len(expected) > 20
    for limit in (11, 50):
        assert await house.whole(there, limit=limit, **query) == expected
        backwards = await house.whole(there, limit=limit, order="desc", **query)
        assert backwards == expected[::-1]
    names = {expected[3]["fact"], expected[-1]["fact"]}
    some = [item for item in expected if item["fact"] in names]
    assert await house.whole(there, limit=11, fact=",".join(names), **query) == some
