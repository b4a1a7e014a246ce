"""Decide about the show itself: schedule, publish, close sales."""

from collections import Counter

from domain.refusal import Refused
from domain.seating_plan import check_plan
from domain.show.commands import CloseSales, PublishShow, ScheduleShow
from domain.show.facts import SalesClosed, ShowFact, ShowPublished, ShowScheduled
from domain.show.offer import Offer
from domain.show.refusals import BadOffer, NotOnSale, SalesAreClosed, ShowAlreadyScheduled
from domain.show.state import Show


def schedule_show(command: ScheduleShow, show: Show) -> list[ShowFact]:
    if show.scheduled:
        raise Refused(ShowAlreadyScheduled(command.show_id))
    check_plan(command.plan)
    _check_times(command)
    _check_offers(command)
    scheduled = ShowScheduled(
        command.show_id,
        command.name,
        command.venue_name,
        command.timezone,
        command.starts_at,
        command.plan,
        command.offers,
        command.now,
        command.description,
        command.category,
        command.venue_id,
        command.ends_at,
        command.payment_window_seconds,
    )
    return [scheduled, ShowPublished(command.show_id, command.now)] if command.on_sale else [scheduled]


def publish_show(command: PublishShow, show: Show) -> list[ShowFact]:
    if show.status == "closed":
        raise Refused(SalesAreClosed())
    return [ShowPublished(command.show_id, command.now)] if show.status == "draft" else []


def close_sales(command: CloseSales, show: Show) -> list[ShowFact]:
    if show.status == "draft":
        raise Refused(NotOnSale(command.show_id))
    return [SalesClosed(command.show_id, command.now)] if show.status == "on_sale" else []


def _check_times(command: ScheduleShow) -> None:
    if command.ends_at is not None and command.ends_at <= command.starts_at:
        raise Refused(BadOffer("It must end after it starts."))


def _check_offers(command: ScheduleShow) -> None:
    if not command.offers:
        raise Refused(BadOffer("At least one ticket type must be on offer."))
    known = set(command.plan.part_names)
    seen: set[str] = set()
    currencies = {offer.price.currency for offer in command.offers}
    if len(currencies) > 1:
        raise Refused(
            BadOffer(f"All prices must be in one currency, not in {', '.join(sorted(currencies))}.")
        )
    for offer in command.offers:
        if offer.id in seen:
            raise Refused(BadOffer(f"Ticket type {offer.name} is offered twice."))
        seen.add(offer.id)
        _check_sections(offer, known)
        _check_limits(offer)


def _check_sections(offer: Offer, known: set[str]) -> None:
    if unknown := sorted(set(offer.sections) - known):
        raise Refused(
            BadOffer(f"{offer.name} names sections that the plan does not have: {', '.join(unknown)}.")
        )
    # The places of a section named twice would count twice.
    if twice := [name for name, times in Counter(offer.sections).items() if times > 1]:
        raise Refused(BadOffer(f"{offer.name} names section {twice[0]} more than once."))


def _check_limits(offer: Offer) -> None:
    if offer.price.amount < 0:
        raise Refused(BadOffer(f"The price of {offer.name} cannot be below nothing."))
    if offer.quota is not None and offer.quota < 0:
        raise Refused(BadOffer(f"The quota of {offer.name} cannot be below nothing."))
    if offer.min_per_booking < 1:
        raise Refused(BadOffer(f"{offer.name} must allow at least one ticket per booking."))
    if offer.max_per_booking is not None and offer.max_per_booking < offer.min_per_booking:
        raise Refused(BadOffer(f"{offer.name} allows fewer per booking at most than at least."))
    if offer.sales_from and offer.sales_until and offer.sales_until <= offer.sales_from:
        raise Refused(BadOffer(f"Sales of {offer.name} must end after they begin."))
