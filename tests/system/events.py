"""The events that are sold in these tests."""

from typing import Any

from tests.system.servers import Server

EVENT = {
    "name": "The last night",
    "venue_name": "Town hall",
    "timezone": "Europe/Rome",
    "starts_at": "2099-03-14T20:00:00+01:00",
    "price": {"amount": 2000, "currency": "EUR"},
}


async def event_with_places(server: Server, places: int, **changes: Any) -> dict[str, Any]:
    return await server.done("POST", "/api/v1/events", {**EVENT, "capacity": places, **changes})


async def event_with_seats(server: Server, rows: int, seats: int) -> dict[str, Any]:
    plan = {
        "sections": [{"name": "S", "rows": [{"name": f"{n}", "seats": seats} for n in range(1, rows + 1)]}]
    }
    return await server.done("POST", "/api/v1/events", {**EVENT, "seating_plan": plan})
