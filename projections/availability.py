"""availability: how many places of an event are held, sold and left, in all and by ticket type?

Two ticket types may cover the same section, so what is left of a type follows from the free places of each section as
much as from its own quota. Free places are counted per section; the rest is worked out from them.
"""

from collections.abc import Iterable

import msgspec

from domain.seating_plan import SEAT_SEPARATOR
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    SeatsBooked,
    SeatsHeld,
    ShowPublished,
    ShowScheduled,
)
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table


class TypeStock(msgspec.Struct, gc=False):
    """One ticket type as the API gives it."""

    ticket_type_id: str
    name: str
    quota: int | None
    held: int
    sold: int
    available: int


class AvailabilityRow(msgspec.Struct, gc=False):
    """`free` counts places by section or area; `covers` has, for each ticket type, those it sells, none meaning all."""

    show_id: str
    draft: bool
    capacity: int
    held: int
    sold: int
    available: int
    sold_out: bool
    by_ticket_type: list[TypeStock]
    covers: list[tuple[str, ...]]
    free: dict[str, int]

    def count(self, places: Iterable["Place"], *, held: int = 0, sold: int = 0, free: int = 0) -> None:
        """Add these numbers for each of `places`."""
        stock = {each.ticket_type_id: each for each in self.by_ticket_type}
        for place in places:
            one = stock[place.ticket_type_id]
            one.held += held
            one.sold += sold
            self.free[place.part] += free


class Place(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a ticket takes up. `part` is the section or area."""

    ticket_id: str
    ticket_type_id: str
    part: str


class BookingRow(msgspec.Struct, gc=False):
    """`places` are those of its tickets that have not been cancelled, whether or not the booking still stands."""

    booking_id: str
    status: str
    places: list[Place]


def settle(row: AvailabilityRow) -> None:
    """Work out every figure that follows from `free` and the stock of each type."""
    row.held = sum(each.held for each in row.by_ticket_type)
    row.sold = sum(each.sold for each in row.by_ticket_type)
    row.available = sum(row.free.values())
    for each, parts in zip(row.by_ticket_type, row.covers, strict=True):
        each.available = sum(row.free[part] for part in parts) if parts else row.available
        if each.quota is not None:
            each.available = min(each.available, max(0, each.quota - each.held - each.sold))
    row.sold_out = not any(each.available for each in row.by_ticket_type)


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = AvailabilityRow(
        fact.show_id, True, fact.plan.capacity, 0, 0, 0, False,
        [TypeStock(offer.id, offer.name, offer.quota, 0, 0, 0) for offer in fact.offers],
        [offer.sections for offer in fact.offers],
        {part.name: part.capacity for part in fact.plan.parts},
    )  # fmt: skip
    batch[AVAILABILITY].put(fact.show_id, row)


def published(batch: Batch, fact: ShowPublished) -> None:
    batch[AVAILABILITY].change(fact.show_id).draft = False


def held(batch: Batch, fact: SeatsHeld) -> None:
    places = add(batch, fact, "pending")
    batch[AVAILABILITY].change(fact.show_id).count(places, held=+1, free=-1)


def booked(batch: Batch, fact: SeatsBooked) -> None:
    places = add(batch, fact, "confirmed")
    batch[AVAILABILITY].change(fact.show_id).count(places, sold=+1, free=-1)


def add(batch: Batch, fact: SeatsHeld | SeatsBooked, status: str) -> list[Place]:
    places = [Place(ticket.id, ticket.ticket_type_id, part_of(ticket)) for ticket in fact.tickets]
    batch[BOOKINGS].put(fact.booking_id, BookingRow(fact.booking_id, status, places))
    return places


def part_of(ticket: Ticket) -> str:
    """The section of its seat, or its area."""
    return ticket.area or "" if ticket.seat is None else ticket.seat.partition(SEAT_SEPARATOR)[0]


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    show = batch[AVAILABILITY].change(fact.show_id)
    if booking.status == "pending":
        show.count(booking.places, held=-1, sold=+1)
    else:
        # A late payment takes the same places again after the hold had run out.
        show.count(booking.places, sold=+1, free=-1)
    booking.status = "confirmed"


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    leaving = [place for place in booking.places if place.ticket_id in fact.ticket_ids]
    give_back(batch, fact.show_id, booking, leaving)
    booking.places = [place for place in booking.places if place.ticket_id not in fact.ticket_ids]
    if not booking.places:
        booking.status = "cancelled"


def expired(batch: Batch, fact: BookingExpired) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    give_back(batch, fact.show_id, booking, booking.places)
    booking.status = "expired"


def give_back(batch: Batch, show_id: str, booking: BookingRow, places: list[Place]) -> None:
    held = 1 if booking.status == "pending" else 0
    batch[AVAILABILITY].change(show_id).count(places, held=-held, sold=held - 1, free=+1)


AVAILABILITY = Table("availability", AvailabilityRow, key="show_id", settle=settle)
BOOKINGS = Table("availability_bookings", BookingRow, key="booking_id")
ITS_SHOW: Reads = {AVAILABILITY: "show_id"}
BOTH: Reads = {AVAILABILITY: "show_id", BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "availability",
    version=1,
    tables=(AVAILABILITY, BOOKINGS),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(published, reads=ITS_SHOW),
        SeatsHeld: On(held, reads=ITS_SHOW),
        SeatsBooked: On(booked, reads=ITS_SHOW),
        BookingConfirmed: On(confirmed, reads=BOTH),
        BookingCancelled: On(cancelled, reads=BOTH),
        BookingExpired: On(expired, reads=BOTH),
    },
)
