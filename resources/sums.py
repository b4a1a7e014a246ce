"""Sums in the API's words, whoever has added them up: rows of a table, or dicts."""

from collections.abc import Sequence
from typing import Any

STATUSES = ("draft", "on_sale", "closed", "cancelled")


def sold_shape(sums: Any, currency: str) -> dict[str, Any]:
    """The shape of `resources.statistics.Sold`."""
    gross, refunded = sums["gross"], sums["refunded"]
    return {
        "bookings": sums["bookings"],
        "tickets": sums["tickets"],
        "gross": {"amount": gross, "currency": currency},
        "refunded": {"amount": refunded, "currency": currency},
        "net": {"amount": gross - refunded, "currency": currency},
    }


def overview_shape(by_status: dict[str, int], figures: Any, sums: Sequence[Any]) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, but for the position; `sums` are by currency."""
    return {
        "venues": figures["venues"],
        "events": sum(by_status.values()),
        "events_by_status": by_status,
        "bookings": sum(row["bookings"] for row in sums),
        "tickets_sold": sum(row["tickets"] for row in sums),
        "tickets_available": figures["available"],
        "gross": [{"amount": row["gross"], "currency": row["currency"]} for row in sums],
        "refunded": [{"amount": row["refunded"], "currency": row["currency"]} for row in sums],
        "net": [{"amount": row["gross"] - row["refunded"], "currency": row["currency"]} for row in sums],
    }


def event_group(row: Any) -> dict[str, Any]:
    """The shape of `resources.statistics.EventGroup`."""
    return {"id": row["id"], "name": row["name"], "venue": row["venue_name"], "starts_at": row["starts_at"]}


def named_group(row: Any) -> dict[str, Any]:
    """The shape of `resources.statistics.NamedGroup`."""
    return {"id": row["id"], "name": row["name"]}
