"""availability: how many places of an event are held, sold, kept back and left, in all and by ticket type?

Facts that move no place have no fold here: a longer hold, another customer, a name on a ticket.
"""

from collections.abc import Iterable

import msgspec

from domain.show.facts import (
    AllotmentReleased,
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    OfferChanged,
    OfferWithdrawn,
    PlacesReplaced,
    SeatsAllotted,
    SeatsBooked,
    SeatsHeld,
    ShowCancelled,
    ShowDeleted,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowPublished,
    ShowScheduled,
    TicketsAdded,
    TicketsExchanged,
    TicketTypeOffered,
)
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.stock import Place, Stock, place_of, stock_of
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
    """Every figure is worked out from `stock`, once for each batch."""

    show_id: str
    draft: bool
    stock: Stock
    capacity: int = 0
    held: int = 0
    sold: int = 0
    blocked: int = 0
    available: int = 0
    sold_out: bool = False
    by_ticket_type: list[TypeStock] = []


class BookingRow(msgspec.Struct, gc=False):
    """`places` are those of its tickets that have not been cancelled, whether or not the booking still stands."""

    booking_id: str
    status: str
    places: list[Place]


def settle(row: AvailabilityRow) -> None:
    """Work out every figure that follows from the stock."""
    stock = row.stock
    row.capacity = sum(stock.capacity.values())
    row.held, row.sold = sum(stock.held.values()), sum(stock.sold.values())
    row.blocked, row.available = stock.blocked, sum(stock.free.values())
    row.by_ticket_type = [
        TypeStock(
            offer.ticket_type_id, offer.name, offer.quota, stock.held.get(offer.ticket_type_id, 0),
            stock.sold.get(offer.ticket_type_id, 0), stock.available(offer),
        )
        for offer in stock.offers
    ]  # fmt: skip
    row.sold_out = not any(each.available for each in row.by_ticket_type)


# ---------------------------------------------------------------------- the show


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    stock = stock_of(fact.plan, fact.offers, fact.rules.shared_quotas)
    batch[AVAILABILITY].put(fact.show_id, AvailabilityRow(fact.show_id, True, stock))


def no_draft(batch: Batch, fact: ShowPublished | ShowCancelled) -> None:
    batch[AVAILABILITY].change(fact.show_id).draft = False


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    stock_in(batch, fact.show_id).shared_quotas = fact.rules.shared_quotas


def plan_changed(batch: Batch, fact: ShowPlanChanged) -> None:
    stock_in(batch, fact.show_id).plan(fact.plan)


def offered(batch: Batch, fact: TicketTypeOffered | OfferChanged) -> None:
    stock_in(batch, fact.show_id).offer(fact.offer)


def withdrawn(batch: Batch, fact: OfferWithdrawn) -> None:
    stock_in(batch, fact.show_id).withdraw(fact.ticket_type_id)


def allotted(batch: Batch, fact: SeatsAllotted) -> None:
    stock_in(batch, fact.show_id).allot(fact.allotment)


def allotment_released(batch: Batch, fact: AllotmentReleased) -> None:
    """Time releases an allotment of a deleted show, too."""
    if fact.show_id in batch[AVAILABILITY]:
        stock_in(batch, fact.show_id).let_go(fact.allotment_id)


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    batch[AVAILABILITY].remove(fact.show_id)


def stock_in(batch: Batch, show_id: str) -> Stock:
    """The stock of a show, to change."""
    return batch[AVAILABILITY].change(show_id).stock


# ---------------------------------------------------------------------- bookings


def held(batch: Batch, fact: SeatsHeld) -> None:
    add(batch, fact, "pending")


def booked(batch: Batch, fact: SeatsBooked) -> None:
    add(batch, fact, "confirmed")


def add(batch: Batch, fact: SeatsHeld | SeatsBooked, status: str) -> None:
    booking = BookingRow(fact.booking_id, status, [])
    batch[BOOKINGS].put(fact.booking_id, booking)
    get(batch, fact.show_id, booking, fact.tickets)


