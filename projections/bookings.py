"""bookings: who holds or owns which places of which event, and what became of each booking?

Money that came too late or twice changes nothing that a customer reads, so neither is folded here.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingTransferred,
    HoldExtended,
    PlacesReplaced,
    SalesClosed,
    SalesReopened,
    SeatsBooked,
    SeatsHeld,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPublished,
    ShowRescheduled,
    ShowScheduled,
    TicketHolderNamed,
    TicketsAdded,
    TicketsExchanged,
)
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import Fold, On, Projector, Reads
from projections.table import Table


class ShowRow(msgspec.Struct, gc=False):
    """What a booking says about its show: when and where to be. Bookings have no copy: a new start changes one row.

    `revision` counts how often any of this has changed, last at `changed_at`. Whether it is still on sale is
    nothing to those who have a ticket.
    """

    show_id: str
    name: str
    venue_id: str | None
    venue_name: str
    city: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    status: str
    revision: int
    created_at: datetime
    changed_at: datetime


class BookingRow(msgspec.Struct, gc=False):
    """`tickets` are all that were ever in it, `cancelled` the ids of those that are void, `refunded` of those among
    them for which money came back. Money is in minor units. Names and addresses stay encrypted as they come, in
    versions too: they are erased with their key. `person_id` says whose, None in bookings from before there were keys.
    """

    booking_id: str
    show_id: str
    customer_id: str | None
    person_id: str | None
    customer_name: str
    customer_email: str
    code: str
    status: str
    expires_at: datetime | None
    total: int
    paid: int
    refund: int
    currency: str
    tickets: list[Ticket]
    cancelled: list[str]
    refunded: list[str]
    created_at: datetime
    updated_at: datetime


# ---------------------------------------------------------------------- the show


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    row = ShowRow(
        fact.show_id, fact.name, fact.venue_id, fact.venue_name, fact.city, fact.timezone, fact.starts_at,
        fact.ends_at, "draft", 0, fact.at, fact.at,
    )  # fmt: skip
    batch[SHOWS].put(fact.show_id, row)


def sales(status: str) -> Fold:
    """The fold of a fact after which the show's status is `status`, and nothing else is new."""

    def fold(batch: Batch, fact: ShowPublished | SalesClosed | SalesReopened) -> None:
        batch[SHOWS].change(fact.show_id).status = status

    return fold


def revised(batch: Batch, fact: ShowDetailsChanged | ShowRescheduled | ShowCancelled) -> ShowRow:
    """The show, of which whoever has a ticket learns something new."""
    row = batch[SHOWS].change(fact.show_id)
    row.revision += 1
    row.changed_at = fact.at
    return row


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    if batch[SHOWS].read(fact.show_id).name != fact.name:
        revised(batch, fact).name = fact.name


def rescheduled(batch: Batch, fact: ShowRescheduled) -> None:
    row = revised(batch, fact)
    row.starts_at, row.ends_at = fact.starts_at, fact.ends_at


def show_cancelled(batch: Batch, fact: ShowCancelled) -> None:
    revised(batch, fact).status = "cancelled"


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    """It never had bookings."""
    batch[SHOWS].remove(fact.show_id)


# ---------------------------------------------------------------------- bookings


def held(batch: Batch, fact: SeatsHeld) -> None:
    add(batch, fact, "pending", paid=0, expires_at=fact.expires_at)


def booked(batch: Batch, fact: SeatsBooked) -> None:
    add(batch, fact, "confirmed", paid=fact.total.amount)


def add(
    batch: Batch, fact: SeatsHeld | SeatsBooked, status: str, *, paid: int, expires_at: datetime | None = None
) -> None:
    customer = fact.customer
    row = BookingRow(
        fact.booking_id, fact.show_id, customer.id, customer.person_id, customer.name, customer.email,
        fact.code, status, expires_at, fact.total.amount, paid, 0, fact.total.currency, list(fact.tickets), [], [],
        fact.at, fact.at,
    )  # fmt: skip
    batch[BOOKINGS].put(fact.booking_id, row)


