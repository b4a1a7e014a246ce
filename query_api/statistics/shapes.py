"""Sums in the API's words."""

from collections.abc import Sequence
from typing import Any

from runtime.http.csv_cells import Cell

HEADER = ("bookings", "tickets", "gross", "refunded", "net", "currency")
"""Money in a CSV file is in minor units of the currency in the last column."""


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


def sold_cells(sums: Any, currency: str) -> Sequence[Cell]:
    """The same, for the columns of `HEADER`."""
    gross, refunded = sums["gross"], sums["refunded"]
    return sums["bookings"], sums["tickets"], gross, refunded, gross - refunded, currency


def occupancy_shape(capacity: int, sold: int) -> dict[str, Any]:
    """The shape of `resources.statistics.Occupancy`. No share of no places."""
    return {"capacity": capacity, "sold": sold, "occupancy": round(sold / capacity, 4) if capacity else None}


STATUSES = ("draft", "on_sale", "closed", "cancelled")


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
