"""Every audit is recorded before it is answered, and nobody can take that back."""

from typing import Any

import asyncpg
import pytest

from runtime.http.pages import LIMIT_MAX
from tests.audit_api.conftest import CALLERS, NOWHERE, World

AUDREY = CALLERS["auditor"].id


async def reads(world: World, **query: object) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await world.read("/reads", **query))["items"]
    return items


async def test_who_asked_what_and_how_much_was_told_is_recorded(world: World) -> None:
    event = await world.event()
    booked = await world.book(event, 1)
    await world.read("/facts", limit=2, by=CALLERS["ana"].id)
    answer = await world.audit(f"/events/{event}", "admin", bookings=True)
    await world.read(f"/bookings/{booked['id']}")
    first, second, third = await reads(world)
    assert (first["by"], first["account_id"], first["role"]) == (AUDREY, AUDREY, "auditor")
    assert (first["path"], first["ids"]) == ("/api/v1/audit/facts", {})
    assert (first["filters"], first["facts"]) == ({"limit": "2", "by": CALLERS["ana"].id}, 1)
    assert (second["by"], second["role"]) == (CALLERS["admin"].id, "admin")
    assert (second["path"], second["ids"]) == ("/api/v1/audit/events/{event_id}", {"event_id": event})
    assert (second["facts"], second["status"]) == (3, 200)
    assert second["request_id"] == answer.headers["X-Request-Id"]
    assert (third["path"], third["facts"]) == ("/api/v1/audit/bookings/{booking_id}", 1)
    assert [each["path"] for each in await reads(world)][3:] == ["/api/v1/audit/reads"]


PATHS = [
    "/facts", "/facts?format=csv", "/facts?format=ndjson", "/events/{event}", "/customers/" + CALLERS["ana"].id,
    "/seats/{event}/Stalls/A/1", "/bookings/{booking}", "/verify", "/seals", "/seals/latest", "/keys", "/reads",
    "/proofs/inclusion?position=1", "/proofs/consistency?from=1", "/bookings/" + NOWHERE, "/events/" + NOWHERE,
    "/bookings/{booking}/why", "/refusals", "/refusals/" + NOWHERE,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_what_cannot_be_recorded_is_not_answered(world: World, path: str) -> None:
    event = await world.event()
    booked = await world.book(event, 1)
    there = path.format(event=event, booking=booked["id"])
    answered = await world.audit(there)
    recorded = await world.superuser.fetch("SELECT * FROM audit.reads WHERE ends IS NULL")
    assert [row["status"] for row in recorded] == [answered.status_code]
    await world.superuser.execute("REVOKE INSERT ON audit.reads FROM seatledger_audit")
    refused = await world.audit(there)
    assert (refused.status_code, refused.json()["code"]) == (503, "read-not-recorded")
    assert "Retry-After" in refused.headers


async def test_of_a_file_it_is_recorded_before_its_beginning_and_at_its_end_how_much_was_told(
    world: World,
) -> None:
    event = await world.event()
    await world.book(event, 1)
    await world.read("/keys")
    await world.audit("/facts", format="csv", fact="ShowScheduled,SeatsHeld")
    rows = await world.superuser.fetch("SELECT facts, ends, read_id FROM audit.reads ORDER BY read_id")
    assert [row["facts"] for row in rows] == [0, None, 2]
    assert [row["ends"] for row in rows] == [None, None, rows[1]["read_id"]]
    assert [(each["path"][-5:], each["facts"]) for each in await reads(world)] == [("/keys", 0), ("facts", 2)]


async def test_what_was_refused_is_not_recorded(world: World) -> None:
    for path in ("/facts?limit=0", "/reads?cursor=x", "/facts?nonsense=1"):
        assert (await world.audit(path)).status_code == 422
    for who in ("ana", "clerk", "key"):
        assert (await world.audit("/facts", who)).status_code == 403
    assert await world.superuser.fetchval("SELECT count(*) FROM audit.reads") == 0


async def test_whoever_reads_what_is_held_about_somebody_else_is_recorded(world: World) -> None:
    await world.book(await world.event(), 1)
    for who in ("ana", "admin"):
        assert (await world.ask(who, "GET", f"/customers/{CALLERS['ana'].id}/data")).status_code == 200
    ((path, by),) = await world.superuser.fetch("SELECT path, by_id FROM audit.reads")
    assert (path, by) == ("/api/v1/customers/{customer_id}/data", CALLERS["admin"].id)


async def test_the_list_comes_in_pages_in_either_order_and_filtered(world: World) -> None:
    for who in ("auditor", "admin", "auditor", "admin", "auditor"):
        await world.audit("/keys", who)
    everything = [each["id"] for each in await reads(world, limit=LIMIT_MAX)]

    async def paged(**query: object) -> list[str]:
        found: list[str] = []
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = await world.read("/reads", limit=2, **query, **more)
            found += [each["id"] for each in page["items"]]
            cursor = page["next"]
            if cursor is None or len(found) > 20:
                return found

    assert (await paged(by=CALLERS["admin"].id)) == [everything[1], everything[3]]
    backwards = await paged(order="desc", by=AUDREY)
    assert [each for each in backwards if each in everything] == [everything[4], everything[2], everything[0]]
    begun = (await reads(world, limit=1))[0]["recorded_at"]
    assert await reads(world, to=begun) == []
    assert (await reads(world, from_=begun, limit=1))[0]["id"] == everything[0]


async def test_no_process_may_change_or_take_away_a_read(world: World) -> None:
    await world.audit("/keys")
    await world.superuser.execute("SET ROLE seatledger_audit")
    try:
        for statement in (
            "DELETE FROM audit.reads",
            "UPDATE audit.reads SET facts = 0",
            "TRUNCATE audit.reads",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await world.superuser.execute(statement)
    finally:
        await world.superuser.execute("RESET ROLE")
