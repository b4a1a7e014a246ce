"""The rows behind `availability`: the figures now, and the steps that led to them.

Steps are kept like a film: a whole picture, the keyframe, whenever an organiser has done something and at the latest
after `KEYFRAME_EVERY` facts; in between only what has moved. So a sale writes little, and a look back reads few rows.
"""

from datetime import datetime

import msgspec

from domain.show.facts import BookingFact
from projections.batch import Batch
from projections.ledger import Ledger
from projections.table import Table, encode
from resources.stock import KEYFRAME_EVERY, Move, Place, Stock, gathered
from resources.stock_figures import TypeFigures, figures_of


class AvailabilityRow(msgspec.Struct, gc=False):
    """Every figure is worked out from `stock`, once for each batch. `moves` counts the steps since the last keyframe,
    `release_at` is when time will release an allotment next.
    """

    show_id: str
    draft: bool
    stock: Stock
    capacity: int = 0
    held: int = 0
    sold: int = 0
    blocked: int = 0
    available: int = 0
    sold_out: bool = False
    by_ticket_type: list[TypeFigures] = []
    moves: int = 0
    release_at: datetime | None = None


class BookingRow(msgspec.Struct, gc=False):
    """`places` are those of its tickets that have not been cancelled, by ticket, whether or not the booking still
    stands. `since` is the position of the fact that left it as it is.
    """

    booking_id: str
    show_id: str
    status: str
    expires_at: datetime | None
    since: int
    places: dict[str, Place]


class StepRow(msgspec.Struct, gc=False, omit_defaults=True):
    """A keyframe has `state`, any other step has `moves`, and the deletion of the show has neither."""

    show_id: str
    position: int
    recorded_at: datetime
    state: msgspec.Raw | None = None
    moves: tuple[Move, ...] | None = None


class OverdueRow(msgspec.Struct, gc=False):
    """A hold that a fact has ended or changed only when its time was up already: what was read between `expires_at` and
    that fact took its places for free. It had been as it was then `since` that position.
    """

    show_id: str
    position: int
    expires_at: datetime
    since: int
    places: tuple[Place, ...]


class State(msgspec.Struct, gc=False):
    draft: bool
    stock: Stock


def settle(row: AvailabilityRow) -> None:
    """Work out every figure that follows from the stock."""
    figures = figures_of(row.stock)
    row.capacity, row.held, row.sold = figures.capacity, figures.held, figures.sold
    row.blocked, row.available = figures.blocked, figures.available
    row.sold_out, row.by_ticket_type = figures.sold_out, figures.by_ticket_type
    row.release_at = row.stock.release_at


AVAILABILITY = Table("availability", AvailabilityRow, key="show_id", settle=settle)
BOOKINGS = Table("availability_bookings", BookingRow, key="booking_id")
STEPS = Ledger("availability_steps", StepRow)
OVERDUE = Ledger("availability_overdue", OverdueRow)


def keyframe(batch: Batch, row: AvailabilityRow) -> None:
    """The fact in hand leaves the show like this."""
    row.moves = 0
    state = msgspec.Raw(encode(State(row.draft, row.stock)))
    batch.enter(STEPS, StepRow(row.show_id, batch.position, batch.recorded_at, state))


def removed(batch: Batch, show_id: str) -> None:
    """The fact in hand leaves no show."""
    batch.enter(STEPS, StepRow(show_id, batch.position, batch.recorded_at))


def move(batch: Batch, show_id: str, *moves: Move) -> None:
    """What the fact in hand moves: all of it, since a fact is one step."""
    row = batch[AVAILABILITY].change(show_id)
    for each in moves:
        row.stock.make(each)
    row.moves += 1
    if row.moves >= KEYFRAME_EVERY:
        keyframe(batch, row)
    else:
        batch.enter(STEPS, StepRow(show_id, batch.position, batch.recorded_at, moves=moves))


def booking_changed(batch: Batch, fact: BookingFact) -> BookingRow:
    """The booking that the fact is about, to change."""
    booking = batch[BOOKINGS].change(fact.booking_id)
    expires_at = booking.expires_at if booking.status == "pending" else None
    if expires_at is not None and expires_at < batch.recorded_at:
        places = gathered(booking.places.values())
        batch.enter(OVERDUE, OverdueRow(fact.show_id, batch.position, expires_at, booking.since, places))
    booking.since = batch.position
    return booking
