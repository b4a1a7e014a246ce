"""sales: what was sold, given back and paid back, of what, when and to whom?

Revenue is what was paid for tickets. A hold is none, nor is money that came too late or twice: that goes back. A refund
counts when it falls due. An exchange moves what was paid for the old tickets, and what is due back of it, to the new.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from domain.personal import Person
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
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.sales_ledger import ENTRIES, SalesEntry
from projections.sales_lines import Lines, SoldTicket
from projections.sales_shows import FOLDS, SHOWS, VENUES
from projections.splitting import split
from projections.stock import part_of
from projections.table import Table


class BookingRow(msgspec.Struct, gc=False):
    """`tickets` are all that were ever in it."""

    booking_id: str
    status: str
    customer: str
    currency: str
    tickets: list[SoldTicket]

    @property
    def owned(self) -> Counter[str]:
        """Its live tickets by type, once it is confirmed."""
        if self.status != "confirmed":
            return Counter()
        return Counter(ticket.ticket_type_id for ticket in self.tickets if ticket.live)

    def those(self, ticket_ids: Collection[str]) -> list[SoldTicket]:
        return [ticket for ticket in self.tickets if ticket.ticket_id in ticket_ids]


GUEST = "guest:"


def customer_key(customer: Person) -> str:
    """The account; of somebody without one, `guest:` and the person, or the address from before there were keys.

    Nothing that is erased, and nothing that an erasure changes. Accounts had the same key before there were people.
    """
    if customer.id is not None:
        return customer.id
    return customer.email.lower() if customer.person_id is None else GUEST + customer.person_id


def taken(tickets: Iterable[Ticket]) -> list[SoldTicket]:
    """Nothing paid for them yet."""
    return [
        SoldTicket(ticket.id, ticket.ticket_type_id, part_of(ticket), ticket.price.amount)
        for ticket in tickets
    ]


def pay(tickets: list[SoldTicket], paid: int, refunded: int = 0) -> None:
    """So much was paid for these, and is due back of that, each in proportion to the prices."""
    prices = [ticket.price for ticket in tickets]
    for ticket, part, back in zip(tickets, split(paid, prices), split(refunded, prices), strict=True):
        ticket.paid += part
        ticket.refunded += back


def held(batch: Batch, fact: SeatsHeld) -> None:
    row = BookingRow(
        fact.booking_id, "pending", customer_key(fact.customer), fact.total.currency, taken(fact.tickets)
    )
    batch[BOOKINGS].put(fact.booking_id, row)


def booked(batch: Batch, fact: SeatsBooked) -> None:
    row = BookingRow(
        fact.booking_id, "pending", customer_key(fact.customer), fact.total.currency, taken(fact.tickets)
    )
    batch[BOOKINGS].put(fact.booking_id, row)
    sell(batch, fact, row, fact.total.amount)


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    row = batch[BOOKINGS].change(fact.booking_id)
    due = sum(ticket.price for ticket in row.tickets if ticket.live)
    sell(batch, fact, row, fact.payment.amount.amount if fact.payment else due)


def sell(batch: Batch, fact: SeatsBooked | BookingConfirmed, row: BookingRow, paid: int) -> None:
    """All that is in the booking is sold now."""
    live = [ticket for ticket in row.tickets if ticket.live]
    pay(live, paid)
    row.status = "confirmed"
    lines = Lines()
    lines.sell(live)
    lines.count_bookings(Counter(), row.owned)
    next(iter(lines)).purchases = 1
    enter(batch, fact, "sold", row, lines)


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    row, lines = batch[BOOKINGS].change(fact.booking_id), Lines()
    leaving, before = row.those(fact.ticket_ids), row.owned
    for ticket, back in zip(
        leaving, split(fact.refund.amount, [ticket.price for ticket in leaving]), strict=True
    ):
        ticket.live = False
        ticket.refunded += back
        lines.of(ticket).refunded += back
    if row.status == "confirmed":
        lines.take_back(leaving)
        lines.count_bookings(before, row.owned)
        enter(batch, fact, "cancelled", row, lines)
    if not any(ticket.live for ticket in row.tickets):
        row.status = "cancelled"


def expired(batch: Batch, fact: BookingExpired) -> None:
    """It keeps the list of its tickets: a late payment may still buy them."""
    batch[BOOKINGS].change(fact.booking_id).status = "expired"


def places_replaced(batch: Batch, fact: PlacesReplaced) -> None:
    """The same tickets in other places, perhaps of another section."""
    row = batch[BOOKINGS].change(fact.booking_id)
    elsewhere = {ticket.id: part_of(ticket) for ticket in fact.tickets}
    for ticket in row.tickets:
        ticket.part = elsewhere.get(ticket.ticket_id, ticket.part)


def tickets_added(batch: Batch, fact: TicketsAdded) -> None:
    row, more = batch[BOOKINGS].change(fact.booking_id), taken(fact.tickets)
    before = row.owned
    row.tickets += more
    if row.status == "confirmed":
        pay(more, fact.price.amount)
        lines = Lines()
        lines.sell(more)
        lines.count_bookings(before, row.owned)
        enter(batch, fact, "added", row, lines)


def exchanged(batch: Batch, fact: TicketsExchanged) -> None:
    """What was paid for the old tickets, and is due back of it, is the new ones' from now on."""
    row, new, lines = batch[BOOKINGS].change(fact.booking_id), taken(fact.tickets), Lines()
    old, before = row.those(fact.ticket_ids), row.owned
    paid, refunded = sum(ticket.paid for ticket in old), sum(ticket.refunded for ticket in old)
    if row.status == "confirmed":
        lines.take_back(old)
        for ticket in old:
            lines.of(ticket).gross -= ticket.paid
            lines.of(ticket).refunded -= ticket.refunded
    for ticket in old:
        ticket.live, ticket.paid, ticket.refunded = False, 0, 0
    pay(new, paid + fact.due.amount, refunded + fact.refund.amount)
    row.tickets += new
    if row.status == "confirmed":
        lines.sell(new)
        lines.count_bookings(before, row.owned)
        enter(batch, fact, "exchanged", row, lines)


