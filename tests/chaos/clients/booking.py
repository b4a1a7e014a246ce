"""A booking as its client knows it from the last answer."""

from typing import Any

LIVE = frozenset({"held", "valid"})


def live_tickets(booking: dict[str, Any]) -> list[dict[str, Any]]:
    return [ticket for ticket in booking["tickets"] if ticket["status"] in LIVE]


def live_seats(booking: dict[str, Any]) -> set[str]:
    """Empty where places have no names."""
    return {ticket["seat"] for ticket in live_tickets(booking) if ticket["seat"]}
