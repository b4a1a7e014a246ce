"""For each field of a booking, the fact that set it."""

from datetime import timedelta
from typing import Any

import pytest

from audit_api.answers.booking import booking_body
from audit_api.folding import stages
from audit_api.shapes.why import BookingWhy
from audit_api.why import flat, why_at, why_of
from domain.tags import booking_tag
from tests.audit_api.busy_show import busy_stream
from tests.audit_api.causes.asking import recorded
from tests.audit_api.conftest import CALLERS, World

SEEDS = [seed for seed in range(25) if seed not in (2, 3, 4, 8, 14, 18, 19, 20, 21, 22)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_field_has_its_value_since_the_fact_that_is_named_and_not_before(seed: int) -> None:
    facts = recorded(busy_stream(seed))
    ids = {tag.removeprefix("booking:") for fact in facts for tag in fact.tags if tag.startswith("booking:")}
    for booking_id in ids:
        own = [fact for fact in facts if booking_tag(booking_id) in fact.tags]
        through = stages(booking_id, own)
        bodies = [flat(booking_body(*stage)) for stage in through if stage is not None]
        why = why_of(own, through)
        assert {name: because.value for name, because in why.items()} == bodies[-1]
        numbers = {fact.version: number for number, fact in enumerate(own)}
        for name, because in why.items():
            assert because.version is not None
            number = numbers[because.version]
            assert all(body[name] == because.value for body in bodies[number:])
            assert number == 0 or name not in bodies[number - 1] or bodies[number - 1][name] != because.value


@pytest.mark.parametrize("seed", SEEDS)
def test_what_time_has_changed_names_the_fact_that_had_set_the_time(seed: int) -> None:
    facts = recorded(busy_stream(seed))
    held = [fact for fact in facts if fact.name == "SeatsHeld"]
    for fact in held:
        booking_id = next(tag.removeprefix("booking:") for tag in fact.tags if tag.startswith("booking:"))
        (stage,) = stages(booking_id, [fact])
        assert stage is not None
        until = stage.booking.expires_at
        assert until is not None
        why = why_of([fact], [stage])
        assert why_at(why, stage, until) == why
        late = why_at(why, stage, until + timedelta(seconds=1))
        changed = {name for name, because in late.items() if because.ran_out_at is not None}
        assert changed == {
            "status",
            "expires_at",
            *(f"tickets.{each.id}.status" for each in stage.booking.tickets),
        }
        assert (late["status"].value, late["status"].version, late["status"].ran_out_at) == (
            "expired",
            fact.version,
            until,
        )


def by_field(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["field"]: each for each in answer["fields"]}


async def test_each_field_tells_who_set_it_by_which_command(world: World) -> None:
    event = await world.event()
    booked = await world.book(event, 2, "hold")
    await world.pay(booked)
    ticket = booked["tickets"][0]["id"]
    answer = await world.read(f"/bookings/{booked['id']}/why")
    BookingWhy.model_validate(answer)
    fields = by_field(answer)
    assert (answer["booking_id"], answer["event_id"], answer["chain"]) == (booked["id"], event, "verified")
    assert fields["status"]["value"] == "confirmed"
    assert fields["status"]["fact"]["fact"] == "BookingConfirmed"
    code = fields[f"tickets.{ticket}.code"]
    assert (code["value"], code["fact"]["fact"]) == (booked["tickets"][0]["code"], "SeatsHeld")
    assert code["fact"]["by"] == {"id": CALLERS["ana"].id, "role": "customer"}
    assert code["fact"]["why"] == {
        "command": "BookSeats",
        "idempotency_key": "hold",
        "request_id": "request-hold",
    }
    assert fields["customer.name"]["value"] == "Ana"
    assert len(code["fact"]["hash"]) == 64


async def test_as_of_leaves_out_what_came_later(world: World) -> None:
    event = await world.event(60)
    booked = await world.book(event)
    held = by_field(await world.read(f"/bookings/{booked['id']}/why"))["status"]["fact"]
    world.shift = timedelta(minutes=2)
    refused = await world.refuse("ana", "POST", f"/bookings/{booked['id']}/extend", {"seconds": 60})
    assert refused["code"] == "booking-expired"
    now = by_field(await world.read(f"/bookings/{booked['id']}/why"))
    assert (now["status"]["value"], now["status"]["fact"]["fact"]) == ("expired", "BookingExpired")
    then = by_field(await world.read(f"/bookings/{booked['id']}/why", as_of_position=held["position"]))
    assert (then["status"]["value"], then["status"]["fact"]) == ("pending", held)
    before = await world.audit(f"/bookings/{booked['id']}/why", as_of_position=held["position"] - 1)
    assert before.status_code == 404
    both = await world.audit(f"/bookings/{booked['id']}/why", as_of_position=1, as_of="2020-01-01T00:00:00Z")
    assert both.status_code == 422


async def test_of_what_was_altered_no_field_is_told(world: World) -> None:
    event = await world.event()
    booked = await world.book(event)
    await world.superuser.execute("UPDATE eventstore.events SET name = 'Nothing' WHERE name = 'SeatsHeld'")
    answer = await world.audit(f"/bookings/{booked['id']}/why")
    assert (answer.status_code, answer.json()["code"]) == (409, "booking-unreadable")
