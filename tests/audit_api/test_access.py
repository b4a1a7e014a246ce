"""Only auditors and administrators, on every operation; and the document says so."""

import asyncpg
import pytest

from tests.audit_api.conftest import NOWHERE, World

PATHS = [
    "/facts", "/verify", "/bookings/01a201e2-0000-7000-8000-0000000000ff", "/seals", "/seals/latest", "/keys",
    "/proofs/inclusion?position=1", "/proofs/consistency?from=1", "/reads",
    f"/events/{NOWHERE}/as-of", f"/events/{NOWHERE}/availability", f"/events/{NOWHERE}/seat-map",
    f"/events/{NOWHERE}/revenue", "/statistics/overview", "/statistics/revenue",
    f"/events/{NOWHERE}", f"/customers/{NOWHERE}", f"/seats/{NOWHERE}/Stalls/A/12",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_else_may_look(world: World, path: str) -> None:
    assert (await world.client.get(f"/api/v1/audit{path}")).status_code == 401
    for who in ("ana", "clerk", "key"):
        answer = await world.audit(path, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    for who in ("auditor", "admin"):
        assert (await world.audit(path, who)).status_code in (200, 404)


async def test_the_document_has_every_operation_with_its_parameters_and_problems(world: World) -> None:
    paths = (await world.client.get("/openapi.json")).json()["paths"]
    operations = {path: found["get"] for path, found in paths.items() if path.startswith("/api/v1/audit/")}
    assert {operation["operationId"] for operation in operations.values()} == {
        "ReadFacts", "AuditBooking", "AuditEvent", "AuditCustomer", "AuditSeat", "VerifyLog", "ListAuditReads",
        "ListRefusals", "ExplainRefusal", "ExplainBooking",
        "ReadSeals", "ReadSeal", "ProveInclusion", "ProveConsistency", "ReadSealKeys",
        "AuditEventAsOf", "AuditEventAvailability", "AuditEventSeatMap", "AuditEventRevenue",
        "AuditOverview", "AuditRevenue",
    }  # fmt: skip
    history = operations["/api/v1/audit/bookings/{booking_id}"]
    names = {parameter["name"]: parameter["required"] for parameter in history["parameters"]}
    optional = (
        "as_of", "as_of_position", "as_hashed", "min_position",
        "from", "to", "by", "fact", "after", "limit", "order", "format",
    )  # fmt: skip
    assert names == {"booking_id": True, **dict.fromkeys(optional, False)}
    assert {"200", "401", "403", "404", "422", "503"} <= set(history["responses"])


async def test_the_floor_cannot_write(world: World) -> None:
    await world.superuser.execute("SET ROLE seatledger_audit")
    try:
        for statement in ("DELETE FROM eventstore.events", "UPDATE eventstore.log SET last_position = 0"):
            with pytest.raises(Exception, match="permission denied"):
                await world.superuser.execute(statement)
    finally:
        await world.superuser.execute("RESET ROLE")


LOSE_CONNECTIONS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'seatledger_audit'"""


async def test_lost_connections_are_503_and_new_ones_are_made(world: World) -> None:
    await world.event()
    assert (await world.audit("/facts")).status_code == 200
    await world.superuser.execute(LOSE_CONNECTIONS)
    answers = [await world.audit("/facts") for _ in range(6)]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert answers[-1].status_code == 200


async def test_a_log_that_cannot_be_reached_is_said(world: World, audit_pool: asyncpg.Pool) -> None:
    await audit_pool.close()
    for path in PATHS:
        answer = await world.audit(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "1"
