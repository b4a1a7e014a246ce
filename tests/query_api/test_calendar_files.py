"""Calendar files, read back with a parser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from msgspec.structs import replace

from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    ShowCancelled,
    ShowDetailsChanged,
    ShowFact,
    ShowRescheduled,
)
from query_api.bookings.ics import Entry, ics
from runtime.ids import new_id
from tests.projections.season import booked, eur, held, on_sale, scheduled, seat, standing, venue
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World

HOUR = timedelta(hours=1)


def parsed(content: bytes) -> tuple[Any, Any, list[Any]]:
    """The calendar, its one event, its zones."""
    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return calendar, event, calendar.walk("VTIMEZONE")


async def file(world: World, path: str, who: str | None = "ana") -> Any:
    answer = await world.get(path, who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return parsed(answer.content)[1]


def entry(**changes: Any) -> Entry:
    given: dict[str, Any] = {
        "uid": "1@seatledger",
        "summary": "Tosca",
        "location": "Here",
        "description": "",
        "zone": "Europe/Rome",
        "starts_at": NOON,
        "ends_at": None,
        "status": "CONFIRMED",
        "sequence": 0,
        "stamp": NOON,
    }
    return Entry(**given | changes)


async def test_a_booking_is_an_entry_in_the_calendar(world: World) -> None:
    place = venue()
    show = scheduled(venue_id=place.venue_id)
    made = booked(show, seat("A/1"), seat("A/2"), standing())
    await world.happened(f"venue-{place.venue_id}", place)
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    answer = await world.get(f"/bookings/{made.booking_id}/calendar.ics", "ana")
    assert answer.headers["content-disposition"] == 'attachment; filename="la-boheme.ics"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["seatledger-position"].isdigit()
    calendar, event, zones = parsed(answer.content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert [zone["tzid"] for zone in zones] == ["Europe/Rome"]
    assert event["dtstart"].params["tzid"] == "Europe/Rome"
    assert event.start == show.starts_at
    assert event.end == show.starts_at + 2 * HOUR
    assert event["summary"] == "La Bohème"
    assert event["location"] == "Teatro Regio, Piazza Castello 215"
    assert event["description"].split("\n") == [
        made.code, "2 × Stalls", "1 × Anywhere", "Stalls/A/1", "Stalls/A/2", "Gallery",
    ]  # fmt: skip
    assert made.tickets[0].code not in answer.text
    assert (event["uid"], event["status"]) == (f"{made.booking_id}@seatledger", "CONFIRMED")
    assert event["dtstamp"].dt == made.at
    assert (await world.get(f"/bookings/{made.booking_id}/calendar.ics", "ana")).content == answer.content


async def test_what_changes_comes_under_the_same_uid_with_a_higher_sequence(world: World) -> None:
    show = scheduled()
    stream, made = f"show-{show.show_id}", held(show, seat("A/1"))
    path = f"/bookings/{made.booking_id}/calendar.ics"
    await world.happened(stream, *on_sale(show), made)
    seen = [await file(world, path)]
    later = show.starts_at + 3 * HOUR
    changes: tuple[ShowFact, ...] = (
        BookingConfirmed(show.show_id, made.booking_id, NOON + MINUTE),
        ShowRescheduled(show.show_id, later, NOON + 2 * MINUTE, later + HOUR),
        ShowDetailsChanged(show.show_id, "Tosca", NOON + 3 * MINUTE),
        ShowCancelled(show.show_id, NOON + 4 * MINUTE),
        BookingCancelled(show.show_id, made.booking_id, (made.tickets[0].id,), eur(0), NOON + 5 * MINUTE),
    )
    for number, fact in enumerate(changes, start=1):
        await world.happened(stream, fact)
        event = await file(world, path)
        assert event["uid"] == seen[-1]["uid"]
        assert event["sequence"] > seen[-1]["sequence"]
        assert event["dtstamp"].dt == NOON + number * MINUTE
        seen.append(event)
    assert [event["status"] for event in seen] == [
        "TENTATIVE", "CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED",
    ]  # fmt: skip
    assert (seen[-1].start, seen[-1].end, seen[-1]["summary"]) == (later, later + HOUR, "Tosca")


async def test_an_expired_hold_is_cancelled(world: World) -> None:
    show = scheduled()
    made = held(show, seat("A/1"))
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    world.now = NOON + 20 * MINUTE
    assert (await file(world, f"/bookings/{made.booking_id}/calendar.ics"))["status"] == "CANCELLED"


async def test_an_event_is_an_entry_for_everybody_unless_it_is_a_draft(world: World) -> None:
    show = scheduled()
    path = f"/events/{show.show_id}/calendar.ics"
    await world.happened(f"show-{show.show_id}", show)
    assert (await world.get(path)).json()["code"] == "event-not-found"
    assert (await file(world, path, "clerk"))["status"] == "CONFIRMED"
    await world.happened(f"show-{show.show_id}", *on_sale(show)[1:])
    first = await file(world, path, None)
    assert (first["location"], first["sequence"]) == ("Teatro Regio", 0)
    await world.happened(f"show-{show.show_id}", ShowCancelled(show.show_id, NOON))
    then = await file(world, path, None)
    assert (then["status"], then["sequence"], then["uid"]) == ("CANCELLED", 1, first["uid"])
    assert (await world.get(f"/events/{new_id()}/calendar.ics")).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "La Bohème; or, the Garret\\Attic",
        "Line one\nBEGIN:VEVENT\r\nUID:forged",
        "🎭🎶 Große Oper " * 12,
        'Quote " and : colon',
    ],
)
def test_no_name_breaks_the_file(name: str) -> None:
    content = ics(entry(summary=name, location=name, description=name))
    _, event, _ = parsed(content)
    for field in ("summary", "location", "description"):
        assert str(event[field]) == name.replace("\r\n", "\n"), field
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("name", ["🎭", "Опера", 'a"; filename="x.exe', "x" * 300, "\r\nSet-Cookie: a=b"])
async def test_no_name_breaks_the_headers(world: World, name: str) -> None:
    show = scheduled(name)
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    answer = await world.get(f"/events/{show.show_id}/calendar.ics")
    disposition = answer.headers["content-disposition"]
    kind, _, quoted = disposition.partition("; filename=")
    assert kind == "attachment"
    assert quoted.strip('"').removesuffix(".ics").replace("-", "").isalnum()
    assert len(disposition) < 120
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "zone", ["Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
)
@pytest.mark.parametrize("month", range(1, 13))
def test_times_are_the_clocks_of_the_venue_all_year(zone: str, month: int) -> None:
    starts_at = datetime(2027, month, 28, 19, 30, tzinfo=UTC)
    _, event, zones = parsed(ics(entry(zone=zone, starts_at=starts_at, ends_at=starts_at + 3 * HOUR)))
    assert (event.start, event.end) == (starts_at, starts_at + 3 * HOUR)
    if zone == "UTC":
        assert not zones
        return
    # A reader that knows no zones finds the same in the file alone.
    (described,) = zones
    alone = described.to_tz()
    naive = event.start.replace(tzinfo=None)
    assert naive.replace(tzinfo=alone).utcoffset() == event.start.utcoffset()


def test_through_the_night_when_clocks_change() -> None:
    forward = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    back = datetime(2027, 10, 30, 23, 30, tzinfo=UTC)
    for starts_at in (forward, back):
        for hours in range(1, 5):
            for zone in ("Europe/Rome", "Europe/London"):
                made = entry(zone=zone, starts_at=starts_at, ends_at=starts_at + hours * HOUR)
                _, event, _ = parsed(ics(made))
                assert event.start.astimezone(UTC) == starts_at, (zone, hours)
                assert event.end.astimezone(UTC) == made.ends_at, (zone, hours)


def test_into_the_new_year_and_at_the_end_of_time() -> None:
    eve = datetime(2027, 12, 31, 22, tzinfo=UTC)
    _, event, zones = parsed(ics(entry(starts_at=eve, ends_at=eve + 5 * HOUR)))
    assert (event.start, event.end, len(zones)) == (eve, eve + 5 * HOUR, 1)
    last = datetime(9999, 12, 31, 20, tzinfo=UTC)
    assert parsed(ics(entry(starts_at=last, ends_at=last + HOUR)))[1].start == last
    ics(entry(starts_at=last + 3 * HOUR))


def test_a_zone_that_nobody_knows_is_told_in_utc() -> None:
    _, event, zones = parsed(ics(entry(zone="Mars/Olympus")))
    assert (event.start, zones) == (NOON, [])


async def test_replacing_a_show_does_not_change_whose_booking_it_is(world: World) -> None:
    show = scheduled()
    made = replace(booked(show, standing()), customer=replace(booked(show).customer, id=None))
    await world.happened(f"show-{show.show_id}", *on_sale(show), made)
    assert (await world.get(f"/bookings/{made.booking_id}/calendar.ics", "ana")).status_code == 404
    assert (await world.get(f"/bookings/{made.booking_id}/calendar.ics", "clerk")).status_code == 200
