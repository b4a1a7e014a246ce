"""How big a season is."""

from dataclasses import dataclass

SHOWS, DATES, SOLD, BOOKINGS = 50_000, 13_000, 2_000, 1_000_000
"""At scale 1: events, the dates of one series among them, events that sell, and what they sell."""


@dataclass(frozen=True)
class Size:
    """`shows` events in all, of which `dates` are one series; `sold` of the others have all the `bookings`."""

    shows: int
    dates: int
    sold: int
    bookings: int
    venues: int
    customers: int


def size_of(scale: float) -> Size:
    """The season at `scale`; the smallest still has some of everything."""
    return Size(
        shows=max(150, round(SHOWS * scale)),
        dates=max(30, round(DATES * scale)),
        sold=max(8, round(SOLD * scale)),
        bookings=max(200, round(BOOKINGS * scale)),
        venues=max(12, round(400 * scale**0.5)),
        customers=max(50, round(60_000 * scale)),
    )
