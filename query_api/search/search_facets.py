"""What a search has found, counted by city, category, month and price."""

from collections.abc import Iterable
from typing import Any

import orjson

# Bounds in minor units of any currency: each is two or two and a half times the one before.
BOUNDS = [0, *(step * 10**power for power in range(2, 10) for step in (1, 2, 5))]
BANDS = f"ARRAY{BOUNDS}::bigint[]"

# `grouping` has a bit for each column that a row is not counted by: the numbers are those of the kinds below.
COUNTED = """SELECT grouping(h.city_key, h.category_key, h.month, h.band) AS kind, count(*) AS count,
                    min(h.city) AS city, min(h.category) AS category, h.month, h.band, h.currency
             FROM hits AS h
             GROUP BY GROUPING SETS ((), (h.city_key), (h.category_key), (h.month), (h.band, h.currency))"""
# Where nobody asks for facets: how many there are, of the kind `ALL`.
COUNTED_IN_ALL = """SELECT 15 AS kind, count(*) AS count, NULL AS city, NULL AS category, NULL AS month, NULL AS band,
                           NULL AS currency
                    FROM hits"""
# The 50 most frequent of each kind.
FACETS = """SELECT json_agg(f) FROM (
                SELECT c.*, row_number() OVER (PARTITION BY c.kind ORDER BY c.count DESC, c.city, c.category, c.month)
                       AS place FROM counted AS c) AS f
            WHERE f.place <= 50"""
ALL, CITY, CATEGORY, MONTH, PRICE = 0b1111, 0b0111, 0b1011, 0b1101, 0b1110


def facets_shape(facets: str | None) -> tuple[int, dict[str, Any]]:
    """How many events were found, and the shape of `resources.search.Facets`; from the JSON of `FACETS`."""
    rows: list[dict[str, Any]] = orjson.loads(facets or "[]")
    total = sum(row["count"] for row in rows if row["kind"] == ALL)
    return total, {
        "city": values(rows, CITY, "city"),
        "category": values(rows, CATEGORY, "category"),
        "month": sorted(values(rows, MONTH, "month"), key=lambda each: each["value"]),
        "price": prices(rows),
    }


def values(rows: Iterable[dict[str, Any]], kind: int, name: str) -> list[dict[str, Any]]:
    """The most frequent first. What has no city or category counts for none."""
    found = [row for row in rows if row["kind"] == kind and row[name]]
    found.sort(key=lambda row: (-row["count"], row[name]))
    return [{"value": row[name], "count": row["count"]} for row in found]


def prices(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bands of the lowest price, each with both its ends in it; the last one has no end."""
    found = [row for row in rows if row["kind"] == PRICE]
    found.sort(key=lambda row: (row["currency"], row["band"]))
    return [
        {
            "from": BOUNDS[row["band"] - 1],
            "to": BOUNDS[row["band"]] - 1 if row["band"] < len(BOUNDS) else None,
            "currency": row["currency"],
            "count": row["count"],
        }
        for row in found
    ]
