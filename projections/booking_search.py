"""booking_search: which bookings match these words?

By people, codes, ticket types and events. What became of a booking stands in `bookings`; queries join the two.

This is the only read model with words about people in the clear: what is encrypted cannot be found by its words. Whose
key is gone has no words here, and those that are here leave with the fact that somebody was erased.
"""

import msgspec

from domain.person.facts import PersonErased
from domain.personal import Person
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
from runtime.privacy.person_key import person_of


class FoundTicket(msgspec.Struct, gc=False):
    """What a ticket is found by, void or not: who asks about a void one must find its booking. Text is folded.

    `holder_by` is whose key opened the holder's name: that of the customer who had the booking then.
    """

    id: str
    code: str
    ticket_type_id: str
    ticket_type: list[str]
    holder: list[str]
    holder_by: str | None = None


class BookingFound(msgspec.Struct, gc=False):
    """`person_id` is the customer, None in bookings from before there were keys. `people` and `terms` follow from the
    rest; `people` are all whose words may stand here.
    """

    booking_id: str
    show_id: str
    person_id: str | None
    customer: str
    email: str
    code: str
    tickets: list[FoundTicket]
    people: list[str]
    terms: list[str]


class ErasedRow(msgspec.Struct, gc=False):
    """Somebody who has been erased."""

    person_id: str


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
    row = BookingFound(
        fact.booking_id, fact.show_id, None, "", "", signs(fact.code),
        [found(batch, ticket) for ticket in fact.tickets], [], [],
    )  # fmt: skip
    belongs_to(batch, row, fact.customer)
    batch[BOOKINGS].put(fact.booking_id, row)


def belongs_to(batch: Batch, row: BookingFound, customer: Person) -> None:
    row.person_id = person_of(customer.email) or person_of(customer.name)
    row.customer = joined(words(batch.opened(customer.name)))
    row.email = batch.opened(customer.email).lower()


def found(batch: Batch, ticket: Ticket) -> FoundTicket:
    made = FoundTicket(ticket.id, signs(ticket.code), ticket.ticket_type_id, words(ticket.ticket_type), [])
    held_by(batch, made, ticket.holder or "")
    return made


def held_by(batch: Batch, ticket: FoundTicket, holder: str) -> None:
    ticket.holder, ticket.holder_by = words(batch.opened(holder)), person_of(holder)


def tickets_came(batch: Batch, fact: TicketsAdded | TicketsExchanged) -> None:
    batch[BOOKINGS].change(fact.booking_id).tickets.extend(found(batch, ticket) for ticket in fact.tickets)


def transferred(batch: Batch, fact: BookingTransferred) -> None:
    """From here on the one who gave it away, and the codes they know, find nothing."""
    row = batch[BOOKINGS].change(fact.booking_id)
    belongs_to(batch, row, fact.customer)
    codes = {ticket.id: signs(ticket.code) for ticket in fact.codes}
    for ticket in row.tickets:
        if ticket.id in codes:
            ticket.code, ticket.holder, ticket.holder_by = codes[ticket.id], [], None


def holder_named(batch: Batch, fact: TicketHolderNamed) -> None:
    for ticket in batch[BOOKINGS].change(fact.booking_id).tickets:
        if ticket.id == fact.ticket_id:
            held_by(batch, ticket, fact.holder)


def erased(batch: Batch, fact: PersonErased) -> None:
    """Their words leave every booking that has any, whichever show's stream has made it.

    Otherwise a fact touches only rows of its own stream, so that streams may come in any order: one that was parked is
    retried later. Erasing may come at any place in that order, too. Before it words are blanked, after it none are
    written, as `ERASED` says so for ever: both leave the same rows, and so does a rebuild, which finds no key at all.
    """
    batch.forget(fact.person_id)
    batch[ERASED].put(fact.person_id, ErasedRow(fact.person_id))
    rows = batch[BOOKINGS]
    for booking_id in [row.booking_id for row in rows.all() if fact.person_id in people_of(row)]:
        blank(rows.change(booking_id), fact.person_id)


def blank(row: BookingFound, person_id: str) -> None:
    if row.person_id == person_id:
        row.customer = row.email = ""
    for ticket in row.tickets:
        if ticket.holder_by == person_id:
            ticket.holder = []


def people_of(row: BookingFound) -> list[str]:
    """Also where nothing of theirs is left: what a row says must not tell when they were erased."""
    those = (row.person_id, *(ticket.holder_by for ticket in row.tickets))
    return distinct(*(each for each in those if each is not None))


def settle_booking(row: BookingFound) -> None:
    row.people = people_of(row)
    row.terms = distinct(
        *(f"n:{word}" for word in row.customer.split()),
        *(f"n:{word}" for ticket in row.tickets for word in ticket.holder),
        *([f"e:{row.email}"] if row.email else ()),
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
BOOKINGS = Table("booking_search", BookingFound, key="booking_id", settle=settle_booking, people="people")
ERASED = Table("booking_search_erased", ErasedRow, key="person_id")
ITS_SHOW: Reads = {SHOWS: "show_id"}
THIS: Reads = {BOOKINGS: "booking_id"}

PROJECTOR = Projector(
    "booking_search",
    version=2,
    opens=ERASED,
    tables=(SHOWS, BOOKINGS, ERASED),
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
        PersonErased: On(erased, about={BOOKINGS: "person_id"}),
    },
)
