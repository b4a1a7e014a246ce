"""GET /audit/facts: the whole log, in order, with all that is needed to prove it."""

import hashlib
import json
from typing import Any

import pytest

from audit_api.shapes.fact import FactPage
from tests.audit_api.conftest import World


async def whole_feed(world: World, limit: int, **how: bool) -> list[dict[str, Any]]:
    """Page by page, as a client would."""
    items: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = await world.read("/facts", after=after, limit=limit, **how)
        assert len(page["items"]) <= limit
        items, after = items + page["items"], page["next"]
    return items


async def test_the_pages_make_up_the_log(world: World) -> None:
    event = await world.event()
    for _ in range(3):
        await world.book(event)
    items = await whole_feed(world, 2)
    assert [item["position"] for item in items] == [1, 2, 3, 4, 5]
    assert [item["fact"] for item in items] == ["ShowScheduled", "ShowPublished", *["SeatsHeld"] * 3]
    assert items == (await world.read("/facts"))["items"]


async def test_a_feed_can_be_taken_up_where_it_was_left(world: World) -> None:
    event = await world.event()
    seen = (await world.read("/facts"))["items"][-1]["position"]
    assert await world.read("/facts", after=seen) == {"items": [], "next": None}
    booking = await world.book(event)
    (new,) = (await world.read("/facts", after=seen))["items"]
    assert new["data"]["booking_id"] == booking["id"]


async def test_a_fact_says_who_why_and_what(world: World) -> None:
    event = await world.event(payment_window=None)
    booking = await world.book(event, key="order-17")
    answer = await world.audit("/facts", after=2)
    assert answer.headers["Seatledger-Position"] == "3"
    (fact,) = answer.json()["items"]
    assert fact["by"] == {"id": "01a201e2-0000-7000-8000-00000000000a", "role": "customer"}
    assert fact["why"] == {
        "command": "BookSeats",
        "idempotency_key": "order-17",
        "request_id": "request-order-17",
    }
    assert fact["tags"] == [f"booking:{booking['id']}", "customer:01a201e2-0000-7000-8000-00000000000a"]
    assert (fact["stream"], fact["version"], fact["schema_version"]) == (f"show-{event}", 3, 1)
    FactPage.model_validate(answer.json())


async def test_data_is_what_is_stored_byte_for_byte(world: World) -> None:
    await world.book(await world.event())
    stored = await world.superuser.fetchval("SELECT data::text FROM eventstore.events WHERE position = 3")
    assert f'"data":{stored},' in (await world.audit("/facts", after=2, as_hashed=True)).text


async def test_with_the_feed_alone_anybody_can_verify_the_log(world: World) -> None:
    """As docs/audit.md tells an auditor to, with nothing but the standard library."""
    event = await world.event()
    await world.book(event, key="k")
    await world.book(await world.event())
    hashes: dict[str, str] = {}
    for item in await whole_feed(world, 100, as_hashed=True):
        metadata = {"by": item["by"], **{name: why for name, why in item["why"].items() if why is not None}}
        envelope = {
            "command_id": item["command_id"], "data": item["data"], "metadata": metadata, "name": item["fact"],
            "recorded_at": item["recorded_at"], "schema_version": item["schema_version"], "stream": item["stream"],
            "tags": item["tags"], "version": item["version"],
        }  # fmt: skip
        text = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = bytes.fromhex(hashes.get(item["stream"], "00" * 32))
        assert hashlib.sha256(previous + text.encode()).hexdigest() == item["hash"]
        hashes[item["stream"]] = item["hash"]


@pytest.mark.parametrize(
    "query",
    [
        {"after": -1},
        {"after": "x"},
        {"after": 2**63},
        {"limit": 0},
        {"limit": 1001},
        {"aftr": 1},
        {"limit": ""},
    ],
    ids=str,
)
async def test_what_cannot_be_meant_is_refused(world: World, query: dict[str, object]) -> None:
    answer = await world.audit("/facts", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    (error,) = answer.json()["errors"]
    assert (error["in"], error["path"]) == ("query", f"/{next(iter(query))}")


@pytest.mark.parametrize("metadata", ["[]", "null", '"x"', '{"by":"\\ud800"}'])
async def test_altered_metadata_is_shown_as_far_as_it_can_be_read(world: World, metadata: str) -> None:
    await world.event()
    await world.superuser.execute("UPDATE eventstore.events SET metadata = $1 WHERE position = 1", metadata)
    first = (await world.read("/facts"))["items"][0]
    assert first["by"] is None
    assert set(first["why"].values()) == {None}


AWKWARD = [
    "recorded_at = 'infinity'", "recorded_at = '-infinity'", "recorded_at = '20000-01-01'",
    "recorded_at = '0044-03-15 BC'", "tags = '{NULL}'", "tags = '{{a,b},{c,d}}'", "hash = ''", "name = ''",
    "stream = ''", "version = -3", "data = '1e999'", """data = '"\\ud800"'""", """data = '{"a":1,"a":2}'""",
    """metadata = '{"by":1}'""",
]  # fmt: skip


@pytest.mark.parametrize("alteration", AWKWARD)
async def test_no_alteration_makes_the_audit_fail_instead_of_the_log(world: World, alteration: str) -> None:
    booked = await world.book(await world.event())
    await world.superuser.execute(f"UPDATE eventstore.events SET {alteration} WHERE position = 3")
    assert len((await world.read("/facts"))["items"]) == 3
    assert (await world.read("/verify"))["first_bad"]["position"] == 3
    answer = await world.audit(f"/bookings/{booked['id']}")
    assert answer.status_code == 404 or answer.json()["chain"] == "broken"
