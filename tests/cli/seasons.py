"""Small season files, made by hand."""

from typing import Any

import orjson

from cli.importing.reading import parsed_season
from cli.importing.season import Season

EURO = {"amount": 2500, "currency": "EUR"}
STANDARD: dict[str, Any] = {"ticket_type": "standard"}


def small_season(**changes: Any) -> dict[str, Any]:
    """Two houses, two ticket types, four events, one of them a draft and one without a venue of the file."""
    return {
        "format": "seatledger-season/1",
        "venues": [
            {
                "key": "regio",
                "name": "Teatro Regio",
                "timezone": "Europe/Rome",
                "seating_plan": {
                    "sections": [
                        {"name": "Stalls", "rows": [{"name": "A", "seats": 20}, {"name": "B", "labels": ["1", "1A"]}]}
                    ],
                    "areas": [{"name": "Gallery", "capacity": 30}],
                },
            },
            {"key": "hall", "name": "Town hall", "timezone": "Europe/Dublin", "capacity": 40},
        ],
        "ticket_types": [
            {"key": "vip", "name": "VIP", "price": {"amount": 12000, "currency": "EUR"}},
            {"key": "standard", "name": "Standard", "price": EURO},
        ],
        "events": [
            event("boheme", ticket_types=[{"ticket_type": "vip", "sections": ["Stalls"]}, STANDARD]),
            event("tosca", payment_window_seconds=600, ticket_types=[STANDARD | {"max_per_booking": 4}]),
            event("draft", status="draft", venue="hall", ticket_types=[{"name": "Seat", "price": EURO}]),
            {
                "key": "fair",
                "name": "Fair",
                "venue_name": "Park",
                "timezone": "Europe/Rome",
                "starts_at": "2098-05-01T10:00:00+02:00",
                "capacity": 25,
                "price": {"amount": 0, "currency": "EUR"},
            },
        ],
    } | changes  # fmt: skip


def event(key: str, **fields: Any) -> dict[str, Any]:
    """One entry of `events`."""
    return {
        "key": key,
        "venue": "regio",
        "name": key.title(),
        "starts_at": "2098-03-14T20:00:00+01:00",
    } | fields


def read(content: dict[str, Any]) -> Season:
    return parsed_season(orjson.dumps(content), "season.json")
