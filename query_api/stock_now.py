"""What is left at this moment: the figures as the facts have left them, and what time alone has changed since.

A hold that has run out is free at once, whether or not any fact says so yet. The statements look for such holds where
they read the figures; only where there are any is the sum done again, from the stock.
"""

from datetime import datetime
from typing import Any

import msgspec

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
