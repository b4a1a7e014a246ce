"""Whose a place is, and how it changes hands; the arithmetic of `domain.show.places`, on rows."""

from collections.abc import Iterable

from domain.seating_plan import SEAT_SEPARATOR
from domain.show.allotment import Allotment
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.seat_map_tables import (
    ALLOTMENTS,
    BLOCKED,
    FREE,
    HELD,
    ROWS,
    SHOWS,
    SOLD,
    AllotmentRow,
    BookingRow,
    Place,
    ShowRow,
    row_of,
)

STATES = {"pending": HELD, "confirmed": SOLD}
"""What a booking of this status makes of its places."""


def place_of(ticket: Ticket) -> Place:
    return Place(ticket.id, ticket.seat or ticket.area or "", ticket.allotment_id)


def changed(batch: Batch, show_id: str) -> ShowRow:
    """The show whose map the fact in hand changes."""
    show = batch[SHOWS].change(show_id)
    show.position = batch.position
    return show


def take(batch: Batch, show: ShowRow, places: Iterable[Place], status: str) -> None:
    """A booking of that status gets `places`, which are free or its allotment's."""
    after = STATES[status]
    for place in places:
        if place.is_seat:
            mark(batch, show, place.name, after)
        else:
            kept = show.allotments.get(place.allotment_id or "", {})
            is_kept = place.name in kept
            if is_kept:
                kept[place.name] -= 1
            move(batch, show, place.name, BLOCKED if is_kept else FREE, after)


def give_back(batch: Batch, show: ShowRow, places: Iterable[Place], status: str) -> None:
    """A booking of that status loses `places`: to their allotment while there is that allotment, else to anybody."""
    before = STATES[status]
    for place in places:
        kept = show.allotments.get(place.allotment_id or "")
        after = FREE if kept is None else BLOCKED
        if place.is_seat:
            mark(batch, show, place.name, after)
            continue
        if kept is not None:
            kept[place.name] = kept.get(place.name, 0) + 1
        move(batch, show, place.name, before, after)


def restate(batch: Batch, show: ShowRow, booking: BookingRow, status: str) -> None:
    """What a booking that stands has is held, or sold, from now on; also when it was that before."""
    before, after = STATES[booking.status], STATES[status]
    for place in booking.places:
        if place.is_seat:
            mark(batch, show, place.name, after)
        else:
            move(batch, show, place.name, before, after)
    booking.status = status


def keep(batch: Batch, show: ShowRow, allotment: Allotment) -> None:
    """Its places, all of which are free, are kept back."""
    for seat in allotment.seats:
        mark(batch, show, seat, BLOCKED)
    for share in allotment.areas:
        move(batch, show, share.area, FREE, BLOCKED, places=share.quantity)
    show.allotments[allotment.id] = {share.area: share.quantity for share in allotment.areas}
    row = AllotmentRow(allotment.id, show.show_id, allotment.release_at, list(allotment.seats))
    batch[ALLOTMENTS].put(allotment.id, row)


def let_go(batch: Batch, show: ShowRow, allotment_id: str) -> None:
    """What it still keeps is free."""
    for seat in batch[ALLOTMENTS].read(allotment_id).seats:
        if state_of(batch, show, seat) == BLOCKED:
            mark(batch, show, seat, FREE)
    for area, left in show.allotments.pop(allotment_id).items():
        move(batch, show, area, BLOCKED, FREE, places=left)
    batch[ALLOTMENTS].remove(allotment_id)


def state_of(batch: Batch, show: ShowRow, seat: str) -> str:
    row = batch[ROWS].read(row_of(show.show_id, seat))
    return row.seats[row.index(seat.rpartition(SEAT_SEPARATOR)[2])]


def mark(batch: Batch, show: ShowRow, seat: str, after: str) -> None:
    """A seat is in another state, or told again to be in the one it was in."""
    row = batch[ROWS].change(row_of(show.show_id, seat))
    index = row.index(seat.rpartition(SEAT_SEPARATOR)[2])
    show.count(row.seats[index], -1)
    show.count(after, 1)
    row.seats = f"{row.seats[:index]}{after}{row.seats[index + 1 :]}"
    row.position = batch.position


def move(batch: Batch, show: ShowRow, area: str, before: str, after: str, *, places: int = 1) -> None:
    """Places of an area are in another state."""
    stock = show.area(area)
    for state, by in ((before, -places), (after, places)):
        show.count(state, by)
        stock.count(state, by)
    stock.position = batch.position
