"""Decide what is kept back from general sale."""

from collections import Counter

from domain.refusal import Refused
from domain.show.commands import AllotSeats, ReleaseAllotment
from domain.show.facts import AllotmentReleased, SeatsAllotted, ShowFact
from domain.show.refusals import (
    AllotmentAlreadyMade,
    AllotmentNotFound,
    BadOffer,
    NotEnoughPlaces,
    SeatsNamedTwice,
    SeatsNotAvailable,
    SeatsUnknown,
)
from domain.show.state import Show
from domain.show.stock_rules import require_standing


def allot_seats(command: AllotSeats, show: Show) -> list[ShowFact]:
    """Keep back places that are free now."""
    require_standing(show, command.now)
    allotment = command.allotment
    if allotment.id in show.allotments:
        raise Refused(AllotmentAlreadyMade(allotment.id))
    if not allotment.seats and not allotment.areas:
        raise Refused(BadOffer("An allotment keeps back at least one place."))
    if allotment.release_at is not None and allotment.release_at <= command.now:
        raise Refused(BadOffer("The release date of an allotment is in the future."))
    _check_seats(allotment.seats, show)
    names = [share.area for share in allotment.areas]
    if len(set(names)) < len(names):
        raise Refused(BadOffer("An allotment names an area once."))
    if any(share.quantity < 1 for share in allotment.areas):
        raise Refused(BadOffer("An allotment keeps back at least one place of an area that it names."))
    for share in allotment.areas:
        free = 0 if share.area in show.places.rows else show.places.free.get(share.area, 0)
        if share.quantity > free:
            raise Refused(NotEnoughPlaces(share.area, share.quantity, free))
    return [SeatsAllotted(command.show_id, allotment, command.now)]


def _check_seats(seats: tuple[str, ...], show: Show) -> None:
    if twice := tuple(seat for seat, times in Counter(seats).items() if times > 1):
        raise Refused(SeatsNamedTwice(twice))
    if unknown := tuple(seat for seat in seats if show.places.locate(seat) is None):
        raise Refused(SeatsUnknown(unknown))
    if taken := tuple(seat for seat in seats if not show.places.is_free(seat)):
        raise Refused(SeatsNotAvailable(taken))


def release_allotment(command: ReleaseAllotment, show: Show) -> list[ShowFact]:
    """What is left of it goes on general sale."""
    if command.allotment_id not in show.allotments:
        raise Refused(AllotmentNotFound(command.allotment_id))
    return [AllotmentReleased(command.show_id, command.allotment_id, command.now)]
