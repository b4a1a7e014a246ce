"""A booking, an event and what was left of it, as of an earlier time or position."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.show.facts import (
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    SeatsHeld,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPublished,
    ShowScheduled,
)
from domain.show.ticket import NewTicket
from resources.booking import Booking
from resources.event import Availability, Event
from runtime.ids import new_id
from tests.projections.season import ANA, booked, held, scheduled, seat, standing
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import CALLERS, World

SECOND = timedelta(seconds=1)


@pytest.fixture
async def story(world: World) -> tuple[World, ShowScheduled, SeatsHeld]:
    """Scheduled at noon (1), published and renamed a minute later (3); two seats held for ten minutes (4), a standing
    place sold (5); at a quarter past the hold is written off (6). Positions are in brackets.
    """
    show = scheduled("Draft")
    hold = held(show, seat("A/1"), seat("A/2"))
    stream = f"show-{show.show_id}"
    append = world.log.append
    await append(stream, show, at=NOON)
    renamed = ShowDetailsChanged(show.show_id, "La Bohème", NOON + MINUTE, "New", "opera")
    await append(stream, ShowPublished(show.show_id, NOON + MINUTE), renamed, at=NOON + MINUTE)
    await append(stream, hold, at=NOON + 2 * MINUTE)
    await append(stream, booked(show, standing()), at=NOON + 3 * MINUTE)
    expired = BookingExpired(show.show_id, hold.booking_id, hold.expires_at, NOON + 15 * MINUTE)
    await append(stream, expired, at=NOON + 15 * MINUTE)
    await world.project()
    world.now = NOON + 60 * MINUTE
    return world, show, hold


async def left(world: World, show_id: str, as_of: Any, who: str | None = None) -> tuple[int, int, int]:
    answer = await world.get(f"/events/{show_id}/availability", who, as_of=as_of)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    Availability.model_validate(body)
    assert int(answer.headers["Seatledger-Position"]) >= body["as_of_position"]
    return body["held"], body["sold"], body["available"]


async def test_availability_as_of_a_position(story: tuple[World, ShowScheduled, SeatsHeld]) -> None:
    world, show, _ = story
    for position, expected in ((3, (0, 0, 17)), (4, (2, 0, 15)), (5, (2, 1, 14)), (6, (0, 1, 16))):
        assert await left(world, show.show_id, position) == expected


async def test_availability_as_of_a_time_knows_what_had_run_out_by_then(
    story: tuple[World, ShowScheduled, SeatsHeld],
) -> None:
    world, show, hold = story
    for moment, expected in (
        (NOON + 2 * MINUTE - SECOND, (0, 0, 17)),
        (NOON + 2 * MINUTE, (2, 0, 15)),
        (hold.expires_at, (2, 1, 14)),
        (hold.expires_at + SECOND, (0, 1, 16)),
        (NOON + 16 * MINUTE, (0, 1, 16)),
    ):
        assert await left(world, show.show_id, moment.isoformat().replace("+00:00", "Z")) == expected


async def test_a_hold_that_is_still_written_down_as_pending_had_run_out_too(world: World) -> None:
    show = scheduled()
    hold = held(show, standing())
    await world.log.append(f"show-{show.show_id}", show, ShowPublished(show.show_id, NOON), hold)
    await world.project()
    world.now = NOON + 60 * MINUTE
    assert await left(world, show.show_id, "2027-03-01T12:10:00Z") == (1, 0, 16)
    assert await left(world, show.show_id, "2027-03-01T12:10:01Z") == (0, 0, 17)
    # A position has no clock.
    assert await left(world, show.show_id, 3) == (1, 0, 16)


async def test_an_event_reads_as_it_was(story: tuple[World, ShowScheduled, SeatsHeld]) -> None:
    world, show, _ = story
    path = f"/events/{show.show_id}"
    now = (await world.get(path)).json()
    assert (now["name"], now["available"]) == ("La Bohème", 16)
    for as_of, name, status, available in (
        (1, "Draft", "draft", 17),
        ("2027-03-01T12:00:30Z", "Draft", "draft", 17),
        (4, "La Bohème", "on_sale", 15),
        ("2027-03-01T12:10:01Z", "La Bohème", "on_sale", 16),
    ):
        answer = await world.get(path, "clerk", as_of=as_of)
        assert answer.status_code == 200, answer.text
        Event.model_validate(answer.json())
        found = answer.json()
        assert (found["name"], found["status"], found["available"]) == (name, status, available)
    assert (await world.get(path, as_of=6)).json() == now


async def test_what_was_a_draft_then_is_for_staff(story: tuple[World, ShowScheduled, SeatsHeld]) -> None:
    world, show, _ = story
    for path in (f"/events/{show.show_id}", f"/events/{show.show_id}/availability"):
        for who, status in (None, 404), ("ana", 404), ("clerk", 200):
            assert (await world.get(path, who, as_of=1)).status_code == status


async def test_an_event_deleted_since_is_for_staff_and_before_and_after_it_there_was_none(
    world: World,
) -> None:
    show = scheduled()
    stream = f"show-{show.show_id}"
    await world.log.append(stream, show, ShowPublished(show.show_id, NOON))
    await world.happened(stream, ShowDeleted(show.show_id, NOON))
    await world.happened("venue-1", scheduled())
    for path in (f"/events/{show.show_id}", f"/events/{show.show_id}/availability"):
        for who, as_of, status in ((None, 2, 404), ("clerk", 2, 200), ("clerk", 3, 404), ("clerk", 0, 404)):
            answer = await world.get(path, who, as_of=as_of)
            assert answer.status_code == status, (path, who, as_of)
            if who is not None and status == 404:
                assert answer.json()["code"] == "event-not-found"
                assert "as_of" in answer.json()["detail"]


async def test_a_booking_reads_as_it_was(story: tuple[World, ShowScheduled, SeatsHeld]) -> None:
    world, _, hold = story
    path = f"/bookings/{hold.booking_id}"
    for as_of, status, expires_in in (
        (4, "pending", 480),
        ("2027-03-01T12:09:59Z", "pending", 1),
        ("2027-03-01T12:10:01Z", "expired", None),
        (6, "expired", None),
    ):
        answer = await world.get(path, "ana", as_of=as_of)
        assert answer.status_code == 200, answer.text
        Booking.model_validate(answer.json())
        assert (answer.json()["status"], answer.json()["expires_in"]) == (status, expires_in)
    for as_of in (3, "2027-03-01T12:01:59Z"):
        answer = await world.get(path, "clerk", as_of=as_of)
        assert (answer.status_code, answer.json()["code"]) == (404, "booking-not-found")
        assert "as_of" in answer.json()["detail"]


async def test_a_booking_is_for_whoever_owned_it_then(world: World) -> None:
    show, bob = scheduled(), CALLERS["bob"]
    sold = booked(show, standing())
    to = replace(ANA, id=bob.id, name=bob.name, email=bob.email)
    codes = (NewTicket(sold.tickets[0].id, "BBBB-BBBB"),)
    stream = f"show-{show.show_id}"
    await world.log.append(stream, show, ShowPublished(show.show_id, NOON), sold)
    await world.happened(stream, BookingTransferred(show.show_id, sold.booking_id, to, codes, NOON))
    path = f"/bookings/{sold.booking_id}"
    for who, as_of, status in (
        ("ana", 3, 200),
        ("bob", 3, 404),
        ("ana", 4, 404),
        ("bob", 4, 200),
        ("clerk", 3, 200),
    ):
        assert (await world.get(path, who, as_of=as_of)).status_code == status, (who, as_of)
    assert (await world.get(path, as_of=3)).status_code == 401


async def test_a_payment_decided_in_time_and_recorded_late_changes_what_was_read_in_between(
    world: World,
) -> None:
    """Between the last instant of the hold and the recording of the payment a reader saw the place free."""
    show = scheduled()
    hold = held(show, standing())
    stream = f"show-{show.show_id}"
    await world.log.append(stream, show, ShowPublished(show.show_id, NOON), hold)
    paid = BookingConfirmed(show.show_id, hold.booking_id, hold.expires_at)
    await world.log.append(stream, paid, at=hold.expires_at + 2 * SECOND)
    await world.project()
    world.now = NOON + 60 * MINUTE
    for moment, expected in (
        ("2027-03-01T12:10:00Z", (1, 0, 16)),
        ("2027-03-01T12:10:01Z", (0, 0, 17)),
        ("2027-03-01T12:10:02Z", (0, 1, 16)),
    ):
        assert await left(world, show.show_id, moment) == expected


async def test_what_is_still_to_come_or_no_moment_is_refused(
    story: tuple[World, ShowScheduled, SeatsHeld],
) -> None:
    world, show, hold = story
    for as_of in ("7", "soon", "2027-03-02T12:00:00Z", "2027-03-01T12:00:00"):
        for path in (
            f"/events/{show.show_id}",
            f"/events/{show.show_id}/availability",
            f"/bookings/{hold.booking_id}",
        ):
            answer = await world.get(path, "clerk", as_of=as_of)
            assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed"), as_of


async def test_what_never_was_is_not_found(world: World) -> None:
    for path in (f"/events/{new_id()}", f"/events/{new_id()}/availability", f"/bookings/{new_id()}"):
        assert (await world.get(path, "clerk", as_of=0)).status_code == 404
