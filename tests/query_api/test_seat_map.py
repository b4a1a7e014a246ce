"""The seat map: whole, changes since a position, and nothing for who has it already."""

import gzip
from datetime import timedelta
from typing import Any

import msgspec
import orjson
import pytest

from domain.money import Money
from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.allotment import Allotment, AreaShare
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    HoldExtended,
    SeatsAllotted,
    ShowDeleted,
    ShowPlanChanged,
    ShowScheduled,
)
from domain.show.ticket import Ticket
from runtime.ids import new_id
from tests.projections.season import PLAN, booked, eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World

LATER = NOON + 11 * MINUTE


def path(show: ShowScheduled) -> str:
    return f"/events/{show.show_id}/seat-map"


def stream(show: ShowScheduled) -> str:
    return f"show-{show.show_id}"


async def whole(world: World, show: ShowScheduled, **query: Any) -> dict[str, Any]:
    answer = await world.get(path(show), **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(found: dict[str, Any]) -> dict[str, str]:
    return {
        f"{section['name']}/{name}": seats for section in found["sections"] for name, seats in section["rows"]
    }


def told(held: dict[str, str], found: dict[str, Any]) -> dict[str, str]:
    """What a client has after it was told of changes."""
    return (
        rows(found)
        if "sections" in found
        else held | {f"{part}/{row}": seats for part, row, seats in found["changes"]}
    )


async def test_a_map_shows_every_seat_and_area(world: World) -> None:
    show = scheduled()
    hold = held(show, seat("A/1"), standing())
    kept = Allotment(new_id(), "House", ("Stalls/B/3A",), (AreaShare("Gallery", 2),))
    position = await world.happened(
        stream(show), *on_sale(show), hold, booked(show, seat("A/3"), seat("B/2")),
        SeatsAllotted(show.show_id, kept, NOON),
    )  # fmt: skip
    answer = await world.get(path(show))
    assert answer.json() == {
        "event_id": show.show_id,
        "position": position,
        "availability": {"available": 10, "held": 2, "sold": 2, "blocked": 3},
        "legend": {"f": "free", "h": "held", "s": "sold", "b": "blocked"},
        "sections": [
            {"name": "Stalls", "rows": [["A", "hfsf"], ["B", "fsb"]], "labels": {"B": ["1", "2", "3A"]}},
        ],
        "areas": [
            {"name": "Gallery", "capacity": 10, "available": 7, "held": 1, "sold": 0, "blocked": 2},
        ],
    }  # fmt: skip
    assert answer.headers["Seatledger-Position"] == str(position)


async def test_wheelchair_places_and_odd_labels_are_named_where_there_are_any(world: World) -> None:
    row = Row("A", 4, accessible=("1",), companions=("2",))
    show = msgspec.structs.replace(scheduled(), plan=SeatingPlan((Section("Stalls", (row, Row("B", 2))),)))
    await world.happened(stream(show), *on_sale(show))
    assert (await whole(world, show))["sections"] == [
        {
            "name": "Stalls", "rows": [["A", "ffff"], ["B", "ff"]],
            "accessible": {"A": ["1"]}, "companions": {"A": ["2"]},
        }
    ]  # fmt: skip


async def test_changes_lead_from_any_map_to_the_newest(world: World) -> None:
    show = scheduled()
    await world.happened(stream(show), *on_sale(show))
    first = await whole(world, show)
    hold = held(show, seat("A/1"), seat("B/1"), standing())
    seen = [await world.happened(stream(show), hold)]
    other = booked(show, seat("A/2"))
    seen.append(await world.happened(stream(show), other))
    seen.append(await world.happened(stream(show), BookingConfirmed(show.show_id, hold.booking_id, NOON)))
    ids = tuple(ticket.id for ticket in other.tickets)
    seen.append(
        await world.happened(
            stream(show), BookingCancelled(show.show_id, other.booking_id, ids, eur(0), NOON)
        )
    )
    newest = await whole(world, show)
    assert rows(newest) == {"Stalls/A": "sfff", "Stalls/B": "sff"}
    for since in (first["position"], *seen):
        changes = await whole(world, show, since=since)
        assert (changes["since"], changes["position"]) == (since, newest["position"])
        assert changes["availability"] == newest["availability"]
        assert [area["name"] for area in changes["areas"]] == (["Gallery"] if since < seen[2] else [])
    assert told(rows(first), await whole(world, show, since=first["position"])) == rows(newest)
    assert (await whole(world, show, since=seen[2]))["changes"] == [["Stalls", "A", "sfff"]]
    assert (await whole(world, show, since=seen[3]))["changes"] == []


@pytest.mark.parametrize("since", [0, 2**63 - 1])
async def test_where_changes_cannot_tell_the_whole_map_comes(world: World, since: int) -> None:
    show = scheduled()
    await world.happened(stream(show), *on_sale(show))
    found = await whole(world, show, since=since)
    assert found.pop("reset") is True
    assert found == await whole(world, show)


async def test_a_change_of_plan_is_a_reset_and_keeps_what_is_sold(world: World) -> None:
    show = scheduled()
    await world.happened(stream(show), *on_sale(show), booked(show, seat("B/3A"), standing()))
    before = await whole(world, show)
    stalls = Section("Stalls", (Row("A", 2), Row("B", labels=("3A", "4"))))
    position = await world.happened(
        stream(show), ShowPlanChanged(show.show_id, SeatingPlan((stalls,), PLAN.areas), NOON)
    )
    found = await whole(world, show, since=before["position"])
    assert (found["reset"], rows(found)) == (True, {"Stalls/A": "ff", "Stalls/B": "sf"})
    assert found["availability"] == {"available": 12, "held": 0, "sold": 2, "blocked": 0}
    assert "reset" not in await whole(world, show, since=position)


async def test_holds_that_have_run_out_are_free_at_once(world: World) -> None:
    """Also in changes since a position at which they were held: no fact has told of them yet."""
    show = scheduled()
    kept = Allotment(new_id(), "House", ("Stalls/B/2",), (AreaShare("Gallery", 2),))
    from_kept = [
        msgspec.structs.replace(ticket, allotment_id=kept.id) for ticket in (seat("B/2"), standing())
    ]
    hold = held(show, seat("A/1"), seat("B/3A"), standing(), *from_kept)
    position = await world.happened(
        stream(show), *on_sale(show), SeatsAllotted(show.show_id, kept, NOON), hold
    )
    before = await whole(world, show)
    assert rows(before) == {"Stalls/A": "hfff", "Stalls/B": "fhh"}
    world.now = hold.expires_at
    assert await whole(world, show) == before, "a hold lasts through its last instant"
    world.now = LATER
    for found in (await whole(world, show), await whole(world, show, since=position)):
        assert told({}, found) == {"Stalls/A": "ffff", "Stalls/B": "fbf"}
        assert found["availability"] == {"available": 14, "held": 0, "sold": 0, "blocked": 3}
        (gallery,) = found["areas"]
        assert gallery == {
            "name": "Gallery", "capacity": 10, "available": 8, "held": 0, "sold": 0, "blocked": 2,
        }  # fmt: skip
    ended = BookingExpired(show.show_id, hold.booking_id, hold.expires_at, LATER)
    answers = [await whole(world, show)]
    await world.happened(stream(show), ended)
    answers.append(await whole(world, show))
    assert [{**each, "position": 0} for each in answers] == [{**answers[0], "position": 0}] * 2


async def test_what_an_allotment_keeps_is_free_from_its_date_on(world: World) -> None:
    """Whatever of it is not sold, held or gone back to it, written down or not; for whoever has a map, too."""
    show = scheduled()
    kept = Allotment(
        new_id(),
        "House",
        ("Stalls/A/1", "Stalls/A/2", "Stalls/B/3A"),
        (AreaShare("Gallery", 4),),
        release_at=LATER,
    )

    def theirs(ticket: Ticket) -> Ticket:
        return msgspec.structs.replace(ticket, allotment_id=kept.id)

    position = await world.happened(
        stream(show), *on_sale(show), SeatsAllotted(show.show_id, kept, NOON),
        booked(show, theirs(seat("A/1")), theirs(standing())), held(show, theirs(seat("A/2")), theirs(standing())),
    )  # fmt: skip
    before = await world.get(path(show))
    assert rows(before.json()) == {"Stalls/A": "shff", "Stalls/B": "ffb"}
    assert before.json()["availability"] == {"available": 10, "held": 2, "sold": 2, "blocked": 3}
    world.now = LATER
    after = await world.get(path(show))
    found = after.json()
    assert rows(found) == {"Stalls/A": "sfff", "Stalls/B": "fff"}
    assert found["availability"] == {"available": 15, "held": 0, "sold": 2, "blocked": 0}
    assert found["areas"] == [
        {"name": "Gallery", "capacity": 10, "available": 9, "held": 0, "sold": 1, "blocked": 0}
    ]
    assert before.headers["ETag"] != after.headers["ETag"]
    left = (await world.get(f"/events/{show.show_id}/availability")).json()
    assert {name: left[name] for name in found["availability"]} == found["availability"]
    changes = await whole(world, show, since=position)
    assert told(rows(before.json()), changes) == rows(found)
    assert (changes["availability"], changes["areas"]) == (found["availability"], found["areas"])


async def test_who_saw_a_seat_free_too_soon_is_told_when_the_hold_goes_on(world: World) -> None:
    show = scheduled()
    hold = held(show, seat("A/1"))
    await world.happened(stream(show), *on_sale(show), hold)
    world.now = LATER
    seen = await whole(world, show)
    assert rows(seen)["Stalls/A"] == "ffff"
    await world.happened(
        stream(show), HoldExtended(show.show_id, hold.booking_id, LATER + timedelta(minutes=5), NOON)
    )
    assert told(rows(seen), await whole(world, show, since=seen["position"]))["Stalls/A"] == "hfff"


async def test_who_has_the_map_is_told_so(world: World) -> None:
    show = scheduled()
    hold = held(show, seat("A/1"))
    await world.happened(stream(show), *on_sale(show), hold)
    url = f"/api/v1{path(show)}"

    async def ask(etag: str) -> tuple[int, str]:
        answer = await world.client.get(url, headers={"If-None-Match": etag})
        assert bool(answer.content) == (answer.status_code == 200)
        assert int(answer.headers["Seatledger-Position"]) > 0
        return answer.status_code, answer.headers["ETag"]

    status, etag = await ask('"something", else')
    assert status == 200
    for sent in (etag, "*", etag.removeprefix("W/"), f'W/"1", {etag}, "x"'):
        assert await ask(sent) == (304, etag)
    await world.happened("venue-x", scheduled("Another"))
    assert await ask(etag) == (304, etag), "what happens elsewhere changes nothing here"
    world.now = LATER
    status, later = await ask(etag)
    assert (status, await ask(later)) == (200, (304, later))
    await world.happened(stream(show), BookingExpired(show.show_id, hold.booking_id, hold.expires_at, LATER))
    assert (await ask(later))[0] == 200


async def test_drafts_are_for_staff_and_deleted_events_for_nobody(world: World) -> None:
    show = scheduled()
    await world.happened(stream(show), show)
    assert (await world.get(path(show))).json()["code"] == "event-not-found"
    assert (await world.get(path(show), "ana")).status_code == 404
    assert (await world.get(path(show), "clerk")).status_code == 200
    await world.happened(stream(show), ShowDeleted(show.show_id, NOON))
    assert (await world.get(path(show), "clerk")).status_code == 404
    for unknown in (new_id(), "nonsense"):
        assert (await world.get(f"/events/{unknown}/seat-map")).status_code == 404


@pytest.mark.parametrize("since", ["-1", "soon", "", str(2**63)])
async def test_what_is_no_position_is_refused(world: World, since: str) -> None:
    answer = await world.get(f"/events/{new_id()}/seat-map", since=since)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/since")


async def test_60000_seats_in_rows_of_20_are_less_than_100_kb_and_far_less_compressed(world: World) -> None:
    sections = tuple(
        Section(f"Block {block}", tuple(Row(f"{number}", 20) for number in range(1, 151)))
        for block in range(20)
    )
    show = msgspec.structs.replace(scheduled(), plan=SeatingPlan(sections))
    sold = booked(show, *(in_block(number) for number in range(200)))
    await world.happened(stream(show), *on_sale(show), sold)
    url = f"/api/v1{path(show)}"
    plain = await world.client.get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert len(plain.content) < 100_000
    assert plain.json()["availability"]["available"] == 59_800
    async with world.client.stream("GET", url, headers={"Accept-Encoding": "br, gzip"}) as answer:
        body = b"".join([piece async for piece in answer.aiter_raw()])
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(body) == plain.content
    assert len(body) < 20_000
    assert answer.headers["ETag"] == plain.headers["ETag"]
    changed = await world.client.get(url, params={"since": plain.json()["position"] - 1})
    assert len(orjson.loads(changed.content)["changes"]) == 200


def in_block(number: int) -> Ticket:
    return Ticket(
        new_id(),
        "ABCD-EFGH",
        new_id(),
        "Any",
        Money(1, "EUR"),
        f"Block {number % 20}/{number // 20 + 1}/{number % 7 + 1}",
    )
