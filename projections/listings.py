"""listings: which events are on, when, where, and from what price?

What is left of them changes with every booking and stands in `availability`; a listing changes when an organiser does
something. Queries join the two.
"""

from datetime import datetime

import msgspec

from domain.money import Money
from domain.show.facts import SalesClosed, ShowPublished, ShowScheduled
from domain.show.offer import Offer
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table


class ListedOffer(msgspec.Struct, gc=False):
    """A ticket type at this show as the API gives it, but for what is available."""

    id: str
    name: str
    price: Money
    quota: int | None
    sections: tuple[str, ...]
    sales_from: datetime | None
    sales_until: datetime | None
    min_per_booking: int
    max_per_booking: int | None


class ListingRow(msgspec.Struct, gc=False):
    """The venue's name and zone are the show's own copy. `price_from` is in minor units of `currency`."""

    show_id: str
    name: str
    description: str
    category: str
    venue_id: str | None
    venue_name: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    status: str
    payment_window_seconds: int | None
    capacity: int
    offers: list[ListedOffer]
    price_from: int
    currency: str
    created_at: datetime
    updated_at: datetime


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    cheapest = min((offer.price for offer in fact.offers), key=lambda price: price.amount)
    row = ListingRow(
        fact.show_id, fact.name, fact.description, fact.category, fact.venue_id, fact.venue_name, fact.timezone,
        fact.starts_at, fact.ends_at, "draft", fact.payment_window_seconds, fact.plan.capacity,
        [listed(offer) for offer in fact.offers], cheapest.amount, cheapest.currency, fact.at, fact.at,
    )  # fmt: skip
    batch[LISTINGS].put(fact.show_id, row)


def listed(offer: Offer) -> ListedOffer:
    return ListedOffer(
        offer.id, offer.name, offer.price, offer.quota, offer.sections, offer.sales_from, offer.sales_until,
        offer.min_per_booking, offer.max_per_booking,
    )  # fmt: skip


def published(batch: Batch, fact: ShowPublished) -> None:
    row = batch[LISTINGS].change(fact.show_id)
    row.status, row.updated_at = "on_sale", fact.at


def sales_closed(batch: Batch, fact: SalesClosed) -> None:
    row = batch[LISTINGS].change(fact.show_id)
    row.status, row.updated_at = "closed", fact.at


LISTINGS = Table("listings", ListingRow, key="show_id")
THIS: Reads = {LISTINGS: "show_id"}

PROJECTOR = Projector(
    "listings",
    version=1,
    tables=(LISTINGS,),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(published, reads=THIS),
        SalesClosed: On(sales_closed, reads=THIS),
    },
)
