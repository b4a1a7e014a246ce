"""Sums in the API's words."""

from collections.abc import Sequence
from typing import Any

from runtime.http.csv_cells import Cell

HEADER = ("bookings", "tickets", "gross", "refunded", "net", "currency")
"""Money in a CSV file is in minor units of the currency in the last column."""


def sold_cells(sums: Any, currency: str) -> Sequence[Cell]:
    """The same, for the columns of `HEADER`."""
    gross, refunded = sums["gross"], sums["refunded"]
    return sums["bookings"], sums["tickets"], gross, refunded, gross - refunded, currency


def occupancy_shape(capacity: int, sold: int) -> dict[str, Any]:
    """The shape of `resources.statistics.Occupancy`. No share of no places."""
    return {"capacity": capacity, "sold": sold, "occupancy": round(sold / capacity, 4) if capacity else None}
