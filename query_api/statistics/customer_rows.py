"""Customers by what they have spent, each with the name in their latest booking."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.listing import Listing
from query_api.statistics.shapes import HEADER, sold_cells
from resources.sums import sold_shape
from runtime.http.keyset_columns import text, whole_number
from runtime.http.pages import Keyset

# Only those of the page are looked up. A customer is an account's id; `guest:` and the person of somebody without one;
# or, from before people had keys, their address.
SPENDING = """SELECT c.customer, c.currency, c.net_down, c.purchases, c.bookings, c.tickets, c.gross, c.refunded,
                     f.bought_at, coalesce(a.customer_name, g.customer_name, o.customer_name) AS name,
                     coalesce(a.customer_email, g.customer_email, o.customer_email, k.address) AS email,
                     k.account::text AS id
              FROM (SELECT c.* FROM projections.sales_of_customers AS c {first} {where}
                    ORDER BY c.currency, c.net_down, c.customer LIMIT {limit} OFFSET {skip}) AS c
              JOIN projections.sales_customers AS f USING (customer)
              CROSS JOIN LATERAL (
                  SELECT CASE WHEN c.customer ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
                              THEN c.customer::uuid END AS account,
                         CASE WHEN c.customer LIKE 'guest:%' THEN substr(c.customer, 7)::uuid END AS person,
                         CASE WHEN c.customer LIKE '%@%' THEN c.customer END AS address) AS k
              LEFT JOIN LATERAL (SELECT customer_name, customer_email FROM projections.bookings AS b
                                 WHERE b.customer_id = k.account
                                 ORDER BY b.created_at DESC, b.booking_id DESC LIMIT 1) AS a ON true
              LEFT JOIN LATERAL (SELECT customer_name, customer_email FROM projections.bookings AS b
                                 WHERE b.person_id = k.person AND b.customer_id IS NULL
                                 ORDER BY b.created_at DESC, b.booking_id DESC LIMIT 1) AS g ON true
              LEFT JOIN LATERAL (SELECT customer_name, k.address AS customer_email FROM projections.bookings AS b
                                 WHERE lower(b.customer_email) = k.address
                                       AND b.customer_id IS NULL AND b.person_id IS NULL
                                 ORDER BY b.created_at DESC, b.booking_id DESC LIMIT 1) AS o ON true
              ORDER BY c.currency, c.net_down, c.customer"""
FIRST = "JOIN projections.sales_customers AS f USING (customer)"


def by_spending(begin: datetime | None, end: datetime | None, currency: str | None) -> Listing:
    """Whoever first bought from `begin` to before `end`, and has anything; by currency, then by net, most first."""

    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked = Conditions()
        asked.add("c.purchases > 0")
        if currency is not None:
            asked.add("c.currency = {}", currency)
        if begin is not None:
            asked.add("f.bought_at >= {}", begin)
        if end is not None:
            asked.add("f.bought_at < {}", end)
        if after is not None:
            asked.add("(c.currency, c.net_down, c.customer) > ({}, {}, {})", *after)
        first = "" if begin is None and end is None else FIRST
        query = SPENDING.format(
            where=asked.where, first=first, limit=asked.argument(limit), skip=asked.argument(skip)
        )
        return await look.rows(query, *asked.arguments)

    return Listing(
        Keyset("customers by spending", (text, whole_number, text)),
        read,
        lambda row: (row["currency"], row["net_down"], row["customer"]),
        customer_shape,
        ("customer_id", "name", "email", "first_bought_at", "purchases", *HEADER),
        lambda row: (
            row["id"], row["name"], row["email"], row["bought_at"], row["purchases"], *sold_cells(row, row["currency"])
        ),
    )  # fmt: skip


def customer_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.statistics.CustomerSales`."""
    return {
        "customer": {"id": row["id"], "name": row["name"], "email": row["email"]},
        "purchases": row["purchases"],
        "first_bought_at": row["bought_at"],
        **sold_shape(row, row["currency"]),
    }
