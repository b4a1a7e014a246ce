"""Why an event's terms were in the way, where a table of fields does not say it all."""

from audit_api.causes.bounds import stock_bounds
from audit_api.causes.case import Case
from audit_api.causes.cause import Cause
from audit_api.why import Because

BOOKINGS_MAX = 100


def sales_closed(case: Case) -> Cause:
    """Of the event, or of one type."""
    type_id = case.reason.ticket_type_id
    if type_id is None:
        return Cause("Sales of the event had been closed.", case.fields("status"))
    return Cause(
        f"Sales of this ticket type ended at {_at(case.reason.closed_at)}.", case.fields(f"offers.{type_id}")
    )


def sales_not_open(case: Case) -> Cause:
    """At a time, or when another type is sold out: then with what is left of that."""
    reason, before = case.reason, case.show.offers.get(case.reason.opens_after or "")
    if before is None:
        sentence = f"Sales of this ticket type open at {_at(reason.opens_at)}."
        return Cause(sentence, case.fields(f"offers.{reason.ticket_type_id}"))
    return Cause(
        f"Sales of this ticket type open when {before.name} is sold out.",
        case.fields(
            f"offers.{reason.ticket_type_id}", f"offers.{before.id}", f"opened.{reason.ticket_type_id}"
        ),
        stock_bounds(case, before),
    )


def bad_offer(case: Case) -> Cause:
    """Everything that what was asked for has to agree with."""
    offer = case.show.offers.get(getattr(getattr(case.command, "offer", None), "id", ""))
    return Cause(
        case.reason.problem,
        case.fields("status", "starts_at", "ends_at", "offers.", "rules.", "plan."),
        stock_bounds(case, offer) if offer else [],
    )


def has_bookings(case: Case) -> Cause:
    """The first of them."""
    bookings = list(case.show.bookings.values())[:BOOKINGS_MAX]
    found = [
        Because(f"bookings.{booking.id}", booking.status, case.folded.begun_by[booking.id])
        for booking in bookings
    ]
    return Cause(f"It had been booked {len(case.show.bookings)} times.", found)


def _at(moment: object) -> str:
    return moment.isoformat() if hasattr(moment, "isoformat") else str(moment)
