"""The limits that a sale runs into, each with everything that uses it up."""

from collections.abc import Callable, Iterable

from audit_api.causes.case import Case, kind_of, part_of
from audit_api.causes.cause import Bound, Stand
from domain.personal import Person
from domain.show.allotment import Allotment
from domain.show.booking import Booking
from domain.show.offer import Offer
from domain.show.stock import customer_key
from domain.show.ticket import Ticket


def stock_bounds(
    case: Case, offer: Offer, allotment_id: str | None = None, available: int | None = None
) -> list[Bound]:
    """Everything that limits how many tickets of a type can be had: first what leaves the number `available` that was
    said, then the tightest.

    Out of an allotment the places of the house do not count, and one that is not there keeps none.
    """
    parts = case.show.parts_of(offer)
    with case.as_decided():
        bounds = _quota_bounds(case, offer)
        if allotment_id is None:
            bounds.insert(0, places_bound(case, parts, offer.name))
        elif allotment_id in case.show.allotments:
            bounds.insert(0, allotment_bound(case, case.show.allotments[allotment_id], parts))
    return sorted(bounds, key=lambda bound: (max(0, bound.left) != available, bound.left))


def places_bound(case: Case, parts: tuple[str, ...], name: str) -> Bound:
    """The places of some sections and areas, whatever type of ticket they went to."""
    show = case.show
    capacity = {part.name: part.capacity for part in show.details.plan.parts}
    return Bound(
        "places",
        name,
        sum(capacity.get(part, 0) for part in parts),
        sum(show.places.free.get(part, 0) for part in parts),
        case.fields(*(f"plan.{part}" for part in parts)),
        in_order([*taken(case, lambda _, ticket: part_of(ticket) in parts), *_kept_back(case, parts)]),
    )


def allotment_bound(case: Case, allotment: Allotment, parts: tuple[str, ...]) -> Bound:
    """What an allotment keeps or has kept in these parts."""
    mine = in_order(
        taken(case, lambda _, ticket: ticket.allotment_id == allotment.id and part_of(ticket) in parts)
    )
    left = sum(stand.places for stand in _kept_back(case, parts) if stand.allotment_id == allotment.id)
    limit = left + sum(stand.places for stand in mine)
    return Bound("allotment", allotment.name, limit, left, case.fields(f"allotments.{allotment.id}"), mine)


def _quota_bounds(case: Case, offer: Offer) -> list[Bound]:
    show = case.show
    bounds = []
    if offer.quota is not None:
        own = in_order(taken(case, lambda _, ticket: ticket.ticket_type_id == offer.id))
        left = offer.quota - show.stock.used(offer.id)
        set_by = case.fields(f"offers.{offer.id}")
        bounds.append(Bound("quota", offer.name, offer.quota, left, set_by, own))
    for shared in show.details.rules.shared_quotas:
        if offer.id in shared.ticket_type_ids:
            types = frozenset(shared.ticket_type_ids)
            theirs = in_order(taken(case, _of_types(types)))
            left = shared.quota - sum(map(show.stock.used, types))
            set_by = case.fields("rules.shared_quotas")
            bounds.append(Bound("shared-quota", shared.name, shared.quota, left, set_by, theirs))
    return bounds


def _of_types(types: frozenset[str]) -> Callable[[Booking, Ticket], bool]:
    return lambda _, ticket: ticket.ticket_type_id in types


def customer_bound(case: Case, customer: Person, maximum: int) -> Bound:
    """The tickets that one customer may have."""
    key = customer_key(customer)
    with case.as_decided():
        theirs = in_order(taken(case, lambda booking, _: customer_key(booking.customer) == key))
        left = maximum - case.show.stock.by_customer.get(key, 0)
    set_by = case.fields("rules.max_per_customer")
    return Bound("tickets-of-customer", "max_per_customer", maximum, left, set_by, theirs)


def holds_bound(case: Case, customer: Person, maximum: int) -> Bound:
    """The bookings that one customer may leave unpaid: each counts as one, however many places it has."""
    key = customer_key(customer)
    holds = [
        Stand("held", 1, case.folded.begun_by[booking.id], booking.id, expires_at=booking.expires_at)
        for booking in case.show.bookings.values()
        if booking.status == "pending" and customer_key(booking.customer) == key
    ]
    left = maximum - case.show.stock.holds_by_customer.get(key, 0)
    set_by = case.fields("rules.max_holds_per_customer")
    return Bound("holds-of-customer", "max_holds_per_customer", maximum, left, set_by, in_order(holds))


def taken(case: Case, counts: Callable[[Booking, Ticket], bool]) -> Iterable[Stand]:
    """By booking and by the fact that took them, the places of the tickets that count."""
    found: dict[tuple[str, int], int] = {}
    for booking, ticket in case.standing():
        if counts(booking, ticket):
            key = booking.id, case.folded.taken_by[ticket.id]
            found[key] = found.get(key, 0) + 1
    for (booking_id, version), places in found.items():
        booking = case.show.bookings[booking_id]
        yield Stand(kind_of(booking), places, version, booking_id, expires_at=booking.expires_at)


def _kept_back(case: Case, parts: tuple[str, ...]) -> Iterable[Stand]:
    """What allotments still keep."""
    places = case.show.places
    for allotment in case.show.allotments.values():
        seats = sum(
            places.allotted.get(seat) == allotment.id and seat.split("/", maxsplit=1)[0] in parts
            for seat in allotment.seats
        )
        shares = sum(places.shares.get((allotment.id, part), 0) for part in parts)
        if seats + shares:
            since = case.folded.set_by[f"allotments.{allotment.id}"]
            yield Stand("kept-back", seats + shares, since, allotment_id=allotment.id)


def in_order(stands: Iterable[Stand]) -> list[Stand]:
    """By the facts they stand since: each is about one booking or one allotment."""
    return sorted(stands, key=lambda stand: stand.version)
