"""bookings: who holds or owns which places of which event, and what became of each booking?

Money that came too late changes nothing that a customer reads, so `PaymentCameTooLate` is not folded here.
"""

from datetime import datetime

import msgspec

from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    SeatsBooked,
    SeatsHeld,
    ShowScheduled,
)
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table


class ShowRow(msgspec.Struct, gc=False):
    show_id: str
    name: str
    venue_id: str | None
    venue_name: str
    starts_at: datetime


class BookingRow(msgspec.Struct, gc=False):
    """`tickets` are all that were ever in it, `cancelled` the ids of those that are void. Money is in minor units."""

    booking_id: str
    show_id: str
    show_name: str
    venue_id: str | None
    venue_name: str
    starts_at: datetime
    customer_id: str | None
    customer_name: str
    customer_email: str
    code: str
    status: str
    expires_at: datetime | None
    total: int
    refund: int
    currency: str
    tickets: tuple[Ticket, ...]
    cancelled: list[str]
    created_at: datetime
    updated_at: datetime


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = ShowRow(fact.show_id, fact.name, fact.venue_id, fact.venue_name, fact.starts_at)
    batch[SHOWS].put(fact.show_id, row)


def held(batch: Batch, fact: SeatsHeld) -> None:
    add(batch, fact, "pending", fact.expires_at)


def booked(batch: Batch, fact: SeatsBooked) -> None:
    add(batch, fact, "confirmed", None)


def add(batch: Batch, fact: SeatsHeld | SeatsBooked, status: str, expires_at: datetime | None) -> None:
    show = batch[SHOWS].read(fact.show_id)
    customer = fact.customer
    row = BookingRow(
        fact.booking_id, fact.show_id, show.name, show.venue_id, show.venue_name, show.starts_at,
        customer.id, customer.name, customer.email, fact.code, status, expires_at,
        fact.total.amount, 0, fact.total.currency, fact.tickets, [], fact.at, fact.at,
    )  # fmt: skip
    batch[BOOKINGS].put(fact.booking_id, row)


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    row = batch[BOOKINGS].change(fact.booking_id)
    row.status, row.expires_at, row.updated_at = "confirmed", None, fact.at


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    row = batch[BOOKINGS].change(fact.booking_id)
    row.cancelled.extend(fact.ticket_ids)
    if len(row.cancelled) == len(row.tickets):
        row.status = "cancelled"
    row.refund += fact.refund.amount
    row.updated_at = fact.at


def expired(batch: Batch, fact: BookingExpired) -> None:
    row = batch[BOOKINGS].change(fact.booking_id)
    row.status, row.updated_at = "expired", fact.at


SHOWS = Table("bookings_shows", ShowRow, key="show_id")
BOOKINGS = Table("bookings", BookingRow, key="booking_id")
ITS_SHOW: Reads = {SHOWS: "show_id"}
THIS: Reads = {BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "bookings",
    version=1,
    tables=(SHOWS, BOOKINGS),
    folds={
        ShowScheduled: On(scheduled),
        SeatsHeld: On(held, reads=ITS_SHOW),
        SeatsBooked: On(booked, reads=ITS_SHOW),
        BookingConfirmed: On(confirmed, reads=THIS),
        BookingCancelled: On(cancelled, reads=THIS),
        BookingExpired: On(expired, reads=THIS),
    },
)
