"""listings: which events are on, when, where, and from what price?

What is left of them changes with every booking and stands in `availability`; a listing changes when an organiser does
something. Queries join the two.
"""

from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from domain.show.facts import (
    AllotmentReleased,
    OfferChanged,
    OfferWithdrawn,
    SalesClosed,
    SalesReopened,
    SeatsAllotted,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.rules import Refunds, Rules
from projections.batch import Batch
from projections.listing_row import ListedOffer, ListedQuota, ListedRules, ListingRow
from projections.listing_text import listing_text
from projections.projector import Fold, On, Projector, Reads
from projections.table import Table
from runtime.folding import fold


def settle(row: ListingRow) -> None:
    """Work out what follows: prices from the offers, of which there is always one; keys, and times to find it by; and,
    from all of it, what the API says.
    """
    prices = sorted((offer.price for offer in row.offers), key=lambda price: price.amount)
    row.price_from, row.currency, row.price_to = prices[0].amount, prices[0].currency, prices[-1].amount
    row.category_key, row.venue_key, row.city_key = fold(row.category), fold(row.venue_name), fold(row.city)
    row.over_at = row.ends_at or row.starts_at
    row.local_day = local_day(row.starts_at, row.timezone)
    row.written = listing_text(row)


def local_day(moment: datetime, timezone: str) -> date:
    """The day it is at the venue. Where this machine does not know the zone, the day in UTC: better than no listing."""
    try:
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (LookupError, ValueError, OSError):
        return moment.astimezone(UTC).date()


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = ListingRow(
        fact.show_id, fact.name, fact.description, fact.category, fact.venue_id, fact.venue_name, fact.city,
        fact.timezone, fact.starts_at, fact.ends_at, "draft", fact.payment_window_seconds, listed_rules(fact.rules),
        fact.plan.capacity, [listed(offer) for offer in fact.offers], 0, "", fact.at, fact.at, fact.starts_at,
        fact.starts_at.date(), fact.owner_id,
    )  # fmt: skip
    batch[LISTINGS].put(fact.show_id, row)


def listed(offer: Offer) -> ListedOffer:
    return ListedOffer(
        offer.id, offer.name, offer.price, offer.quota, offer.sections, offer.sales_from, offer.sales_until,
        offer.min_per_booking, offer.max_per_booking, offer.opens_after,
    )  # fmt: skip


def listed_rules(rules: Rules) -> ListedRules:
    return ListedRules(
        rules.hold_seconds_max, rules.late_payment, rules.no_single_seats, rules.max_per_customer,
        rules.max_holds_per_customer, refund_policy(rules.refunds),
        [ListedQuota(shared.name, shared.ticket_type_ids, shared.quota) for shared in rules.shared_quotas],
    )  # fmt: skip


def refund_policy(refunds: Refunds) -> dict[str, Any]:
    tiers = [{"days_before": tier.days_before, "percent": tier.percent} for tier in refunds.tiers]
    return {"kind": refunds.kind, "tiers": tiers}


class AboutShow(Protocol):
    """Any fact about a show that an organiser's act caused."""

    @property
    def show_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def changed(batch: Batch, fact: AboutShow) -> ListingRow:
    """The listing, changed now."""
    row = batch[LISTINGS].change(fact.show_id)
    row.updated_at = fact.at
    return row


def status(name: str) -> Fold:
    """The fold of a fact after which the show's status is `name`."""

    def fold(batch: Batch, fact: AboutShow) -> None:
        changed(batch, fact).status = name

    return fold


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    row = changed(batch, fact)
    row.name, row.description, row.category = fact.name, fact.description, fact.category
    row.payment_window_seconds, row.rules = fact.payment_window_seconds, listed_rules(fact.rules)


def plan_changed(batch: Batch, fact: ShowPlanChanged) -> None:
    changed(batch, fact).capacity = fact.plan.capacity


def rescheduled(batch: Batch, fact: ShowRescheduled) -> None:
    row = changed(batch, fact)
    row.starts_at, row.ends_at = fact.starts_at, fact.ends_at


def offered(batch: Batch, fact: TicketTypeOffered | OfferChanged) -> None:
    """New terms in the place of the old ones; another type comes last."""
    row = changed(batch, fact)
    for number, known in enumerate(row.offers):
        if known.id == fact.offer.id:
            row.offers[number] = listed(fact.offer)
            return
    row.offers.append(listed(fact.offer))


def withdrawn(batch: Batch, fact: OfferWithdrawn) -> None:
    row = changed(batch, fact)
    row.offers = [offer for offer in row.offers if offer.id != fact.ticket_type_id]


def allotted(batch: Batch, fact: SeatsAllotted) -> None:
    changed(batch, fact)


def allotment_released(batch: Batch, fact: AllotmentReleased) -> None:
    """Time releases an allotment of a deleted show, too."""
    if fact.show_id in batch[LISTINGS]:
        changed(batch, fact)


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    batch[LISTINGS].remove(fact.show_id)


LISTINGS = Table("listings", ListingRow, key="show_id", settle=settle, versions="listing_versions")
THIS: Reads = {LISTINGS: "show_id"}

PROJECTOR = Projector(
    "listings",
    version=5,
    tables=(LISTINGS,),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(status("on_sale"), reads=THIS),
        SalesClosed: On(status("closed"), reads=THIS),
        SalesReopened: On(status("on_sale"), reads=THIS),
        ShowCancelled: On(status("cancelled"), reads=THIS),
        ShowDetailsChanged: On(details_changed, reads=THIS),
        ShowPlanChanged: On(plan_changed, reads=THIS),
        ShowRescheduled: On(rescheduled, reads=THIS),
        TicketTypeOffered: On(offered, reads=THIS),
        OfferChanged: On(offered, reads=THIS),
        OfferWithdrawn: On(withdrawn, reads=THIS),
        SeatsAllotted: On(allotted, reads=THIS),
        AllotmentReleased: On(allotment_released, reads=THIS),
        ShowDeleted: On(deleted),
    },
)
