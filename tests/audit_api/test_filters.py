"""What of a history an auditor may ask for: by time, author and name of facts, in either order, some at a time."""

from datetime import timedelta

import pytest

from tests.audit_api.conftest import CALLERS, World

MICROSECOND = timedelta(microseconds=1)
ANA, ADA = CALLERS["ana"].id, CALLERS["admin"].id


async def positions(world: World, path: str, **query: object) -> list[int]:
    found = await world.read(path, **query)
    return [item["position"] for item in found["history" if "bookings/" in path else "items"]]


async def filled(world: World) -> tuple[str, str]:
    """An event with a booking of Ana's that was paid (3, 5), and another one (4)."""
    event = await world.event()
    booked = await world.book(event, 2, "k1")
    await world.book(event)
    await world.pay(booked)
    return event, booked["id"]


@pytest.mark.parametrize("path", ["/facts", "/events/{event}", "/bookings/{booking}", f"/customers/{ANA}"])
async def test_every_history_can_be_filtered(world: World, path: str) -> None:
    event, booking = await filled(world)
    there = path.format(event=event, booking=booking)
    more = {"bookings": True} if "events" in path else {}
    everything = await positions(world, there, **more)
    assert everything == (
        [3, 5] if "bookings/" in path else [3, 4, 5] if "customers" in path else [1, 2, 3, 4, 5]
    )

    async def told(**query: object) -> list[int]:
        return await positions(world, there, **more, **query)

    assert await told(by=ANA) == [each for each in everything if each > 2]
    assert await told(by=ADA) == [each for each in everything if each <= 2]
    assert await told(by=ANA[:-1]) == []
    assert await told(fact="SeatsHeld,ShowScheduled") == [each for each in everything if each in (1, 3, 4)]
    assert await told(order="desc") == everything[::-1]
    assert await told(order="desc", limit=1) == everything[-1:]
    assert await told(order="desc", after=everything[-1]) == everything[-2::-1]
    assert await told(after=3) == [each for each in everything if each > 3]
    times = await world.superuser.fetch(
        "SELECT position, recorded_at FROM eventstore.events ORDER BY position"
    )
    at = {position: moment.isoformat() for position, moment in times}
    assert await told(from_=at[3]) == everything[everything.index(3) :]
    assert await told(to=at[3]) == everything[: everything.index(3)]
    assert await told(from_=at[3], to=at[5]) == [each for each in everything if 3 <= each < 5]
    assert await told(from_="9999-12-31T23:59:59Z") == []
    assert await told(to="0001-01-02T00:00:00Z") == []


async def test_a_time_is_found_although_clocks_differ(world: World) -> None:
    """A fact recorded by a server that is some minutes behind stands among later ones."""
    event, _ = await filled(world)
    late = await world.superuser.fetchval("SELECT recorded_at FROM eventstore.events WHERE position = 2")
    await world.superuser.execute(
        "UPDATE eventstore.events SET recorded_at = $1 WHERE position = 5", late - timedelta(minutes=5)
    )
    for path, more in (("/facts", {}), (f"/events/{event}", {"bookings": True})):
        assert await positions(world, path, to=(late - timedelta(minutes=1)).isoformat(), **more) == [5]
        assert await positions(world, path, from_=(late + MICROSECOND).isoformat(), **more) == [3, 4]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"}, {"to": "2027-03-01"}, {"by": ""}, {"by": "x" * 101}, {"fact": "SeatsHold"}, {"fact": ""},
        {"order": "up"}, {"format": "xml"}, {"after": -1}, {"limit": 0}, {"limit": 1001}, {"form": "csv"},
    ],
    ids=str,
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused(world: World, query: dict[str, object]) -> None:
    event, booking = await filled(world)
    for path in ("/facts", f"/events/{event}", f"/bookings/{booking}", f"/customers/{ANA}"):
        answer = await world.audit(path, "auditor", **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
        (error,) = answer.json()["errors"]
        assert error["path"] == f"/{next(iter(query))}"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/events/{nowhere}", "event-not-found"),
        ("/events/no-id", "event-not-found"),
        ("/customers/{nowhere}", "customer-not-found"),
        ("/customers/no-id", "customer-not-found"),
        ("/seats/{nowhere}/Stalls/A/1", "event-not-found"),
        ("/seats/{event}/Stalls/A/1", "seat-not-found"),
    ],
)
async def test_what_is_not_there_is_not_found(world: World, path: str, code: str) -> None:
    event = await world.event()
    answer = await world.audit(path.format(nowhere="01a201e2-0000-7000-8000-0000000000ff", event=event))
    assert (answer.status_code, answer.json()["code"]) == (404, code)