def confirmed(batch: Batch, fact: BookingConfirmed) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    stock = stock_in(batch, fact.show_id)
    if booking.status == "pending":
        stock.count("pending", booking.places, by=-1)
        stock.count("confirmed", booking.places, by=1)
    else:
        # A late payment takes places again after the hold had run out.
        stock.enter("confirmed", booking.places)
    booking.status = "confirmed"


def cancelled(batch: Batch, fact: BookingCancelled) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    give_back(batch, fact.show_id, booking, fact.ticket_ids)
    if not booking.places:
        booking.status = "cancelled"


def expired(batch: Batch, fact: BookingExpired) -> None:
    """It keeps the list of its places: a late payment may take them again."""
    booking = batch[BOOKINGS].change(fact.booking_id)
    stock_in(batch, fact.show_id).leave(booking.status, booking.places)
    booking.status = "expired"


def places_replaced(batch: Batch, fact: PlacesReplaced) -> None:
    """Of an expired booking, which has none: the new ones are taken when it is confirmed."""
    batch[BOOKINGS].change(fact.booking_id).places = [place_of(ticket) for ticket in fact.tickets]


def tickets_added(batch: Batch, fact: TicketsAdded) -> None:
    get(batch, fact.show_id, batch[BOOKINGS].change(fact.booking_id), fact.tickets)


def exchanged(batch: Batch, fact: TicketsExchanged) -> None:
    booking = batch[BOOKINGS].change(fact.booking_id)
    give_back(batch, fact.show_id, booking, fact.ticket_ids)
    get(batch, fact.show_id, booking, fact.tickets)


def get(batch: Batch, show_id: str, booking: BookingRow, tickets: Iterable[Ticket]) -> None:
    """A booking that stands gets places."""
    places = [place_of(ticket) for ticket in tickets]
    stock_in(batch, show_id).enter(booking.status, places)
    booking.places += places


def give_back(batch: Batch, show_id: str, booking: BookingRow, ticket_ids: tuple[str, ...]) -> None:
    """A booking that stands loses places."""
    leaving = frozenset(ticket_ids)
    places = [place for place in booking.places if place.ticket_id in leaving]
    stock_in(batch, show_id).leave(booking.status, places)
    booking.places = [place for place in booking.places if place.ticket_id not in leaving]


AVAILABILITY = Table("availability", AvailabilityRow, key="show_id", settle=settle)
BOOKINGS = Table("availability_bookings", BookingRow, key="booking_id")
ITS_SHOW: Reads = {AVAILABILITY: "show_id"}
BOTH: Reads = {AVAILABILITY: "show_id", BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "availability",
    version=3,
    tables=(AVAILABILITY, BOOKINGS),
    folds={
        ShowScheduled: On(scheduled),
        ShowPublished: On(no_draft, reads=ITS_SHOW),
        ShowCancelled: On(no_draft, reads=ITS_SHOW),
        ShowDetailsChanged: On(details_changed, reads=ITS_SHOW),
        ShowPlanChanged: On(plan_changed, reads=ITS_SHOW),
        TicketTypeOffered: On(offered, reads=ITS_SHOW),
        OfferChanged: On(offered, reads=ITS_SHOW),
        OfferWithdrawn: On(withdrawn, reads=ITS_SHOW),
        SeatsAllotted: On(allotted, reads=ITS_SHOW),
        AllotmentReleased: On(allotment_released, reads=ITS_SHOW),
        ShowDeleted: On(deleted),
        SeatsHeld: On(held, reads=ITS_SHOW),
        SeatsBooked: On(booked, reads=ITS_SHOW),
        BookingConfirmed: On(confirmed, reads=BOTH),
        BookingCancelled: On(cancelled, reads=BOTH),
        BookingExpired: On(expired, reads=BOTH),
        PlacesReplaced: On(places_replaced, reads={BOOKINGS: "booking_id"}),
        TicketsAdded: On(tickets_added, reads=BOTH),
        TicketsExchanged: On(exchanged, reads=BOTH),
    },
)
