"""GET /audit/bookings/{id}: what happened to a booking, and what it was at any moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit_api.shapes.history import BookingHistory
from tests.audit_api.conftest import World

HOUR = timedelta(hours=1)
PAID = {"reference": "pi_1", "amount": 5000, "currency": "EUR"}
UNKNOWN = "01a201e2-0000-7000-8000-0000000000ff"


async def history(world: World, booking: Any, **query: object) -> Any:
    answer = await world.read(f"/bookings/{booking['id']}", **query)
    BookingHistory.model_validate(answer)
    return answer


async def recorded(world: World, position: int) -> datetime:
    found: datetime = await world.superuser.fetchval(
        "SELECT recorded_at FROM eventstore.events WHERE position = $1", position
    )
    return found


async def test_every_step_shows_what_the_api_answered_then(world: World) -> None:
    event = await world.event()
    booked = await world.book(event, 3, "k1")
    await world.book(event)
    paid = (await world.pay(booked)).json()
    tickets = {"tickets": [booked["tickets"][0]["id"]], "reason": "ill"}
    part = await world.command("ana", "POST", f"/bookings/{booked['id']}/cancel", tickets)
    rest = await world.command("ana", "DELETE", f"/bookings/{booked['id']}")

    audited = await history(world, booked)
    assert [step["booking"] for step in audited["history"]] == [booked, paid, part, rest]
    assert audited["booking"] == rest
    assert audited["chain"] == "verified"
    assert [(step["position"], step["version"], step["fact"]) for step in audited["history"]] == [
        (3, 3, "SeatsHeld"),
        (5, 5, "BookingConfirmed"),
        (6, 6, "BookingCancelled"),
        (7, 7, "BookingCancelled"),
    ]
    first, second, third, _ = audited["history"]
    assert first["why"]["command"] == "BookSeats"
    assert first["why"]["idempotency_key"] == "k1"
    assert second["by"] == {"id": booked["customer"]["id"], "role": "customer"}
    assert third["data"]["reason"] == "ill"


async def test_a_change_of_mind_is_a_step_like_any_other(world: World) -> None:
    """Out of an allotment, in a hall that then grows: none of that is a fact about the booking."""
    event = await world.event(capacity=5)
    area = {"name": "House", "areas": [{"area": "General", "quantity": 3}]}
    allotment = await world.command("admin", "POST", f"/events/{event}/allotments", area)
    ana = {"name": "Ana", "email": "ana@example.org"}
    body = {"event_id": event, "quantity": 2, "allotment_id": allotment["id"], "customer": ana}
    booked = await world.command("clerk", "POST", "/bookings", body)
    path = f"/bookings/{booked['id']}"
    answers = [booked, await world.command("clerk", "POST", f"{path}/extend", {"seconds": 300})]
    await world.command("admin", "PATCH", f"/events/{event}", {"capacity": 8})
    answers.append((await world.ask("clerk", "POST", f"{path}/confirm", {"payment": PAID})).json())
    first, second = (ticket["id"] for ticket in booked["tickets"])
    named = {"tickets": [{"id": first, "holder": "Bob"}]}
    answers.append(await world.command("clerk", "PATCH", path, named))
    answers.append(
        await world.command(
            "clerk", "POST", f"{path}/exchange", {"tickets": [second], "for": {"quantity": 1}}
        )
    )
    await world.ask("admin", "DELETE", f"/events/{event}/allotments/{allotment['id']}")
    to = {"to": {"name": "Bob", "email": "bob@example.org"}}
    answers.append(await world.command("clerk", "POST", f"{path}/transfer", to))
    answers.append(await world.command("clerk", "DELETE", path))

    audited = await history(world, booked)
    assert [step["fact"] for step in audited["history"]] == [
        "SeatsHeld",
        "HoldExtended",
        "BookingConfirmed",
        "TicketHolderNamed",
        "TicketsExchanged",
        "BookingTransferred",
        "BookingCancelled",
    ]
    # The seconds that are left are told from when the fact happened, and each answer took a moment.
    shown = [step["booking"] | {"expires_in": None} for step in audited["history"]]
    assert shown == [answer | {"expires_in": None} for answer in answers]
    assert set(audited["history"][5]["changes"]) == {"customer", "tickets"}
    assert audited["chain"] == "verified"


async def test_a_step_says_what_it_changed(world: World) -> None:
    booked = await world.book(await world.event(), 1)
    paid = (await world.pay(booked)).json()
    first, second = (await history(world, booked))["history"]
    assert first["changes"]["status"] == {"before": None, "after": "pending"}
    assert set(first["changes"]) == set(booked) - {"expires_in"}
    assert second["changes"] == {
        "status": {"before": "pending", "after": "confirmed"},
        "expires_at": {"before": booked["expires_at"], "after": None},
        "tickets": {"before": booked["tickets"], "after": paid["tickets"]},
        "paid": {"before": booked["paid"], "after": paid["paid"]},
    }


async def test_a_hold_that_ran_out_and_was_paid_all_the_same(world: World) -> None:
    booked = await world.book(await world.event(), 2)
    world.shift = HOUR
    paid = (await world.pay(booked)).json()
    audited = await history(world, booked)
    assert [step["fact"] for step in audited["history"]] == [
        "SeatsHeld",
        "BookingExpired",
        "BookingConfirmed",
    ]
    assert [step["booking"]["status"] for step in audited["history"]] == ["pending", "expired", "confirmed"]
    assert audited["history"][1]["by"] == {"id": "time", "role": "system"}
    assert audited["booking"] == paid


async def test_money_that_came_too_late_is_in_the_history(world: World) -> None:
    event = await world.event(capacity=2)
    booked = await world.book(event, 2)
    world.shift = HOUR
    await world.book(event, 2)
    assert (await world.pay(booked)).json()["code"] == "payment-too-late"
    last = (await history(world, booked))["history"][-1]
    assert (last["fact"], last["changes"], last["booking"]["status"]) == ("PaymentCameTooLate", {}, "expired")
    assert last["data"]["payment"]["reference"] == "pi_1"


async def test_as_of_a_time_is_what_was_recorded_by_then(world: World) -> None:
    booked = await world.book(await world.event(), 1)
    await world.pay(booked)
    held_at, paid_at = await recorded(world, 3), await recorded(world, 4)
    just_before = (paid_at - timedelta(microseconds=1)).isoformat()
    audited = await history(world, booked, as_of=just_before)
    assert [step["fact"] for step in audited["history"]] == ["SeatsHeld"]
    assert audited["booking"] | {"expires_in": 600} == booked
    assert (await history(world, booked, as_of=paid_at.isoformat()))["booking"]["status"] == "confirmed"

    before_all = await world.audit(
        f"/bookings/{booked['id']}", as_of=(held_at - timedelta(microseconds=1)).isoformat()
    )
    assert (before_all.status_code, before_all.json()["code"]) == (404, "booking-not-found")
    assert "position 3" in before_all.json()["detail"]


async def test_as_of_a_time_in_another_zone_is_the_same_moment(world: World) -> None:
    booked = await world.book(await world.event(), 1)
    moment = await recorded(world, 3)
    local = moment.astimezone(tz=datetime.strptime("+0530", "%z").tzinfo).isoformat()
    assert await history(world, booked, as_of=local) == await history(world, booked, as_of=moment.isoformat())


async def test_as_of_a_position_is_what_was_answered_there(world: World) -> None:
    event = await world.event()
    booked = await world.book(event, 1)
    await world.book(event, 1)
    await world.pay(booked)
    for position in (3, 4):
        assert (await history(world, booked, as_of_position=position))["booking"] == booked
    assert (await history(world, booked, as_of_position=5))["booking"]["status"] == "confirmed"
    assert (await world.audit(f"/bookings/{booked['id']}", as_of_position=2)).status_code == 404


async def test_a_hold_is_expired_after_its_time_though_nobody_has_said_so(world: World) -> None:
    booked = await world.book(await world.event(), 1)
    past = datetime.now(UTC) - 2 * HOUR
    await world.superuser.execute(
        "UPDATE eventstore.events SET recorded_at = $1, data = replace(data::text, $2, $3)::json WHERE position = 3",
        past,
        booked["expires_at"].removesuffix("Z"),
        (past + HOUR).strftime("%Y-%m-%dT%H:%M:%S.%f"),
    )
    now = await history(world, booked)
    assert (now["booking"]["status"], now["booking"]["tickets"][0]["status"]) == ("expired", "expired")
    assert now["history"][-1]["booking"]["status"] == "pending"
    still = await history(world, booked, as_of=(past + HOUR).isoformat())
    assert (still["booking"]["status"], still["booking"]["expires_in"]) == ("pending", 0)
    assert now["chain"] == "broken"


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "yesterday"}, {"as_of": "2027-03-01"}, {"as_of": "2027-03-01T12:00:00"}, {"as_of": "1700000000"},
        {"as_of": "2027-02-30T12:00:00Z"}, {"as_of": "0001-01-01T00:00:00+01:00"}, {"as_of": "9999-12-31T23:59:59Z"},
        {"as_of": ""}, {"as_of_position": "x"}, {"as_of_position": -1}, {"as_of_position": 9},
        {"asof": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_moment_that_is_none_is_refused(world: World, query: dict[str, object]) -> None:
    booked = await world.book(await world.event(), 1)
    answer = await world.audit(f"/bookings/{booked['id']}", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    assert answer.json()["errors"][0]["path"] == f"/{next(iter(query))}"


async def test_a_time_and_a_position_are_too_much(world: World) -> None:
    query = {"as_of": "2026-01-01T00:00:00Z", "as_of_position": 1}
    await world.event()
    assert (await world.audit(f"/bookings/{UNKNOWN}", **query)).status_code == 422


@pytest.mark.parametrize("booking_id", [UNKNOWN, "nothing", "%20", "x" * 300])
async def test_an_unknown_booking_is_not_found(world: World, booking_id: str) -> None:
    answer = await world.audit(f"/bookings/{booking_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "booking-not-found")


ALTERATIONS = {
    "another field": """data = replace(data::text, '"code":"', '"code":"X')::json""",
    "something that no code can read": """data = '{"tickets": 7}'""",
    "another name": "name = 'SeatsSmashed'",
    "another author": """metadata = '{"by":{"id":"eve","role":"admin"}}'""",
    "an earlier time": "recorded_at = recorded_at - interval '1 day'",
}
THIRD = "SELECT * FROM eventstore.events WHERE position = 3"


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_an_altered_fact_breaks_the_chain_and_is_still_shown(world: World, alteration: str) -> None:
    booked = await world.book(await world.event(), 1)
    await world.pay(booked)
    before = await world.superuser.fetchrow(THIRD)
    await world.superuser.execute(
        f"UPDATE eventstore.events SET {ALTERATIONS[alteration]} WHERE position = 3"
    )
    assert await world.superuser.fetchrow(THIRD) != before
    audited = await history(world, booked)
    assert audited["chain"] == "broken"
    assert [step["position"] for step in audited["history"]] == [3, 4]


async def test_a_fact_that_is_not_the_bookings_own_concerns_its_history_in_nothing(world: World) -> None:
    booked = await world.book(await world.event(), 1)
    await world.superuser.execute("UPDATE eventstore.events SET data = '{}' WHERE position = 1")
    audited = await history(world, booked)
    assert (audited["booking"] | {"expires_in": 600}, audited["chain"]) == (booked, "verified")


async def test_a_fact_taken_out_just_before_one_of_its_own_breaks_the_chain(world: World) -> None:
    event = await world.event()
    other = await world.book(event, 1)
    booked = await world.book(event, 1)
    assert other["id"] != booked["id"]
    await world.superuser.execute("DELETE FROM eventstore.events WHERE position = 3")
    assert (await history(world, booked))["chain"] == "broken"
