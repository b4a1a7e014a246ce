"""Decide whether so many tickets may be had at all: on sale, in the window, within minimum, maximum and quotas."""

from collections import Counter
from datetime import datetime

from domain.personal import Person
from domain.refusal import Refused
from domain.show.commands import Wanted
from domain.show.offer import Offer
from domain.show.refusals import (
    AboveMaximum,
    BelowMinimum,
    CustomerLimitReached,
    HoldLimitReached,
    NotOnSale,
    SalesAreClosed,
    SalesNotOpen,
    ShowIsCancelled,
    ShowIsOver,
    SoldOut,
    TicketTypeNotOffered,
    TicketTypeRequired,
)
from domain.show.state import Show
from domain.show.stock import customer_key

OffersWanted = list[tuple[Offer, Wanted]]

BOOKING_TICKETS_MAX = 500
"""What one booking has at most, however it came to them."""


def ends_at(show: Show) -> datetime:
    """From when on it is over: its end, or its start where no end is known."""
    return show.details.ends_at or show.details.starts_at


def is_over(show: Show, now: datetime) -> bool:
    return now >= ends_at(show)


def require_standing(show: Show, now: datetime) -> None:
    """Refuse on a show that is cancelled or over."""
    if show.status == "cancelled":
        raise Refused(ShowIsCancelled(show.details.show_id))
    if is_over(show, now):
        raise Refused(ShowIsOver(ends_at(show)))


def require_on_sale(show: Show, now: datetime) -> None:
    """Refuse unless the show is published, not closed, not cancelled and not over."""
    if show.status == "draft":
        raise Refused(NotOnSale(show.details.show_id))
    if show.status == "closed":
        raise Refused(SalesAreClosed())
    require_standing(show, now)


def offers_wanted(show: Show, wanted: tuple[Wanted, ...]) -> OffersWanted:
    """Each item with the offer it asks for: the only one when it names none."""
    return [(_offer_of(show, item), item) for item in wanted]


def _offer_of(show: Show, item: Wanted) -> Offer:
    if item.ticket_type_id is None:
        if len(show.offers) > 1:
            raise Refused(TicketTypeRequired(tuple(show.offers)))
        return next(iter(show.offers.values()))
    offer = show.offers.get(item.ticket_type_id)
    if offer is None:
        raise Refused(TicketTypeNotOffered(item.ticket_type_id))
    return offer


def quantities(wanted: OffersWanted) -> list[tuple[Offer, int]]:
    """Tickets per offer over all items: a limit that counts per item could be passed by asking twice."""
    if len(wanted) == 1:
        return [(wanted[0][0], wanted[0][1].quantity)]
    counts: Counter[str] = Counter()
    for offer, item in wanted:
        counts[offer.id] += item.quantity
    offers = {offer.id: offer for offer, _ in wanted}
    return [(offers[offer_id], quantity) for offer_id, quantity in counts.items()]


def require_sales_window(show: Show, offer: Offer, now: datetime) -> None:
    if offer.sales_from is not None and now < offer.sales_from:
        raise Refused(SalesNotOpen(offer.id, offer.sales_from))
    if offer.sales_until is not None and now >= offer.sales_until:
        raise Refused(SalesAreClosed(offer.id, offer.sales_until))
    before = show.offers.get(offer.opens_after) if offer.opens_after else None
    if before is not None and offer.id not in show.opened and show.available(before):
        raise Refused(SalesNotOpen(offer.id, opens_after=before.id))


def require_quantity(offer: Offer, quantity: int) -> None:
    """Minimum and maximum of one booking."""
    if offer.max_per_booking is not None and quantity > offer.max_per_booking:
        raise Refused(AboveMaximum(offer.id, quantity, offer.max_per_booking))
    if quantity < offer.min_per_booking:
        raise Refused(BelowMinimum(offer.id, quantity, offer.min_per_booking))


def require_stock(show: Show, wanted: list[tuple[Offer, int]], *, from_allotment: bool) -> None:
    """Places and quotas; an allotment's places are kept back already, so there only the quotas count."""
    for offer, quantity in wanted:
        available = max(0, show.quota_left(offer)) if from_allotment else show.available(offer)
        if quantity > available:
            raise Refused(SoldOut(offer.id, quantity, available))
    if len(wanted) > 1 and not show.quotas_allow({offer.id: quantity for offer, quantity in wanted}):
        offer, quantity = wanted[-1]
        raise Refused(
            SoldOut(offer.id, quantity, max(0, show.quota_left(offer) - sum(n for _, n in wanted[:-1])))
        )


def require_customer_limit(show: Show, customer: Person, quantity: int) -> None:
    """Over all the bookings that this customer has at the show."""
    maximum = show.details.rules.max_per_customer
    if maximum is not None and not customer_may_have(show, customer, quantity):
        already = show.stock.by_customer.get(customer_key(customer), 0)
        raise Refused(CustomerLimitReached(quantity, already, maximum))


def require_hold_limit(show: Show, customer: Person) -> None:
    """Of the bookings of this show that they have not paid yet."""
    maximum = show.details.rules.max_holds_per_customer
    already = show.stock.holds_by_customer.get(customer_key(customer), 0)
    if maximum is not None and already >= maximum:
        raise Refused(HoldLimitReached(already, maximum))


def customer_may_have(show: Show, customer: Person, quantity: int) -> bool:
    """Whether so many more are within the limit per customer."""
    maximum = show.details.rules.max_per_customer
    return maximum is None or show.stock.by_customer.get(customer_key(customer), 0) + quantity <= maximum