def changed(batch: Batch, booking_id: str, at: datetime) -> BookingRow:
    """The booking, changed at that time."""
    row = batch[BOOKINGS].change(booking_id)
    row.updated_at = at
    return row


def extended(batch: Batch, fact: HoldExtended) -> None:
    changed(batch, fact.booking_id, fact.at).expires_at = fact.expires_at


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    row.status, row.expires_at = "confirmed", None
    due = sum(ticket.price.amount for ticket in row.tickets if ticket.id not in row.cancelled)
    row.paid = fact.payment.amount.amount if fact.payment else due


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    row.cancelled.extend(fact.ticket_ids)
    if fact.refund.amount:
        row.refunded.extend(fact.ticket_ids)
    if len(row.cancelled) == len(row.tickets):
        row.status = "cancelled"
    row.refund += fact.refund.amount


def expired(batch: Batch, fact: BookingExpired) -> None:
    changed(batch, fact.booking_id, fact.at).status = "expired"


def places_replaced(batch: Batch, fact: PlacesReplaced) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    fresh = {ticket.id: ticket for ticket in fact.tickets}
    row.tickets = [fresh.get(ticket.id, ticket) for ticket in row.tickets]


def tickets_added(batch: Batch, fact: TicketsAdded) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    row.tickets.extend(fact.tickets)
    row.total += fact.price.amount
    if row.status == "confirmed":
        row.paid += fact.price.amount


def exchanged(batch: Batch, fact: TicketsExchanged) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    row.total += sum(ticket.price.amount for ticket in fact.tickets)
    row.total -= sum(ticket.price.amount for ticket in row.tickets if ticket.id in fact.ticket_ids)
    row.tickets.extend(fact.tickets)
    row.cancelled.extend(fact.ticket_ids)
    row.paid += fact.due.amount
    row.refund += fact.refund.amount


def transferred(batch: Batch, fact: BookingTransferred) -> None:
    """The codes are new, and whoever was to use a ticket is not known any more."""
    row = changed(batch, fact.booking_id, fact.at)
    customer, codes = fact.customer, {ticket.id: ticket.code for ticket in fact.codes}
    row.customer_id, row.person_id = customer.id, customer.person_id
    row.customer_name, row.customer_email = customer.name, customer.email
    row.tickets = [
        replace(ticket, code=codes[ticket.id], holder=None) if ticket.id in codes else ticket
        for ticket in row.tickets
    ]


def holder_named(batch: Batch, fact: TicketHolderNamed) -> None:
    row = changed(batch, fact.booking_id, fact.at)
    row.tickets = [
        replace(ticket, holder=fact.holder) if ticket.id == fact.ticket_id else ticket
        for ticket in row.tickets
    ]


SHOWS = Table("bookings_shows", ShowRow, key="show_id")
BOOKINGS = Table("bookings", BookingRow, key="booking_id", versions="booking_versions")
ITS_SHOW: Reads = {SHOWS: "show_id"}
THIS: Reads = {BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "bookings",
    version=5,
    urgent=True,
    tables=(SHOWS, BOOKINGS),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(sales("on_sale"), reads=ITS_SHOW),
        SalesClosed: On(sales("closed"), reads=ITS_SHOW),
        SalesReopened: On(sales("on_sale"), reads=ITS_SHOW),
        ShowCancelled: On(show_cancelled, reads=ITS_SHOW),
        ShowDetailsChanged: On(details_changed, reads=ITS_SHOW),
        ShowRescheduled: On(rescheduled, reads=ITS_SHOW),
        ShowDeleted: On(deleted),
        SeatsHeld: On(held),
        SeatsBooked: On(booked),
        HoldExtended: On(extended, reads=THIS),
        BookingConfirmed: On(confirmed, reads=THIS),
        BookingCancelled: On(cancelled, reads=THIS),
        BookingExpired: On(expired, reads=THIS),
        PlacesReplaced: On(places_replaced, reads=THIS),
        TicketsAdded: On(tickets_added, reads=THIS),
        TicketsExchanged: On(exchanged, reads=THIS),
        BookingTransferred: On(transferred, reads=THIS),
        TicketHolderNamed: On(holder_named, reads=THIS),
    },
)
