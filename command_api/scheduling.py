"""From an event's body to the command that schedules it: the venue's plan and the catalogue's prices are looked up."""

from datetime import datetime

from command_api.aggregates import TICKET_TYPE, VENUE
from command_api.bodies.event import EventBody, OfferBody
from command_api.loading import load
from command_api.ownership import Whose, require_usable
from command_api.path_ids import checked_id
from command_api.refused import refusal_problem
from domain.refusal import Refusal
from domain.seating_plan import SeatingPlan, general_admission
from domain.show.commands import ScheduleShow
from domain.show.offer import Offer
from domain.ticket_type.refusals import TicketTypeIsWithdrawn, TicketTypeNotFound
from domain.venue.refusals import VenueIsClosed, VenueNotFound
from eventstore.store import LogReader
from runtime.ids import new_id
from runtime.problems import Problem

GENERAL = "General"


async def schedule_command(
    store: LogReader, show_id: str, body: EventBody, now: datetime, whose: Whose
) -> ScheduleShow:
    """Raises Problem for a venue or a ticket type that is not there, or is not for whoever makes the show to use."""
    venue_name, city, timezone, plan = await _where(store, body, whose.organizer)
    return ScheduleShow(
        show_id,
        body.name,
        venue_name,
        timezone,
        body.starts_at,
        plan,
        await _offers(store, body, whose.organizer),
        now,
        body.description,
        body.category,
        body.venue_id,
        body.ends_at,
        body.payment_window_seconds,
        body.rules(),
        body.status == "on_sale",
        city,
        whose.owner_id,
    )


async def _where(
    store: LogReader, body: EventBody, organizer: str | None
) -> tuple[str, str, str, SeatingPlan]:
    """The venue's name, city, time zone and plan."""
    if body.venue_id is None:
        plan = body.seating_plan.value() if body.seating_plan else general_admission(body.capacity or 1)
        return body.venue_name or "", body.city or "", body.timezone or "UTC", plan
    venue = await load(store, VENUE, checked_id(body.venue_id, VenueNotFound))
    if not venue.id:
        _no(VenueNotFound(body.venue_id))
    require_usable(venue.owner_id, organizer)
    if venue.status == "closed":
        _no(VenueIsClosed(venue.id))
    return venue.name, venue.city, venue.timezone, venue.plan


async def _offers(store: LogReader, body: EventBody, organizer: str | None) -> tuple[Offer, ...]:
    if body.ticket_types is None:
        return (Offer(new_id(), GENERAL, body.price.value()),) if body.price else ()
    return tuple([await offer_of(store, offered, new_id(), organizer) for offered in body.ticket_types])


async def offer_of(store: LogReader, offered: OfferBody, fresh_id: str, organizer: str | None) -> Offer:
    """The offer; what it leaves open comes from the catalogue, its id too where it is from there.

    Raises Problem for a ticket type that is not there, or is another's than `organizer`'s where one asks.
    """
    name, price = offered.name, offered.price.value() if offered.price else None
    if offered.ticket_type_id is not None:
        kind = await load(store, TICKET_TYPE, checked_id(offered.ticket_type_id, TicketTypeNotFound))
        if not kind.id:
            _no(TicketTypeNotFound(offered.ticket_type_id))
        require_usable(kind.owner_id, organizer)
        if kind.status == "withdrawn":
            _no(TicketTypeIsWithdrawn(kind.id))
        name, price = name or kind.name, price or kind.price
    if name is None or price is None:
        raise AssertionError("the body's own check lets no such offer pass")
    return Offer(
        offered.ticket_type_id or fresh_id,
        name,
        price,
        tuple(offered.sections or ()),
        offered.quota,
        offered.sales_from,
        offered.sales_until,
        offered.min_per_booking,
        offered.max_per_booking,
        offered.opens_when_sold_out,
    )


def _no(reason: Refusal) -> None:
    raise Problem(refusal_problem(reason))
