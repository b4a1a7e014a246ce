"""What is left at this moment: the figures as the facts have left them, and what time alone has changed since.

A hold that has run out is free at once, whether or not any fact says so yet. The statements look for such holds where
they read the figures; only where there are any is the sum done again, from the stock.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from query_api.reading import Read
from resources.stock import Place, Stock
from resources.stock_figures import figures_of

# Of one show: `holds` that have run out, NULL where there are none, and the `stock` where the figures need it.
LAPSED = """LATERAL (SELECT late.holds, s.stock
                     FROM (SELECT json_agg(h.places) AS holds FROM projections.availability_bookings AS h
                           WHERE h.show_id = {show_id} AND h.status = 'pending' AND h.expires_at < {now}) AS late
                     LEFT JOIN projections.availability AS s
                     ON s.show_id = {show_id} AND (late.holds IS NOT NULL OR s.release_at <= {now})) AS lapsed"""

decode_stock = msgspec.json.Decoder(Stock).decode
decode_holds = msgspec.json.Decoder(list[dict[str, Place]]).decode
encode = msgspec.json.Encoder().encode


def at_this_moment(row: Any, now: datetime) -> Any:
    """The row with the figures as they are at `now`. It has been read together with `LAPSED`."""
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


AMONG = """SELECT a.show_id::text, lapsed.holds, lapsed.stock FROM projections.availability AS a CROSS JOIN {lapsed}
           WHERE a.show_id = ANY ($1) AND lapsed.stock IS NOT NULL"""
LAPSED_AMONG = AMONG.format(lapsed=LAPSED.format(show_id="a.show_id", now="$2"))


async def figures_now(read: Read, show_ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """For a list: the figures of those of its shows that time has changed, to put in place of what their rows say."""
    if not show_ids:
        return {}
    rows = await read.rows(LAPSED_AMONG, list(show_ids), read.now)
    return {row["show_id"]: lapsed_figures(row, read.now) for row in rows}
