"""booking_search: which bookings match these words?

By people, codes, ticket types and events. What became of a booking stands in `bookings`; queries join the two.
"""

import msgspec

from domain.show.facts import (
    BookingTransferred,
    OfferChanged,
    SeatsBooked,
    SeatsHeld,
    ShowDeleted,
    ShowDetailsChanged,
    ShowScheduled,
    TicketHolderNamed,
    TicketsAdded,
    TicketsExchanged,
    TicketTypeOffered,
)
from domain.show.ticket import Ticket
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table
from runtime.codes import signs
from runtime.folding import words


class FoundTicket(msgspec.Struct, gc=False):
    """What a ticket is found by, void or not: who asks about a void one must find its booking. Text is folded."""

    id: str
    code: str
    ticket_type_id: str
    ticket_type: list[str]
    holder: list[str]


class BookingFound(msgspec.Struct, gc=False):
    """`terms` follow from the rest."""

    booking_id: str
    show_id: str
    customer: str
    email: str
    code: str
    tickets: list[FoundTicket]
    terms: list[str]


class ShowFound(msgspec.Struct, gc=False):
    """`offers` are the names of every ticket type ever on offer, by id: a booking may have one that was withdrawn."""

    show_id: str
    venue_id: str | None
    name: str
    venue: str
    offers: dict[str, list[str]]
    terms: list[str]


# ---------------------------------------------------------------------- the show


def scheduled(batch: Batch, fact: ShowScheduled) -> None:
    name, venue = joined(words(fact.name)), joined(words(fact.venue_name))
    offers = {offer.id: words(offer.name) for offer in fact.offers}
    batch[SHOWS].put(fact.show_id, ShowFound(fact.show_id, fact.venue_id, name, venue, offers, []))


def details_changed(batch: Batch, fact: ShowDetailsChanged) -> None:
    batch[SHOWS].change(fact.show_id).name = joined(words(fact.name))


def offered(batch: Batch, fact: TicketTypeOffered | OfferChanged) -> None:
    """Under a new name it is found by both: tickets sold before keep the name they had."""
    offers, offer = batch[SHOWS].change(fact.show_id).offers, fact.offer
    offers[offer.id] = distinct(*offers.get(offer.id, ()), *words(offer.name))


def deleted(batch: Batch, fact: ShowDeleted) -> None:
    """It never had bookings."""
    batch[SHOWS].remove(fact.show_id)


def settle_show(row: ShowFound) -> None:
    row.terms = distinct(
        *(f"n:{word}" for word in row.name.split()),
        *(f"v:{word}" for word in row.venue.split()),
        *(f"t:{ticket_type_id}" for ticket_type_id in row.offers),
        *(f"k:{word}" for name in row.offers.values() for word in name),
    )


# ---------------------------------------------------------------------- bookings


def booked(batch: Batch, fact: SeatsHeld | SeatsBooked) -> None:
    customer = fact.customer
    row = BookingFound(
        fact.booking_id, fact.show_id, joined(words(customer.name)), customer.email.lower(), signs(fact.code),
        [found(ticket) for ticket in fact.tickets], [],
    )  # fmt: skip
    batch[BOOKINGS].put(fact.booking_id, row)


def found(ticket: Ticket) -> FoundTicket:
    holder = words(ticket.holder) if ticket.holder else []
    return FoundTicket(
        ticket.id, signs(ticket.code), ticket.ticket_type_id, words(ticket.ticket_type), holder
    )


def tickets_came(batch: Batch, fact: TicketsAdded | TicketsExchanged) -> None:
    batch[BOOKINGS].change(fact.booking_id).tickets.extend(found(ticket) for ticket in fact.tickets)


def transferred(batch: Batch, fact: BookingTransferred) -> None:
    """From here on the one who gave it away, and the codes they know, find nothing."""
    row = batch[BOOKINGS].change(fact.booking_id)
    row.customer, row.email = joined(words(fact.customer.name)), fact.customer.email.lower()
    codes = {ticket.id: signs(ticket.code) for ticket in fact.codes}
    for ticket in row.tickets:
        if ticket.id in codes:
            ticket.code, ticket.holder = codes[ticket.id], []


def holder_named(batch: Batch, fact: TicketHolderNamed) -> None:
    for ticket in batch[BOOKINGS].change(fact.booking_id).tickets:
        if ticket.id == fact.ticket_id:
            ticket.holder = words(fact.holder)


def settle_booking(row: BookingFound) -> None:
    row.terms = distinct(
        *(f"n:{word}" for word in row.customer.split()),
        *(f"n:{word}" for ticket in row.tickets for word in ticket.holder),
        f"e:{row.email}",
        f"c:{row.code}",
        *(f"c:{ticket.code}" for ticket in row.tickets),
        *(f"t:{ticket.ticket_type_id}" for ticket in row.tickets),
        *(f"k:{word}" for ticket in row.tickets for word in ticket.ticket_type),
    )


def joined(parts: list[str]) -> str:
    return " ".join(parts)


def distinct(*texts: str) -> list[str]:
    """Each once, in the order in which they come."""
    return list(dict.fromkeys(texts))


SHOWS = Table("booking_search_shows", ShowFound, key="show_id", settle=settle_show)
BOOKINGS = Table("booking_search", BookingFound, key="booking_id", settle=settle_booking)
ITS_SHOW: Reads = {SHOWS: "show_id"}
THIS: Reads = {BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "booking_search",
    version=1,
    tables=(SHOWS, BOOKINGS),
    folds={
        ShowScheduled: On(scheduled),
        ShowDetailsChanged: On(details_changed, reads=ITS_SHOW),
        TicketTypeOffered: On(offered, reads=ITS_SHOW),
        OfferChanged: On(offered, reads=ITS_SHOW),
        ShowDeleted: On(deleted),
        SeatsHeld: On(booked),
        SeatsBooked: On(booked),
        TicketsAdded: On(tickets_came, reads=THIS),
        TicketsExchanged: On(tickets_came, reads=THIS),
        BookingTransferred: On(transferred, reads=THIS),
        TicketHolderNamed: On(holder_named, reads=THIS),
    },
)