def transferred(batch: Batch, fact: BookingTransferred) -> None:
    """With all that was ever paid for it."""
    row = batch[BOOKINGS].change(fact.booking_id)
    leaving, coming = Lines(), Lines()
    for lines, by in ((leaving, -1), (coming, 1)):
        lines.move(row.tickets, by)
        first = next(iter(lines))
        first.purchases = first.bookings = by
    enter(batch, fact, "transferred", row, leaving)
    row.customer = customer_key(fact.customer)
    enter(batch, fact, "transferred", row, coming, first=len(list(leaving)))


class Sale(Protocol):
    """A fact that moves money or tickets."""

    @property
    def show_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def enter(batch: Batch, fact: Sale, kind: str, row: BookingRow, lines: Lines, *, first: int = 0) -> None:
    """Write the lines of a fact into the books, numbered from `first`."""
    show = batch[SHOWS].read(fact.show_id)
    for number, line in enumerate(lines, start=first):
        entry = SalesEntry(
            fact.show_id, batch.position, number, batch.recorded_at, fact.at, kind, show.venue_key, show.city,
            line.ticket_type_id, line.part, row.customer, row.currency, line.bookings, line.bookings_of_type,
            line.tickets, line.tickets_sold, line.tickets_returned, line.gross, line.refunded, line.purchases,
        )  # fmt: skip
        batch.enter(ENTRIES, entry)


BOOKINGS = Table("sales_bookings", BookingRow, key="booking_id")
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
        SeatsHeld: On(held),
        SeatsBooked: On(booked, reads=ITS_SHOW),
        BookingConfirmed: On(confirmed, reads=BOTH),
        BookingCancelled: On(cancelled, reads=BOTH),
        BookingExpired: On(expired, reads=THIS),
        PlacesReplaced: On(places_replaced, reads=THIS),
        TicketsAdded: On(tickets_added, reads=BOTH),
        TicketsExchanged: On(exchanged, reads=BOTH),
        BookingTransferred: On(transferred, reads=BOTH),
    },
)
