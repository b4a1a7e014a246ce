"""Decide about the show's terms: schedule, publish, change, reschedule, offer, close and reopen sales."""

from msgspec.structs import replace

from domain.refusal import Refused
from domain.seating_plan import Area, SeatingPlan, check_plan
from domain.show.commands import (
    ChangeShow,
    CloseSales,
    OfferTicketType,
    PublishShow,
    ReopenSales,
    RescheduleShow,
    ScheduleShow,
    WithdrawOffer,
)
from domain.show.facts import (
    OfferChanged,
    OfferWithdrawn,
    SalesClosed,
    SalesReopened,
    ShowDetailsChanged,
    ShowFact,
    ShowPlanChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.offers_check import check_offers, check_times
from domain.show.plan_change import check_room
from domain.show.references import opening_by_id, rules_by_id
from domain.show.refusals import (
    BadOffer,
    NotOnSale,
    SalesAreClosed,
    ShowAlreadyScheduled,
    TicketTypeInUse,
    TicketTypeNotOffered,
)
from domain.show.state import Show
from domain.show.stock_rules import require_standing


def schedule_show(command: ScheduleShow, show: Show) -> list[ShowFact]:
    if show.scheduled:
        raise Refused(ShowAlreadyScheduled(command.show_id))
    check_plan(command.plan)
    check_times(command.starts_at, command.ends_at)
    offers = tuple(opening_by_id(offer, command.offers) for offer in command.offers)
    rules = rules_by_id(command.rules, offers)
    check_offers(offers, command.plan, rules)
    scheduled = ShowScheduled(
        command.show_id,
        command.name,
        command.venue_name,
        command.timezone,
        command.starts_at,
        command.plan,
        offers,
        command.now,
        command.description,
        command.category,
        command.venue_id,
        command.ends_at,
        command.payment_window_seconds,
        rules,
        command.city,
        command.owner_id,
    )
    return [scheduled, ShowPublished(command.show_id, command.now)] if command.on_sale else [scheduled]


def publish_show(command: PublishShow, show: Show) -> list[ShowFact]:
    if show.status == "closed":
        raise Refused(SalesAreClosed())
    require_standing(show, command.now)
    return [ShowPublished(command.show_id, command.now)] if show.status == "draft" else []


def change_show(command: ChangeShow, show: Show) -> list[ShowFact]:
    """What bookings were promised stays: payment windows and rules count for what comes from now on."""
    require_standing(show, command.now)
    before = show.details
    offers = tuple(show.offers.values())
    after = _changed_details(command, before, offers)
    plan = _changed_plan(command, before)
    check_offers(offers, plan, after.rules)
    facts: list[ShowFact] = []
    if after != before:
        window = after.payment_window_seconds
        facts.append(
            ShowDetailsChanged(
                command.show_id,
                after.name,
                command.now,
                after.description,
                after.category,
                window,
                after.rules,
            )
        )
    if plan != before.plan:
        check_plan(plan)
        check_room(show, plan)
        facts.append(ShowPlanChanged(command.show_id, plan, command.now))
    if command.starts_at is not None or command.ends_at is not None or command.no_end:
        ends_at = None if command.no_end else command.ends_at or before.ends_at
        starts_at = command.starts_at or before.starts_at
        facts += reschedule_show(RescheduleShow(command.show_id, starts_at, command.now, ends_at), show)
    return facts


def _changed_details(command: ChangeShow, before: ShowScheduled, offers: tuple[Offer, ...]) -> ShowScheduled:
    given = rules_by_id(command.rules, offers)
    window = (
        before.payment_window_seconds
        if command.payment_window_seconds is None
        else command.payment_window_seconds
    )
    return replace(
        before,
        name=before.name if command.name is None else command.name,
        description=before.description if command.description is None else command.description,
        category=before.category if command.category is None else command.category,
        rules=replace(before.rules, **{name: getattr(given, name) for name in command.rule_names}),
        payment_window_seconds=None if command.no_payment_window else window,
    )


def _changed_plan(command: ChangeShow, before: ShowScheduled) -> SeatingPlan:
    if command.plan is not None:
        return command.plan
    if command.capacity is None:
        return before.plan
    if before.plan.sections or len(before.plan.areas) != 1:
        raise Refused(
            BadOffer("A capacity alone is for an event of one general-admission area: give a seating plan.")
        )
    return SeatingPlan(areas=(Area(before.plan.areas[0].name, command.capacity),))


def reschedule_show(command: RescheduleShow, show: Show) -> list[ShowFact]:
    """Bookings keep their places. The same instants again, in whatever time zone they are said, change nothing."""
    require_standing(show, command.now)
    check_times(command.starts_at, command.ends_at)
    if (command.starts_at, command.ends_at) == (show.details.starts_at, show.details.ends_at):
        return []
    if command.now >= (command.ends_at or command.starts_at):
        # It would be over at once, and what is over cannot be moved back.
        raise Refused(BadOffer("It cannot be moved to a time at which it is over already."))
    return [ShowRescheduled(command.show_id, command.starts_at, command.now, command.ends_at)]


def offer_ticket_type(command: OfferTicketType, show: Show) -> list[ShowFact]:
    """Tickets sold keep the price they had; a quota may shrink to what is held and sold, not below."""
    require_standing(show, command.now)
    offer, known = opening_by_id(command.offer, show.offers.values()), show.offers.get(command.offer.id)
    others = tuple(other for other in show.offers.values() if other.id != offer.id)
    check_offers((*others, offer), show.details.plan, show.details.rules)
    if offer.quota is not None and offer.quota < show.stock.used(offer.id):
        raise Refused(
            BadOffer(f"{show.stock.used(offer.id)} tickets of {offer.name} are held or sold already.")
        )
    booked = next(iter(show.bookings.values()), None)
    if booked is not None and booked.total.currency != offer.price.currency:
        raise Refused(BadOffer(f"Tickets were booked in {booked.total.currency}: that stays the currency."))
    if known is None:
        return [TicketTypeOffered(command.show_id, offer, command.now)]
    return [] if known == offer else [OfferChanged(command.show_id, offer, command.now)]


def withdraw_offer(command: WithdrawOffer, show: Show) -> list[ShowFact]:
    require_standing(show, command.now)
    if command.ticket_type_id not in show.offers:
        raise Refused(TicketTypeNotOffered(command.ticket_type_id))
    if show.stock.used(command.ticket_type_id):
        raise Refused(TicketTypeInUse(command.ticket_type_id))
    others = tuple(offer for offer in show.offers.values() if offer.id != command.ticket_type_id)
    check_offers(others, show.details.plan, show.details.rules)
    return [OfferWithdrawn(command.show_id, command.ticket_type_id, command.now)]


def close_sales(command: CloseSales, show: Show) -> list[ShowFact]:
    if show.status == "draft":
        raise Refused(NotOnSale(command.show_id))
    require_standing(show, command.now)
    return [SalesClosed(command.show_id, command.now)] if show.status == "on_sale" else []


def reopen_sales(command: ReopenSales, show: Show) -> list[ShowFact]:
    if show.status == "draft":
        raise Refused(NotOnSale(command.show_id))
    require_standing(show, command.now)
    return [SalesReopened(command.show_id, command.now)] if show.status == "closed" else []
