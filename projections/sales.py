"""sales: what was sold, given back and paid back, of what, when and to whom?

What a fact moves is worked out in `domain.books`, from where an auditor has it, too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.books.booking import Posting, SoldBooking, enter, opened
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    PlacesReplaced,
    SeatsBooked,
    SeatsHeld,
    TicketsAdded,
    TicketsExchanged,
)
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.sales_ledger import ENTRIES, SalesEntry
from projections.sales_shows import FOLDS, SHOWS, VENUES
from projections.table import Table


class AboutBooking(Protocol):
    """A fact that may move money or tickets."""

    @property
    def show_id(self) -> str: ...
    @property
    def booking_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def made(batch: Batch, fact: SeatsHeld | SeatsBooked) -> None:
    booking = opened(fact)
    batch[BOOKINGS].put(fact.booking_id, booking)
    write(batch, fact, enter(booking, fact))


def changed(batch: Batch, fact: AboutBooking) -> None:
    write(batch, fact, enter(batch[BOOKINGS].change(fact.booking_id), fact))


def write(batch: Batch, fact: AboutBooking, posted: Sequence[Posting]) -> None:
    """The lines of a fact into the ledger, where there are any."""
    if not posted:
        return
    show = batch[SHOWS].read(fact.show_id)
    for number, (kind, customer, currency, line) in enumerate(posted):
        entry = SalesEntry(
            fact.show_id, batch.position, number, batch.recorded_at, fact.at, kind, show.venue_key, show.city,
            line.ticket_type_id, line.part, customer, currency, line.bookings, line.bookings_of_type,
            line.tickets, line.tickets_sold, line.tickets_returned, line.gross, line.refunded, line.purchases,
        )  # fmt: skip
        batch.enter(ENTRIES, entry)


BOOKINGS = Table("sales_bookings", SoldBooking, key="booking_id")
ITS_SHOW: Reads = {SHOWS: "show_id"}
THIS: Reads = {BOOKINGS: "booking_id"}
BOTH: Reads = {**ITS_SHOW, **THIS}

PROJECTOR = Projector(
    "sales",
    version=4,
    tables=(VENUES, SHOWS, BOOKINGS),
    ledgers=(ENTRIES,),
    folds={
        **FOLDS,
        SeatsHeld: On(made),
        SeatsBooked: On(made, reads=ITS_SHOW),
        BookingConfirmed: On(changed, reads=BOTH),
        BookingCancelled: On(changed, reads=BOTH),
        BookingExpired: On(changed, reads=THIS),
        PlacesReplaced: On(changed, reads=THIS),
        TicketsAdded: On(changed, reads=BOTH),
        TicketsExchanged: On(changed, reads=BOTH),
        BookingTransferred: On(changed, reads=BOTH),
    },
)
