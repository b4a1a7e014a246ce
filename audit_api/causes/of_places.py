"""Why a place could not be had: who has it."""

from collections.abc import Iterator

from audit_api.causes.bounds import customer_bound, holds_bound, places_bound, stock_bounds
from audit_api.causes.case import SEATS_MAX, Case
from audit_api.causes.cause import Cause, SeatHolder
from audit_api.causes.saying import Explain, in_words
from domain.personal import Person
from domain.seating_plan import SEAT_SEPARATOR


def sold_out(case: Case) -> Cause:
    """What the type's places and quotas are used up by."""
    reason, allotment_id = case.reason, getattr(case.command, "allotment_id", None)
    sentence = f"{reason.requested} were asked for and {reason.available} could be had."
    offer = case.show.offers.get(reason.ticket_type_id)
    because = case.fields(f"offers.{reason.ticket_type_id}")
    return Cause(
        sentence, because, stock_bounds(case, offer, allotment_id, reason.available) if offer else []
    )


def seats_taken(case: Case) -> Cause:
    """Who has each of them."""
    allotment_id = getattr(case.command, "allotment_id", None)
    because = case.fields(f"allotments.{allotment_id}") if allotment_id else []
    return Cause(
        "Somebody else has these seats, or they are kept back."
        if allotment_id is None
        else "These seats are not among those that this allotment still keeps.",
        because,
        seats=case.holders(case.reason.seats),
    )


def single_seat_left(case: Case) -> Cause:
    """Who has the others of these rows."""
    rows = {seat.rpartition(SEAT_SEPARATOR)[0] for seat in case.reason.seats}
    return Cause(
        "The choice would leave seats free on their own, and as many others of the row would not.",
        case.fields("rules.no_single_seats"),
        seats=_held(case, (seat for seat in _seats(case) if seat.rpartition(SEAT_SEPARATOR)[0] in rows)),
    )


def no_accessible_places(case: Case) -> Cause:
    """Who has the wheelchair places of the type's sections."""
    reason = case.reason
    offer = case.show.offers[reason.ticket_type_id]
    parts = case.show.parts_of(offer)
    seats = (
        row.seat(index)
        for part in parts
        for row in case.show.places.rows.get(part, {}).values()
        for index in sorted(row.accessible)
    )
    return Cause(
        f"{reason.requested} wheelchair places were asked for, with the company beside them, and "
        f"{reason.available} were free.",
        case.fields(f"offers.{offer.id}", *(f"plan.{part}" for part in parts)),
        seats=_held(case, seats),
    )


def places_in_use(case: Case) -> Cause:
    """Who has the places that the new plan lacks."""
    areas: dict[str, int] = case.reason.areas
    return Cause(
        "The plan that was asked for lacks places that are held, sold or kept back.",
        case.fields("plan."),
        [places_bound(case, (area,), area) for area in areas],
        case.holders(case.reason.seats),
    )


def not_enough_places(case: Case) -> Cause:
    """What the area is used up by."""
    reason = case.reason
    return Cause(
        f"{reason.requested} places of {reason.area} were to be kept back, and {reason.available} were free.",
        case.fields(f"plan.{reason.area}"),
        [places_bound(case, (reason.area,), reason.area)],
    )


def type_in_use(sentence: str, type_id: str = "{ticket_type_id}") -> Explain:
    """What is held and sold of a type, besides its offer."""

    def explain(case: Case) -> Cause:
        which = in_words(type_id, case)
        offer = case.show.offers.get(which)
        return Cause(
            in_words(sentence, case),
            case.fields(f"offers.{which}"),
            stock_bounds(case, offer) if offer else [],
        )

    return explain


def customer_limit(case: Case) -> Cause:
    """What they have already."""
    reason = case.reason
    return Cause(
        f"One customer may have {reason.maximum} tickets; this one has {reason.already} and asked for "
        f"{reason.requested} more.",
        case.fields("rules.max_per_customer"),
        [customer_bound(case, _customer(case), reason.maximum)],
    )


def hold_limit(case: Case) -> Cause:
    """What they hold."""
    reason = case.reason
    return Cause(
        f"One customer may leave {reason.maximum} bookings unpaid; this one has {reason.already}.",
        case.fields("rules.max_holds_per_customer"),
        [holds_bound(case, _customer(case), reason.maximum)],
    )


def _customer(case: Case) -> Person:
    """Who was to have more: whoever the command names, else whose booking it is."""
    named: Person | None = getattr(case.command, "customer", None)
    if named is not None:
        return named
    if case.booking is None:
        raise LookupError("a limit per customer needs a customer")
    return case.booking.customer


def _seats(case: Case) -> Iterator[str]:
    for rows in case.show.places.rows.values():
        for row in rows.values():
            yield from (row.seat(index) for index in range(row.row.size))


def _held(case: Case, seats: Iterator[str]) -> list[SeatHolder]:
    return [holder for holder in case.holders(seats) if holder.state != "free"][:SEATS_MAX]
