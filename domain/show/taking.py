"""Decide which places a party gets, as tickets: by name, by number, with wheelchairs, out of an allotment."""

from collections import Counter
from collections.abc import Iterator, Sequence

from domain.refusal import Refused
from domain.show.accessible import accessible_left, choose_accessible
from domain.show.allotment import Allotment
from domain.show.choosing import Pick, Place
from domain.show.commands import Wanted
from domain.show.offer import Offer
from domain.show.refusals import (
    AllotmentNotFound,
    CompanionSeats,
    NoAccessiblePlaces,
    SeatsNamedTwice,
    SeatsNotAvailable,
    SeatsNotInTicketType,
    SeatsUnknown,
    SoldOut,
)
from domain.show.single_seats import single_seat_left
from domain.show.state import Show
from domain.show.stock_rules import OffersWanted
from domain.show.ticket import NewTicket, Ticket

Chosen = list[tuple[Offer, Place]]


def tickets_for(
    show: Show, wanted: OffersWanted, identities: Sequence[NewTicket], allotment_id: str | None = None
) -> tuple[Ticket, ...]:
    """One ticket for each place wanted. Raises `Refused` when they cannot be had as asked."""
    seats = tuple([seat for _, item in wanted for seat in item.seats])
    _require_named_once(seats)
    chosen = (
        _from_general_sale(show, wanted, seats)
        if allotment_id is None
        else _from_allotment(show, wanted, allotment_id)
    )
    return tuple(
        Ticket(
            identity.id,
            identity.code,
            offer.id,
            offer.name,
            offer.price,
            place.seat,
            place.area,
            allotment_id,
        )
        for identity, (offer, place) in zip(identities, chosen, strict=True)
    )


def _from_general_sale(show: Show, wanted: OffersWanted, seats: tuple[str, ...]) -> Chosen:
    """Named seats first, so that a choice by number cannot take a seat that the same booking names."""
    pick = Pick(show.places)
    chosen = _named(show, pick, wanted, seats) if seats else []
    for offer, item in wanted:
        if not item.seats:
            chosen += [(offer, place) for place in _by_number(show, pick, offer, item)]
    return chosen


def _named(show: Show, pick: Pick, wanted: OffersWanted, seats: tuple[str, ...]) -> Chosen:
    """The places that items name, `seats` in all."""
    chosen: Chosen = []
    for offer, item in wanted:
        if item.seats:
            _require_seats_of_offer(show, offer, item.seats)
            if taken := tuple(seat for seat in item.seats if not pick.take_seat(seat)):
                raise Refused(SeatsNotAvailable(taken))
            chosen += [(offer, Place(seat, None)) for seat in item.seats]
    _check_company_and_singles(show, pick, seats)
    return chosen


def _check_company_and_singles(show: Show, pick: Pick, seats: tuple[str, ...]) -> None:
    """Over all items: a companion may have another type of ticket than whoever they are with."""
    _require_company(show, seats)
    if show.details.rules.no_single_seats:
        single = single_seat_left(show.places, pick, seats)
        if single is not None:
            raise Refused(single)


def _by_number(show: Show, pick: Pick, offer: Offer, item: Wanted) -> list[Place]:
    parts = show.parts_of(offer)
    if item.accessible:
        company = item.quantity - item.accessible
        places = choose_accessible(show.places, pick, parts, item.accessible, company)
        if not places:
            left = accessible_left(show.places, pick, parts)
            raise Refused(NoAccessiblePlaces(offer.id, item.accessible, left))
        return places
    places = pick.choose(parts, item.quantity)
    if len(places) < item.quantity:
        raise Refused(SoldOut(offer.id, item.quantity, len(places)))
    return places


def _from_allotment(show: Show, wanted: OffersWanted, allotment_id: str) -> Chosen:
    allotment = show.allotments.get(allotment_id)
    if allotment is None or not allotment.sellable:
        raise Refused(AllotmentNotFound(allotment_id))
    named = {seat for _, item in wanted for seat in item.seats}
    rest = _left_of(show, allotment, named)
    chosen: Chosen = []
    for offer, item in wanted:
        if item.seats:
            _require_seats_of_offer(show, offer, item.seats)
            if other := tuple(seat for seat in item.seats if show.places.allotted.get(seat) != allotment_id):
                raise Refused(SeatsNotAvailable(other))
            chosen += [(offer, Place(seat, None)) for seat in item.seats]
            continue
        parts = show.parts_of(offer)
        mine = [place for place in rest if _part(place) in parts][: item.quantity]
        if len(mine) < item.quantity:
            raise Refused(SoldOut(offer.id, item.quantity, len(mine)))
        for place in mine:
            rest.remove(place)
        chosen += [(offer, place) for place in mine]
    return chosen


def _left_of(show: Show, allotment: Allotment, named: set[str]) -> list[Place]:
    """What the allotment still keeps, in its own order, but for the seats named."""
    seats = [
        seat
        for seat in allotment.seats
        if show.places.allotted.get(seat) == allotment.id and seat not in named
    ]
    areas = [
        place
        for share in allotment.areas
        for place in [Place(None, share.area)] * show.places.shares.get((allotment.id, share.area), 0)
    ]
    return [Place(seat, None) for seat in seats] + areas


def _part(place: Place) -> str | None:
    return place.area if place.seat is None else place.seat.split("/")[0]


def _require_named_once(seats: tuple[str, ...]) -> None:
    if len(set(seats)) < len(seats):
        named = Counter(seats)
        twice = tuple(seat for seat, times in named.items() if times > 1)
        raise Refused(SeatsNamedTwice(twice))


def _require_seats_of_offer(show: Show, offer: Offer, seats: tuple[str, ...]) -> None:
    located = {seat: show.places.locate(seat) for seat in seats}
    if unknown := tuple(seat for seat, place in located.items() if place is None):
        raise Refused(SeatsUnknown(unknown))
    covered = show.parts_of(offer)
    if outside := tuple(
        seat for seat, place in located.items() if place is not None and place[0] not in covered
    ):
        raise Refused(SeatsNotInTicketType(offer.id, outside))


def _require_company(show: Show, seats: tuple[str, ...]) -> None:
    """A companion seat goes with a wheelchair place of the same row."""
    companions = tuple(_of_kind(show, seats, "companions"))
    if companions:
        rows = {seat.rpartition("/")[0] for seat in _of_kind(show, seats, "accessible")}
        if alone := tuple(seat for seat in companions if seat.rpartition("/")[0] not in rows):
            raise Refused(CompanionSeats(alone))


def _of_kind(show: Show, seats: tuple[str, ...], kind: str) -> Iterator[str]:
    for seat in seats:
        located = show.places.locate(seat)
        if located is not None and located[2] in getattr(located[1], kind):
            yield seat
