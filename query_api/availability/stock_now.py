"""What is left at this moment: the figures as the facts have left them, and what time alone has changed since.

A hold that has run out is free at once, whether or not any fact says so yet. The statements look for such holds where
they read the figures; only where there are any is the sum done again, from the stock.
"""

from datetime import datetime
from typing import Any

import msgspec

from query_api.reading import Read
from resources.stock import Place, Stock
from resources.stock_figures import figures_of

# Of the show in the row before it: the `holds` that have run out by now, NULL where there are none.
LAPSED = """LATERAL (SELECT json_agg(h.places) AS holds FROM projections.availability_bookings AS h
                     WHERE h.show_id = {show_id} AND h.status = 'pending' AND h.expires_at < {now}) AS lapsed"""
# When the figures of a row `a` of availability are not what they would be by the facts alone.
HAS_LAPSED = "(lapsed.holds IS NOT NULL OR a.release_at <= {now})"

decode_stock = msgspec.json.Decoder(Stock).decode
decode_holds = msgspec.json.Decoder(list[dict[str, Place]]).decode
encode = msgspec.json.Encoder().encode


def at_this_moment(row: Any, now: datetime) -> Any:
    """The row with the figures as they are at `now`. It has been read together with `LAPSED`; `stock` is NULL in it
    unless it `HAS_LAPSED`.
    """
    return row if row["stock"] is None else {**row, **lapsed_figures(row, now)}


def lapsed_figures(row: Any, now: datetime) -> dict[str, Any]:
    stock = decode_stock(row["stock"])
    holds = decode_holds(row["holds"]) if row["holds"] is not None else []
    stock.lapse(now, (places.values() for places in holds))
    return figures(stock)


def figures(stock: Stock) -> dict[str, Any]:
    """Under the names of the columns that hold them, and as these hold them."""
    made = msgspec.structs.asdict(figures_of(stock))
    return {**made, "by_ticket_type": encode(made["by_ticket_type"]).decode()}


# The partial indexes find the holds and the sold-out shows with a release; of these only what is not over matters.
# OFFSET 0 keeps the planner from looking for what is sold out first: there may be years of that.
OPENED = """WITH due AS (SELECT h.show_id FROM projections.availability_bookings AS h
                         WHERE h.status = 'pending' AND h.expires_at < $2
                         UNION
                         SELECT r.show_id FROM projections.availability AS r
                         WHERE r.sold_out AND r.release_at IS NOT NULL AND r.release_at <= $2)
            SELECT a.show_id::text, lapsed.holds, a.stock
            FROM due
            CROSS JOIN LATERAL (SELECT o.* FROM projections.availability AS o
                                JOIN projections.listings AS l ON l.show_id = o.show_id
                                WHERE o.show_id = due.show_id AND o.sold_out AND l.status = $1 AND l.over_at > $2
                                OFFSET 0) AS a
            CROSS JOIN {lapsed}"""
OPENED_BY_TIME = OPENED.format(lapsed=LAPSED.format(show_id="a.show_id", now="$2"))


async def opened_by_time(read: Read) -> list[str]:
    """The ids of events that are on sale and sold out by the facts alone, but of which time has made something free."""
    rows = await read.rows(OPENED_BY_TIME, "on_sale", read.now)
    return [row["show_id"] for row in rows if not lapsed_figures(row, read.now)["sold_out"]]
