"""Every read model there is."""

from projections import (
    availability,
    booking_search,
    bookings,
    listings,
    sales,
    search,
    seat_map,
    ticket_types,
    venues,
)
from projections.projector import Projector

PROJECTORS: dict[str, Projector] = {
    projector.name: projector
    for projector in (
        venues.PROJECTOR,
        ticket_types.PROJECTOR,
        listings.PROJECTOR,
        bookings.PROJECTOR,
        booking_search.PROJECTOR,
        availability.PROJECTOR,
        seat_map.PROJECTOR,
        sales.PROJECTOR,
        search.PROJECTOR,
    )
}


class NoSuchProjector(LookupError):
    """Nobody has written a read model of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no projector {name!r}, only {', '.join(sorted(PROJECTORS))}")


def projector_named(name: str) -> Projector:
    """Raises `NoSuchProjector`, whose message names those there are."""
    if name not in PROJECTORS:
        raise NoSuchProjector(name)
    return PROJECTORS[name]
