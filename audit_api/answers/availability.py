"""What is left of a show, in the API's words."""

from typing import Any

import msgspec

from domain.show.state import Show
from resources.stock import Stock
from resources.stock_figures import figures_of
from resources.stock_of_show import capacity_of, shared_as, sold_as


def availability_body(show: Show, position: int) -> dict[str, Any]:
    """The shape of `resources.event.Availability`."""
    figures = msgspec.to_builtins(figures_of(stock_left(show)))
    return {"event_id": show.details.show_id, **figures, "as_of_position": position}


def stock_left(show: Show) -> Stock:
    """Which allotment keeps what plays no part in any figure: all that is kept stands as one."""
    details, places, stock = show.details, show.places, show.stock
    offers, shared = map(sold_as, show.offers.values()), shared_as(details.rules.shared_quotas)
    capacity = capacity_of(details.plan)
    return Stock(
        capacity, places.free, list(offers), shared, {"": places.kept}, held=stock.held, sold=stock.sold
    )
